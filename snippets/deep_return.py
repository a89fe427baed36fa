import numpy as np
from digits_network import images, targets

# A network with two hidden layers
rng = np.random.default_rng(0)
W1 = rng.normal(size=(64, 32)) * np.sqrt(2 / 64)
W2 = rng.normal(size=(32, 32)) * np.sqrt(2 / 32)
W3 = rng.normal(size=(32, 10)) * np.sqrt(2 / 32)
b1, b2, b3 = np.zeros(32), np.zeros(32), np.zeros(10)
eta = 0.3

dead1, dead2, highest, incoming = [], [], [], []
for step in range(61):
    # Forward pass
    z1 = images @ W1 + b1
    h1 = np.maximum(z1, 0)
    z2 = h1 @ W2 + b2
    h2 = np.maximum(z2, 0)
    y_hat = h2 @ W3 + b3
    powers = np.exp(y_hat - y_hat.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    dead1.append(~(h1 > 0).any(axis=0))
    dead2.append(~(h2 > 0).any(axis=0))
    highest.append(z2.max(axis=0))
    incoming.append(np.vstack([W2, b2]))

    # Backward pass
    dL_dy = (probabilities - targets) / len(images)
    dL_dz2 = (dL_dy @ W3.T) * (z2 > 0)
    dL_dz1 = (dL_dz2 @ W2.T) * (z1 > 0)

    # Update
    W3, b3 = W3 - eta * h2.T @ dL_dy, b3 - eta * dL_dy.sum(axis=0)
    W2, b2 = W2 - eta * h1.T @ dL_dz2, b2 - eta * dL_dz2.sum(axis=0)
    W1, b1 = W1 - eta * images.T @ dL_dz1, b1 - eta * dL_dz1.sum(axis=0)

dead1, dead2, highest, incoming = map(np.array, (dead1, dead2, highest, incoming))
returned1 = (dead1[:-1] & ~dead1[1:]).any(axis=0)
returned2 = (dead2[:-1] & ~dead2[1:]).any(axis=0)
print(f"First layer:  {dead1.any(axis=0).sum()} neurons dead at some step, {returned1.sum()} of them active again")
print(f"Second layer: {dead2.any(axis=0).sum()} neurons dead at some step, {returned2.sum()} of them active again")

# One that came back, and is active at the end
neuron = np.flatnonzero(returned2 & ~dead2[-1])[0]
died = np.argmax(dead2[:, neuron])
back = died + np.argmin(dead2[died:, neuron])
print(f"Neuron {neuron}: dead from step {died} on, active again at step {back}")
print("Its own parameters changed:", (np.diff(incoming[died:back + 1, :, neuron], axis=0) != 0).any())
