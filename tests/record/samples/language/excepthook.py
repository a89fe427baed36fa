import sys
def hook(kind, value, tb):
    names = []
    while tb:
        names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    print("hook", kind.__name__, value, names)
sys.excepthook = hook
def f():
    raise KeyError("k")
f()
