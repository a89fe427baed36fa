import functools

counter = 0

def twice(f):
    """A decorator."""
    @functools.wraps(f)
    def inner(*args, **kwargs):
        global counter
        counter += 1
        return f(f(*args, **kwargs), **kwargs)
    return inner

@twice
def add(a, /, b=1, *, c=2):
    return a + b + c

def make():
    count = 0
    def step():
        nonlocal count
        count += 1
        return count
    return step

step = make()
values = [step(), step(), add(1), add(1, c=5), (lambda q: q * 2)(4)]
def nothing():
    "only a docstring"
def early(x):
    if x:
        return
    return None
print(values, counter, nothing(), early(1), early(0), add.__name__, add.__doc__)
