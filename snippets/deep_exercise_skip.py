import numpy as np
from deep_layers import depth, glorot, images, sigmoid, sizes, targets, width

rng = np.random.default_rng(42)
weights = [glorot * rng.normal(size=(width, width)) for layer in range(depth)]
last = rng.normal(size=(width, 10)) / np.sqrt(width)

# Forward pass: each layer adds its result to its input
h = images
slopes = []
for W in weights:
    result = sigmoid(h @ W)
    slopes.append(result * (1 - result))
    h = h + result
y_hat = h @ last
powers = np.exp(y_hat - y_hat.max(axis=1, keepdims=True))
probabilities = powers / powers.sum(axis=1, keepdims=True)

# Backward pass: the gradient comes back through the layer, and around it
dL_dh = (probabilities - targets) @ last.T / len(images)
norms = []
for W, slope in zip(reversed(weights), reversed(slopes)):
    norms.append(np.linalg.norm(dL_dh))
    dL_dz = dL_dh * slope
    dL_dh = dL_dh + dL_dz @ W.T
norms.reverse()

without = sizes(sigmoid, glorot)
print(f"Without: {without[0]:.0e} at the first layer, {without[-1]:.0e} at the last")
print(f"With:    {norms[0]:.0e} at the first layer, {norms[-1]:.0e} at the last")
