import sys
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
def depth(n):
    try:
        return depth(n + 1)
    except RecursionError:
        return n
def plain(n):
    return plain(n + 1)
deepest = depth(0)
print(fib(12), deepest)
try:
    plain(0)
except RecursionError as error:
    print(error)
again = depth(0)
print(again == deepest)
