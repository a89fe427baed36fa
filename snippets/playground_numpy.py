from itertools import pairwise, product

import numpy as np
from training_step_numpy import W1, W2, b1, b2

# All 16 images, and their targets
images = np.array(list(product((0.0, 1.0), repeat=4)))
targets = images[:, [0, 2, 1, 3]]


# An endless sequence of numbers from zero to one that the seed decides
def numbers(seed):
    state = seed
    while True:
        state = (state + 0x9E3779B9) % 2**32
        z = (state ^ state >> 16) * 0x85EBCA6B % 2**32
        z = (z ^ z >> 13) * 0xC2B2AE35 % 2**32
        yield (z ^ z >> 16) / 2**32


# Initial weights: uniform within one over the root of the inputs, row by row, weights before biases
def draw(hidden, seed):
    row = numbers(seed)
    sizes = (4, hidden, 4) if hidden else (4, 4)
    parameters = []
    for fan_in, fan_out in pairwise(sizes):
        for shape in ((fan_in, fan_out), (fan_out,)):
            drawn = np.array([next(row) for _ in range(np.prod(shape))])
            parameters.append((2 * drawn.reshape(shape) - 1) / np.sqrt(fan_in))
    return parameters


# The initial weights of the first sections, with the bias of neuron 0 changed
def chapter(nudge=0.0):
    return [W1, b1 + np.array([nudge, 0, 0]), W2, b2]


# The outputs; without a hidden layer the images go straight into the last layer
def forward(x, parameters, bar):
    *first, W, b = parameters
    z1 = x @ first[0] + first[1] if first else None
    h = np.where(z1 > bar, z1, 0) if first else x
    return z1, h, h @ W + b


# Training with gradient descent; a neuron is active above the bar
def train(x, target, parameters, eta, steps, bar):
    losses = []
    for step in range(steps):
        z1, h, y_hat = forward(x, parameters, bar)
        losses.append(float(np.mean((y_hat - target) ** 2)))
        dL_dy = 2 * (y_hat - target) / y_hat.size
        gradients = [h.T @ dL_dy, dL_dy.sum(axis=0)]
        if z1 is not None:
            dL_dz1 = dL_dy @ parameters[2].T * (z1 > bar)
            gradients = [x.T @ dL_dz1, dL_dz1.sum(axis=0), *gradients]
        parameters = [p - eta * g for p, g in zip(parameters, gradients)]
    z1, h, y_hat = forward(x, parameters, bar)
    losses.append(float(np.mean((y_hat - target) ** 2)))
    return losses, parameters


# How many of all images are right, and how many hidden neurons are inactive for all they were trained on
def judge(x, parameters, bar):
    right = ((forward(images, parameters, bar)[2] > 0.5) == (targets > 0.5)).all(axis=1)
    h = forward(x, parameters, bar)[1]
    dead = np.count_nonzero(~(h > 0).any(axis=0)) if len(parameters) == 4 else 0
    return right, dead
