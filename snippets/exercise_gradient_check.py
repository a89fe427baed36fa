import numpy as np
from training_step_numpy import W1, W2, b1, b2, dL_dW1, target, x


# The loss with one of the weights changed
def loss_with(row, column, nudge):
    nudged = W1.copy()
    nudged[row, column] += nudge
    h = np.maximum(np.round(x @ nudged + b1, 10), 0)
    return np.mean((h @ W2 + b2 - target) ** 2)


# Three slopes for each weight from the top-left pixel
epsilon = 1e-4
up, down, central = {}, {}, {}
for column in range(3):
    here = loss_with(0, column, 0)
    above = loss_with(0, column, epsilon)
    below = loss_with(0, column, -epsilon)
    up[column] = (above - here) / epsilon
    down[column] = (here - below) / epsilon
    central[column] = (above - below) / (2 * epsilon)

print("           up      down   central  backward pass")
for column in (2, 0, 1):
    slopes = up[column], down[column], central[column]
    numbers = "".join(f"{slope:10.5f}" for slope in slopes)
    print(f"W1[0][{column}]{numbers}{dL_dW1[0, column] + 0:15.5f}")

# How the slope changes along the first of them
curvature = 0.5 * np.sum(W2[2] ** 2)

# The second of them with other changes
sizes = [1e-2, 1e-3, 1e-5]
others = [
    (loss_with(0, 0, size) - loss_with(0, 0, -size)) / (2 * size)
    for size in sizes
]
