import os, sys
print("before")
sys.stdout.flush()
os.closerange(3, 256)
x = 1
os.chdir("/")
y = 2
os.close(1)
z = 3
