import sys
import builtins
x = 1
def f(a):
    before = dict(locals())
    seen = locals()
    b = 2
    late = "b" in seen
    return before, sorted(seen), late, sorted(vars()), dir()
print(f(0))
def mutated():
    mapping = locals()
    mapping["ghost"] = 1
    y = 2
    return "ghost" in mapping, "y" in mapping, "ghost" in locals()
print(mutated())
def frames():
    v = 1
    return sorted(sys._getframe().f_locals), sys._getframe(1).f_code.co_name
print(frames())
print(sorted(k for k in globals() if not k.startswith("__")), sorted(dir())[:3], __name__)
print([k for k in dir(builtins) if "hook" in k.lower() or "backprop" in k.lower()])
exec("z = 5")
print(z, eval("x + z"))
class C:
    a = 1
    print(sorted(k for k in locals()))
    b = sorted(vars())
print(C.b)
print(f.__code__.co_varnames, f.__code__.co_names, list(f.__code__.co_cellvars), f.__code__.co_argcount)
