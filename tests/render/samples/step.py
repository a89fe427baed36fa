"""One training step, by hand."""

import numpy as np

# The parameters: four inputs, three hidden neurons, four outputs.
W1 = np.array([
    [0.2, -0.5, 0.1],
    [-0.3, 0.4, -0.2],
    [0.1, 0.3, 0.5],
    [-0.4, 0.2, -0.1],
])
b1 = np.array([0.1, -0.1, 0.0])
W2 = np.array([
    [0.3, -0.2, 0.4, 0.1],
    [-0.1, 0.5, -0.3, 0.2],
    [0.2, -0.4, 0.1, -0.5],
])
b2 = np.array([0.0, 0.1, -0.1, 0.0])

x = np.array([1.0, 0.0, 1.0, 1.0])
target = np.array([1.0, 1.0, 0.0, 1.0])

# Forward.
z1 = np.round(x @ W1 + b1, 10)
h = np.maximum(0, z1)
y_hat = h @ W2 + b2
loss = np.mean((y_hat - target) ** 2)
print(f"Old loss:  {loss:.4f}")

# Backward.
dL_dy = 2 / 4 * (y_hat - target)
dL_dW2 = np.outer(h, dL_dy)
dL_dh = dL_dy @ W2.T
relu_grad = (z1 > 0).astype(float)
dL_dz1 = dL_dh * relu_grad
dL_dW1 = np.outer(x, dL_dz1)

# Update: against the gradient, a little.
eta = 0.1
W1 -= eta * dL_dW1
b1 -= eta * dL_dz1
W2 -= eta * dL_dW2
b2 -= eta * dL_dy

loss = np.mean((np.maximum(0, x @ W1 + b1) @ W2 + b2 - target) ** 2)
print(f"New loss:  {loss:.4f}")
