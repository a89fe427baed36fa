import numpy as np
from digits_network import draw, look

mu = 0.9


# Gradient descent with momentum; without it, mu is zero
def descend(eta, mu, steps):
    w = draw()
    v = np.zeros_like(w)
    losses = []
    for step in range(steps):
        loss, dL_dw = look(w)
        v = mu * v + dL_dw
        w = w - eta * v
        losses.append(loss)
    return np.array(losses), w


# How many steps until the loss is below a tenth
def steps_to_a_tenth(losses):
    below = np.flatnonzero(losses < 0.1)
    return below[0] if below.size else np.inf


rates = [0.03, 0.1, 0.3, 1.0, 3.0]
plain, momentum = [], []
print("rate  plain  momentum")
for eta in rates:
    plain.append(steps_to_a_tenth(descend(eta, 0.0, 51)[0]))
    momentum.append(steps_to_a_tenth(descend(eta, mu, 51)[0]))
    print(f"{eta:4.2f}  {plain[-1]:5.0f}  {momentum[-1]:8.0f}")
