import os, signal
def inner():
    return 1
os.kill(inner() and os.getpid(), signal.SIGKILL)
