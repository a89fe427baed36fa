import numpy as np
from training_step_numpy import W2, b1, b2, dL_db1, dL_db2, eta, target, z1


# The loss with two biases replaced: that of hidden neuron 2 and that of the bottom-right output
def loss_at(hidden_bias, output_bias):
    total = 0
    h = np.maximum(z1[2] - b1[2] + hidden_bias, 0)
    for output in range(4):
        bias = output_bias if output == 3 else b2[output]
        total = total + (h * W2[2, output] + bias - target[output]) ** 2
    return total / 4


# The surface over both biases
hidden_bias = np.linspace(-1, 0.875, 31)
output_bias = np.linspace(-0.6875, 1.1875, 31)
loss = loss_at(hidden_bias[np.newaxis, :], output_bias[:, np.newaxis])
levels = np.arange(5, 13) / 10

# Against the gradient, with smaller and larger learning rates
start = np.array([b1[2], b2[3]])
gradient = np.array([dL_db1[2], dL_db2[3]])
rates = np.arange(16) / 10
way = start - np.outer(rates, gradient)
loss_along = loss_at(way[:, 0], way[:, 1])
linear = loss_along[0] - rates * np.sum(gradient ** 2)
