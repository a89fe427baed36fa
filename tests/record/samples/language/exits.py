import atexit, sys
atexit.register(lambda: print("atexit ran"))
def stop():
    try:
        sys.exit("a reason")
    finally:
        print("cleaning")
stop()
