rate = 0.1
losses = []
loss = 0.89625
for step in range(4):
    loss = loss * (1 - rate)
    losses.append(loss)
best = min(losses)
result = "3/4"
print(f"best: {best:.4f}")
print("result:", result)
