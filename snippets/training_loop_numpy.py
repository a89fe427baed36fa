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

# The example
x = np.array([1, 0, 1, 1])
target = np.array([1, 1, 0, 1])

# The loop
eta = 0.1
for step in range(201):
    # Forward pass
    z1 = np.round(x @ W1 + b1, 10)
    h = np.maximum(z1, 0)
    y_hat = h @ W2 + b2
    loss = np.mean((y_hat - target) ** 2)

    # Backward pass
    dL_dy = 0.5 * (y_hat - target)
    dL_dW2 = np.outer(h, dL_dy)
    dL_db2 = dL_dy
    dL_dh = W2 @ dL_dy
    dL_dz1 = dL_dh * (z1 > 0)
    dL_dW1 = np.outer(x, dL_dz1)
    dL_db1 = dL_dz1

    # Update
    W1 = W1 - eta * dL_dW1
    b1 = b1 - eta * dL_db1
    W2 = W2 - eta * dL_dW2
    b2 = b2 - eta * dL_db2

    if step in (0, 1, 5, 10, 25, 50, 100, 200):
        print(f"{step:4d}  {loss:.6f}  {y_hat.round(3).tolist()}")
