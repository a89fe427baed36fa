from itertools import product

import numpy as np
from training_step_numpy import W1, b1, W2, b2, x, target

eta = 0.1
nudge = 1e-6


# Forward and backward pass: the loss, the activations, the gradients
def look(W1, b1, W2, b2):
    z1 = x @ W1 + b1
    h = np.maximum(z1, 0)
    y_hat = h @ W2 + b2
    dL_dy = 0.5 * (y_hat - target)
    dL_dz1 = (W2 @ dL_dy) * (z1 > 0)
    gradients = np.outer(x, dL_dz1), dL_dz1, np.outer(h, dL_dy), dL_dy
    return np.mean((y_hat - target) ** 2), h, gradients


# The loop, with the bias of neuron 0 moved by a small amount
def train(shift):
    parameters = W1, b1 + [shift, 0, 0], W2, b2
    losses, activations = np.zeros(201), np.zeros((201, 3))
    for step in range(201):
        losses[step], activations[step], gradients = look(*parameters)
        parameters = [p - eta * g for p, g in zip(parameters, gradients)]
    return losses, activations, parameters


shut_losses, shut, _ = train(-nudge)
open_losses, opened, trained = train(nudge)

# The gradient of that bias, on either side
left = look(W1, b1 - [nudge, 0, 0], W2, b2)[2][1][0]
right = look(W1, b1 + [nudge, 0, 0], W2, b2)[2][1][0]
print("moved by         -1e-6    +1e-6")
print(f"gradient      {left + 0:8.4f} {right:8.4f}")
for step in (1, 10, 200):
    print(f"loss, step {step:3d} {shut_losses[step]:7.4f}  {open_losses[step]:7.4f}")

# What the network that was moved up answers to all 16 images
images = np.array(list(product((0, 1), repeat=4)))
W1_open, b1_open, W2_open, b2_open = trained
answers = np.maximum(images @ W1_open + b1_open, 0) @ W2_open + b2_open > 0.5
correct = np.all(answers == images[:, [0, 2, 1, 3]], axis=1)

# The loss around the kink
moves = np.linspace(-0.3, 0.3, 61)
losses = np.array([look(W1, b1 + [move, 0, 0], W2, b2)[0] for move in moves])
