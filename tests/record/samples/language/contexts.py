from contextlib import contextmanager
@contextmanager
def tag(name):
    print("<", name)
    try:
        yield name.upper()
    except ValueError as e:
        print("handled", e)
    finally:
        print(">", name)
with tag("a") as a, tag("b") as (b):
    print(a, b)
with tag("c"):
    raise ValueError("x")
with (tag("d") as d,
      tag("e")):
    pass
class Strict:
    def __enter__(self): return self
    def __exit__(self, *a): print("exit", a[0] and a[0].__name__)
try:
    with Strict():
        1 / 0
except ZeroDivisionError:
    print("outside")
def early():
    with tag("f") as f:
        return f
print(early())
