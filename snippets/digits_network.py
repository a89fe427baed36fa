import numpy as np
from sklearn.datasets import load_digits

# The first of the handwritten digits
digits = load_digits()
images = digits.data[:300] / 16
labels = digits.target[:300]
targets = np.eye(10)[labels]


# All parameters of the network in one row: random weights, biases of zero
def draw():
    rng = np.random.default_rng(42)
    W1 = rng.normal(size=64 * 32) * np.sqrt(2 / 64)
    W2 = rng.normal(size=32 * 10) * np.sqrt(2 / 32)
    return np.concatenate([W1, np.zeros(32), W2, np.zeros(10)])


# The weights and biases of such a row
def split(w):
    return w[:2048].reshape(64, 32), w[2048:2080], w[2080:2400].reshape(32, 10), w[2400:]


# The forward pass, for arrays of NumPy and for tensors of PyTorch
def predict(w, x):
    W1, b1, W2, b2 = split(w)
    z1 = x @ W1 + b1
    h = z1 * (z1 > 0)
    return h, h @ W2 + b2


# The cross-entropy, and its gradient for all parameters in one row
def look(w):
    h, y_hat = predict(w, images)
    powers = np.exp(y_hat - y_hat.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(probabilities[targets == 1]))
    dL_dy = (probabilities - targets) / len(images)
    dL_dz1 = (dL_dy @ split(w)[2].T) * (h > 0)
    dL_dW1, dL_db1 = images.T @ dL_dz1, dL_dz1.sum(axis=0)
    dL_dW2, dL_db2 = h.T @ dL_dy, dL_dy.sum(axis=0)
    return loss, np.concatenate([dL_dW1.ravel(), dL_db1, dL_dW2.ravel(), dL_db2])


w = draw()
loss, dL_dw = look(w)
print(f"{len(w)} parameters, loss {loss:.2f}")
