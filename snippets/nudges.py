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

# Forward pass, with a record
losses = []


def run():
    z1 = np.round(x @ W1 + b1, 10)
    h = np.maximum(z1, 0)
    y_hat = h @ W2 + b2
    losses.append(np.mean((y_hat - target) ** 2))
    return z1, h, y_hat


z1, h, y_hat = run()
loss = losses[0]


# One weight, followed to the loss
def path(weight):
    output = h[2] * weight + b2[0]
    error = output - target[0]
    square = error ** 2
    share = square / 4
    return np.array([weight, output, error, square, share])


before = path(W2[2, 0])
after = path(W2[2, 0] + 0.01)
change = after - before
ratio = change[1:] / change[:-1]
slope = np.array([h[2], 1, 2 * before[2], 1 / 4])
sizes = np.array([0.1, 0.01, 0.001, 0.0001])
measured_slope = np.array([
    (path(W2[2, 0] + size) - before)[4] / size for size in sizes
])

# Backward pass
dL_dy = 2 / 4 * (y_hat - target)
dL_dW2 = np.outer(h, dL_dy)
dL_db2 = dL_dy
dL_dh = W2 @ dL_dy
dL_dz1 = dL_dh * (z1 > 0)
dL_dW1 = np.outer(x, dL_dz1)
dL_db1 = dL_dz1

# Every gradient by a finite difference
nudge = 1e-6
agree, disagree = [], []
for name, parameter, gradient in (
    ("W1", W1, dL_dW1), ("b1", b1, dL_db1), ("W2", W2, dL_dW2), ("b2", b2, dL_db2),
):
    for place in np.ndindex(parameter.shape):
        value = parameter[place]
        parameter[place] = value + nudge
        run()
        parameter[place] = value
        measured = (losses[-1] - loss) / nudge
        if abs(measured - gradient[place]) < 1e-4:
            agree.append(abs(measured - gradient[place]))
        else:
            disagree.append((name, place))
            print(f"{name} {place}: {measured:.4f}, by chain rule {gradient[place] + 0:.4f}")

# The cost
extra_runs = len(losses) - 1
products_of_a_run = W1.size + W2.size
products_backward = sum(g.size for g in (dL_dy, dL_dW2, W2, dL_dz1, dL_dW1))
print(f"{len(agree)} agree, {len(disagree)} do not")
print(f"products: {extra_runs * products_of_a_run} for the finite differences, {products_backward} for the backward pass")
