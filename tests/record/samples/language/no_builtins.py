import builtins
keep = print
for name in list(vars(builtins)):
    if name in ("len", "sorted", "RecursionError", "BaseException", "isinstance", "print", "dict"):
        delattr(builtins, name)
x = 1
for i in (1, 2):
    x += i
keep("still here", x)
def RecursionError_(): pass
BaseException = 5
try:
    undefined
except NameError:
    keep("caught")
