import numpy as np

rate = 0.1
losses = []
loss = 0.89625
for step in range(4):
    loss = loss * (1 - rate)
    losses.append(loss)
weights = np.array([[0.5, -0.25], [1.0, 0.125]])
best = min(losses)
result = "3/4"
is_done = True


def halve(number):
    half = number / 2
    return half


quarter = halve(halve(best))
print(f"best: {best:.4f}")
print("steps:", len(losses), "of 9")
print("result:", result)
