import os, sys
x = 1
print("parent and child")
sys.stdout.flush()
pid = os.fork()
if pid == 0:
    x = 2
    for i in range(3):
        x += i
    print("in the child", x)
    sys.exit(7)
_, status = os.waitpid(pid, 0)
print("child gave", os.waitstatus_to_exitcode(status), x)
