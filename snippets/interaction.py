import numpy as np

# Is exactly one of two pixels on?
pixels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
wanted = np.array([0, 1, 1, 0])

# The best that weights and a bias can do
table = np.column_stack([pixels, np.ones(4)])
best, *_ = np.linalg.lstsq(table, wanted, rcond=None)
linear = np.round(table @ best, 10)
loss_linear = np.mean((linear - wanted) ** 2)
print("linear model:         ", linear, "loss", loss_linear)

# Two hidden neurons with ReLU, weights by hand
h = np.maximum(pixels @ np.array([[1, -1], [-1, 1]]), 0)
with_relu = h @ np.array([1, 1])
loss_relu = np.mean((with_relu - wanted) ** 2)
print("hidden layer and ReLU:", with_relu, "loss", loss_relu)
