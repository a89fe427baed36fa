import numpy as np

# The bias of one output, alone: no hidden neuron is active
target, first_bias = 1, 0
output_bias = np.linspace(-1.2, 3.2, 221)
loss = (output_bias - target) ** 2 / 4
slope = (output_bias - target) / 2

# At the start: the slope there, and the straight line with this slope
first_loss = (first_bias - target) ** 2 / 4
first_slope = (first_bias - target) / 2
tangent = first_loss + first_slope * (output_bias - first_bias)
curvature = np.diff(slope).mean() / np.diff(output_bias).mean()


# Gradient descent on this bias
def descend(eta, steps):
    bias, path = first_bias, [first_bias]
    for _ in range(steps):
        bias = bias - eta * (bias - target) / 2
        path.append(bias)
    return np.array(path)


rates = [0.5, 2.0, 3.0, 4.5]
paths = np.array([descend(eta, 3) for eta in rates])
path_losses = (paths - target) ** 2 / 4
