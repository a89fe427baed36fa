import sys
print("no newline", end="")
sys.exit(3)
