line = "loss " * 20_000
for step in range(20):
    print(line)
