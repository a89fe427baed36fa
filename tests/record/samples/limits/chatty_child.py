import subprocess
a = 1
subprocess.run(["yes"])
