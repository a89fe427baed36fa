n = 3
squares = [i * i for i in range(n) if i]
table = {k: [v for v in range(k)] for k in range(n)}
unique = {x % 2 for x in range(9)}
lazy = (y := x for x in range(3))
print(squares, table, unique, list(lazy), y)
print([f(2) for f in [lambda q, k=k: q + k for k in range(3)]])
class Scope:
    items = [1, 2]
    doubled = [i * 2 for i in items]
print(Scope.doubled)
