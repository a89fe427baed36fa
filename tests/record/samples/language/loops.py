found = []
for i in range(5):
    for j in range(5):
        if j == 3:
            break
        if (i + j) % 2:
            continue
        found.append((i, j))
    else:
        found.append("never")
else:
    found.append("done")
n = 3
while n:
    n -= 1
    if n == 1:
        continue
else:
    found.append("while")
for _ in []:
    pass
else:
    found.append("empty")
while True:
    try:
        break
    finally:
        found.append("finally")
for k in range(3):
    try:
        continue
    finally:
        found.append(k)
print(found)
