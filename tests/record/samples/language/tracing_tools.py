import sys
lines = []
def tracer(frame, event, arg):
    if event == "call":
        lines.append(frame.f_code.co_name)
    return None
def a(): return 1
sys.settrace(tracer)
a()
sys.settrace(None)
print([n for n in lines if n == "a"])
sys.setrecursionlimit(200)
def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)
print(deep(100))
try:
    deep(500)
except RecursionError:
    print("limited")
