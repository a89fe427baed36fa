import subprocess
x = 0
helper = subprocess.Popen(["sleep", "60"])
print(helper.pid, flush=True)
while True:
    x = 1
