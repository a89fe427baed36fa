def f(a):
    with open("/does/not/exist") as g:
        pass
try:
    f(1)
except OSError:
    (lambda: 1 / 0)()
