import numpy as np

# The network
W1 = np.array([
    [ 0.2, -0.5,  0.1],
    [-0.3,  0.4, -0.2],
    [ 0.1,  0.3,  0.5],
    [-0.4,  0.2, -0.1],
])
b1 = np.array([0.1, -0.1, 0.0])
W2 = np.array([
    [ 0.3, -0.2,  0.4,  0.1],
    [-0.1,  0.5, -0.3,  0.2],
    [ 0.2, -0.4,  0.1, -0.5],
])
b2 = np.array([0.0, 0.1, -0.1, 0.0])

# Another image through the same weights
x = np.array([0, 1, 0, 0])
target = np.array([0, 0, 1, 0])
z1 = x @ W1 + b1
h = np.maximum(z1, 0)
y_hat = h @ W2 + b2
loss = np.mean((y_hat - target) ** 2)
print(f"loss {loss:.4f}")


# The network with ReLU, and without
def network(x):
    return np.maximum(x @ W1 + b1, 0) @ W2 + b2


def linear(x):
    return (x @ W1 + b1) @ W2 + b2


# Without ReLU, a single layer does the same
W = W1 @ W2
b = b1 @ W2 + b2

# Every image in which the top-right pixel is off
images = np.array([
    [0, 0, 0, 0],
    [1, 0, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
    [1, 0, 1, 0],
    [1, 0, 0, 1],
    [0, 0, 1, 1],
    [1, 0, 1, 1],
])

# Switch it on, and watch the top left
differences, falls_linear, falls_network = [], [], []
for off in images:
    on = off + np.array([0, 1, 0, 0])
    differences.append(abs(linear(off) - (off @ W + b)).max())
    differences.append(abs(linear(on) - (on @ W + b)).max())
    falls_linear.append(linear(off)[0] - linear(on)[0])
    falls_network.append(network(off)[0] - network(on)[0])
    print(off, f"{falls_linear[-1]:.2f} without ReLU, {abs(falls_network[-1]):.2f} with it")
