"""A line through two points, found by steps."""

import numpy as np

x = np.array([1.0, 2.0])
target = np.array([3.0, 5.0])
w, b = 0.0, 0.0

for step in range(201):
    y = w * x + b
    error = y - target
    loss = np.mean(error**2)
    if step in (0, 1, 5, 10, 200):
        print(f"{step:>4}  {loss:.6f}  w = {w:.3f}, b = {b:.3f}")
    w -= 0.1 * np.mean(2 * error * x)
    b -= 0.1 * np.mean(2 * error)
