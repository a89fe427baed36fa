x = 3.0
values = []
for n in range(3):
    x = x / 2
    values.append(x)
