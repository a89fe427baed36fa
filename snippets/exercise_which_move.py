import numpy as np
from training_step_numpy import W1, W2, b1, b2, target, x


# Forward and back, for any image and hidden biases
def gradients(x, target, b1):
    z1 = np.round(x @ W1 + b1, 10)
    h = np.maximum(z1, 0)
    dL_dy = 0.5 * (h @ W2 + b2 - target)
    dL_dz1 = (W2 @ dL_dy) * (z1 > 0)
    return np.outer(x, dL_dz1), dL_dz1, np.outer(h, dL_dy), dL_dy


# Gradients of W1, b1, W2 and b2 that are not zero
def count(gradients):
    return [int(np.count_nonzero(g)) for g in gradients]


# What is changed
black = np.array([0, 0, 0, 0])
raised = np.array([0.2, -0.1, 0.0])

as_before = count(gradients(x, target, b1))
all_off = count(gradients(black, black, b1))
bias_raised = count(gradients(x, target, raised))
print("As before:  ", as_before, sum(as_before))
print("All off:    ", all_off, sum(all_off))
print("Bias raised:", bias_raised, sum(bias_raised))
