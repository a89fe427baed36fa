import threading, queue
results = queue.Queue()
def work(n):
    total = 0
    for i in range(20):
        total += i * n
    results.put((n, total))
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(results.get() for _ in threads))
def late():
    import time
    time.sleep(0.05)
    print("late thread")
threading.Thread(target=late).start()
print("main ends")
