import subprocess
x = 0
helper = subprocess.Popen(["sleep", "60"])
while True:
    x = 1
