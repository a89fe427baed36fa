import numpy as np

# Is exactly one of two pixels on?
pixels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
wanted = np.array([0, 1, 1, 0])

# The best that weights and a bias can do
table = np.column_stack([pixels, np.ones(4)])
best, *_ = np.linalg.lstsq(table, wanted, rcond=None)
without = np.round(table @ best, 10)
loss_without = np.mean((without - wanted) ** 2)
print("without a bend:", without, "loss", loss_without)

# Two hidden neurons, weights by hand
h = np.maximum(pixels @ np.array([[1, -1], [-1, 1]]), 0)
with_bend = h @ np.array([1, 1])
loss_with = np.mean((with_bend - wanted) ** 2)
print("with a bend:   ", with_bend, "loss", loss_with)
