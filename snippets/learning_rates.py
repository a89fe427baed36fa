import numpy as np

# The example
x = np.array([1, 0, 1, 1])
target = np.array([1, 1, 0, 1])


def train(eta, steps):
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
    errors = np.zeros((steps, 4))
    active = np.zeros(steps, dtype=int)
    for step in range(steps):
        # Forward pass
        z1 = np.round(x @ W1 + b1, 10)
        h = np.maximum(z1, 0)
        y_hat = h @ W2 + b2
        errors[step] = y_hat - target
        active[step] = np.count_nonzero(h)

        # Backward pass
        dL_dy = 0.5 * (y_hat - target)
        dL_dz1 = (W2 @ dL_dy) * (z1 > 0)

        # Update
        W1 = W1 - eta * np.outer(x, dL_dz1)
        b1 = b1 - eta * dL_dz1
        W2 = W2 - eta * np.outer(h, dL_dy)
        b2 = b2 - eta * dL_dy
    return errors, active


# The same initial weights with different learning rates
rates = [0.01, 0.1, 0.5, 1.0, 2.0, 3.0, 4.0, 4.1]
errors, active, losses, dead_from = {}, {}, {}, {}
print(" eta dead from    step 1    step 2   step 10   step 50")
for eta in rates:
    errors[eta], active[eta] = train(eta, 201)
    losses[eta] = np.mean(errors[eta] ** 2, axis=1)
    dead_from[eta] = np.argmin(active[eta])
    shown = [f"{losses[eta][k]:9.4f}" for k in (1, 2, 10, 50)]
    print(f"{eta:4.2f} {dead_from[eta]:9d}", *shown)
