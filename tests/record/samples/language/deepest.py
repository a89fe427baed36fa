"""Functions have as much stack to themselves as without a recorder, and end in the same words."""

from sys import getrecursionlimit, setrecursionlimit

setrecursionlimit(getrecursionlimit() - 850)
deepest = [0]


def deep(n):
    deepest[0] = n
    return deep(n + 1)


try:
    deep(0)
except RecursionError as error:
    print(deepest, error)
for each in (1, 2):
    last = each
