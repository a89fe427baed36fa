import itertools

import numpy as np

# All images and their flips
images = np.array(list(itertools.product([0, 1], repeat=4)))
targets = images[:, [0, 2, 1, 3]]

# A hidden neuron for each pixel
W1 = np.eye(4)
b1 = np.zeros(4)

# Each output copies one hidden neuron
W2 = np.array([
    [1, 0, 0, 0],
    [0, 0, 1, 0],
    [0, 1, 0, 0],
    [0, 0, 0, 1],
])
b2 = np.zeros(4)

# Forward pass
h = np.maximum(images @ W1 + b1, 0)
y_hat = h @ W2 + b2
loss = np.mean((y_hat - targets) ** 2)
right = np.all(y_hat == targets, axis=1)
print(f"Loss:     {loss:.4f}")
print(f"Accuracy: {right.sum()}/16")
