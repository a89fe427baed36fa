import numpy as np
from sklearn.datasets import load_digits

digits = load_digits()
images = digits.data[:100] / 16
targets = np.eye(10)[digits.target[:100]]
depth, width = 50, 64


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(z, 0)


# The derivative of each, computed from its activation
slope = {sigmoid: lambda h: h * (1 - h), relu: lambda h: np.where(h > 0, 1.0, 0.0)}


# The size of the gradient that arrives at the pre-activations of each layer
def sizes(activation, deviation):
    rng = np.random.default_rng(42)
    weights = [deviation * rng.normal(size=(width, width)) for layer in range(depth)]
    last = rng.normal(size=(width, 10)) / np.sqrt(width)

    # Forward pass, layer after layer
    activations = [images]
    for W in weights:
        activations.append(activation(activations[-1] @ W))
    y_hat = activations[-1] @ last
    powers = np.exp(y_hat - y_hat.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)

    # Backward pass, from the last layer to the first
    dL_dh = (probabilities - targets) @ last.T / len(images)
    found = []
    for W, h in zip(reversed(weights), reversed(activations)):
        dL_dz = dL_dh * slope[activation](h)
        found.append(np.linalg.norm(dL_dz))
        dL_dh = dL_dz @ W.T
    return found[::-1]


# Standard deviations of the weights
glorot = np.sqrt(2 / (width + width))
he = np.sqrt(2 / width)
small = np.sqrt(1 / (3 * width))
print(f"Glorot {glorot:.3f}, He {he:.3f}, small {small:.3f}")
