def numbers(n):
    try:
        for i in range(n):
            got = yield i * 2
            if got:
                print("got", got)
    finally:
        print("closed")
    return "end"

def delegate():
    result = yield from numbers(3)
    print("result", result)
    yield (yield)

g = numbers(5)
print(next(g), g.send("hello"), next(g))
g.close()
d = delegate()
print(list(x for x in d if x is not None))
t = numbers(3)
next(t)
try:
    t.throw(KeyError("in"))
except KeyError as e:
    print("thrown", e)
pairs = list(zip(numbers(2), numbers(3)))
print(pairs)
half = numbers(3)
next(half)
del half
