import time
a = 1
time.sleep(60)
