x = 1
table = list(range(6_000_000))
y = 2
