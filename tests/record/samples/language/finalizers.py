import weakref, gc
class Noisy:
    def __init__(self, name):
        self.name = name
    def __del__(self):
        print("del", self.name)
a = Noisy("a")
ref = weakref.ref(a)
a = None
print(ref() is None)
def f():
    local = Noisy("local")
    r = weakref.ref(local)
    local = Noisy("second")
    print(r() is None)
    return Noisy("returned")
f()
print("after f")
f().name
for i in range(3):
    n = Noisy(i)
    print("made", i)
del n
def gen():
    inner = Noisy("gen")
    yield inner
    print("resumed")
for each in gen():
    each = None
    print("in loop")
try:
    err = Noisy("err")
    raise ValueError(err)
except ValueError as e:
    del err
print("after try")
cell = [Noisy("cell")]
cell.clear()
print("end")
last = Noisy("global at exit")
_under = Noisy("under")
