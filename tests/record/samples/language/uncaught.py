class Trouble(Exception):
    def __str__(self):
        return "text of its own"
def level(n):
    if n:
        return [level(n - 1)
                for _ in range(1)]
    x = {"a": 1}
    return x["a"]["b"] + missing
try:
    level(2)
except TypeError as e:
    raise Trouble("outer") from e
