import signal, os
got = []
def handler(n, frame):
    got.append(n)
    for i in range(2):
        got.append(i)
signal.signal(signal.SIGUSR1, handler)
os.kill(os.getpid(), signal.SIGUSR1)
print(got == [signal.SIGUSR1, 0, 1])
