"""Calls until no stack is left, in a function that loops: the hooks run out of it a little earlier, and go on later."""

from sys import getrecursionlimit, setrecursionlimit

setrecursionlimit(getrecursionlimit() - 850)
vars()


def looping(depth):
    for a in (1, 2):
        break
    for b in (1,):
        for c in (1,):
            pass
    return looping(depth + 1)


try:
    looping(0)
except RecursionError as error:
    print(error)
for number in (1, 2):
    found = number
print(found)
