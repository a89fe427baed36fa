# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The lab
#
# Here you can change the code of the chapter. This page is a notebook that was run when the site was built. Download it above, open
# it with Jupyter, and run a cell with Shift and Enter; or take the script and run it with Python. It needs NumPy and PyTorch.
#
# Each part has one cell in which something can be changed. **Before you run it, write down what you
# expect.** A prediction that fails teaches more than one that holds.

# %% [markdown]
# ## The network of the chapter
#
# The parameters, the image and the target that you know, and the step in functions: forward pass, backward pass, update.

# %%
import itertools

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

START = {
    "W1": np.array([
        [ 0.2, -0.5,  0.1],
        [-0.3,  0.4, -0.2],
        [ 0.1,  0.3,  0.5],
        [-0.4,  0.2, -0.1],
    ]),
    "b1": np.array([0.1, -0.1, 0.0]),
    "W2": np.array([
        [ 0.3, -0.2,  0.4,  0.1],
        [-0.1,  0.5, -0.3,  0.2],
        [ 0.2, -0.4,  0.1, -0.5],
    ]),
    "b2": np.array([0.0, 0.1, -0.1, 0.0]),
}
x = np.array([1, 0, 1, 1])
target = np.array([1, 1, 0, 1])


def forward(p, x):
    z1 = np.round(x @ p["W1"] + p["b1"], 10)
    h = np.maximum(z1, 0)
    return z1, h, h @ p["W2"] + p["b2"]


def loss_of(p, x, target):
    return np.mean((forward(p, x)[2] - target) ** 2)


def gradients(p, x, target):
    z1, h, y_hat = forward(p, x)
    dL_dy = 0.5 * (y_hat - target)
    dL_dz1 = (p["W2"] @ dL_dy) * (z1 > 0)
    return {"W1": np.outer(x, dL_dz1), "b1": dL_dz1, "W2": np.outer(h, dL_dy), "b2": dL_dy}


def step(p, x, target, eta):
    slopes = gradients(p, x, target)
    return {name: p[name] - eta * slopes[name] for name in p}


before = loss_of(START, x, target)
after = loss_of(step(START, x, target, 0.1), x, target)
print(f"{before:.4f} -> {after:.4f}")
assert f"{before:.4f} {after:.4f}" == "0.8963 0.7258", "the step of the chapter"

# %% [markdown]
# ## Another image
#
# Change the image, and with it the target. Which parameters will move? A hint: look for the pixels that are off, and for
# the neurons that are inactive. What if all pixels are off?

# %%
image = np.array([0, 1, 1, 0])  # change this

wanted = image[[0, 2, 1, 3]]
z1, h, y_hat = forward(START, image)
slopes = gradients(START, image, wanted)
moved = {name: int(np.count_nonzero(slope)) for name, slope in slopes.items()}
print("pre-activations:", z1)
print("prediction:     ", np.round(y_hat, 3), "wanted:", wanted)
print("gradients that are not zero:", moved)

# %% [markdown]
# ## Learning rates
#
# The loop, with a learning rate of your choice. Which one is too large? Once the hidden layer is dead, each update multiplies
# the error of an output by $1 - \frac{\eta}{2}$. Find a rate at which the loss neither falls nor grows.

# %%
rates = [0.01, 0.5, 2.0]  # change this

for eta in rates:
    p = START
    losses = []
    for _ in range(201):
        losses.append(loss_of(p, x, target))
        p = step(p, x, target, eta)
    active = int(np.count_nonzero(forward(p, x)[1]))
    print(f"eta {eta:<5} step 1: {losses[1]:.4f}   step 200: {losses[200]:.3g}")
    print(f"          active hidden neurons: {active}")

# %% [markdown]
# ## Check a gradient
#
# Change one weight by a little, and see by how much the loss changes. The **central difference** changes it both ways and divides by
# the distance:
#
# $$\frac{L(w + \varepsilon) - L(w - \varepsilon)}{2 \varepsilon}$$
#
# Compare it with the gradient from the backward pass. Then choose row zero and column zero. Why do they disagree now? Compare
# the one-sided differences to find out.

# %%
row, column = 0, 2  # change this
epsilon = 1e-4


def nudged(amount):
    p = {name: values.copy() for name, values in START.items()}
    p["W1"][row, column] += amount
    return loss_of(p, x, target)


central = (nudged(epsilon) - nudged(-epsilon)) / (2 * epsilon)
upward = (nudged(epsilon) - nudged(0)) / epsilon
downward = (nudged(0) - nudged(-epsilon)) / epsilon
backward = gradients(START, x, target)["W1"][row, column]
print(f"backward pass {backward:.5f}   central  {central:.5f}")
print(f"upward        {upward:.5f}   downward {downward:.5f}")

# %% [markdown]
# ## All images
#
# Every image there is, the network in PyTorch, and a count of how many images are right. Change the number of hidden
# neurons, the seed, the rate, or the rule itself: the order of the columns says where each pixel of the answer comes from.
#
# Things to try. How few hidden neurons can do it, and how few can do it *with this seed*? How low does the loss get with fewer?
# Flip left and right instead of over the diagonal. And invent a rule that this network cannot learn.

# %%
hidden, seed, eta, epochs = 8, 42, 0.05, 501  # change this
order = [0, 2, 1, 3]  # and this: [1, 0, 3, 2] flips left and right

images = torch.tensor(list(itertools.product([0.0, 1.0], repeat=4)))
targets = images[:, order]

torch.manual_seed(seed)
model = nn.Sequential(nn.Linear(4, hidden), nn.ReLU(), nn.Linear(hidden, 4))
optimizer = torch.optim.SGD(model.parameters(), lr=eta)
for epoch in range(epochs):
    y_hat = model(images)
    loss = F.mse_loss(y_hat, targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 100 == 0:
        right = ((y_hat > 0.5) == (targets > 0.5)).all(dim=1).sum()
        print(f"epoch {epoch:3d}   loss {loss:.4f}   right {right}/16")
alive = int((model[:2](images) > 0).any(dim=0).sum())
print("live hidden neurons:", alive, "of", hidden)

# %% [markdown]
# ## Leave some out
#
# Train on some of the images, and test on the others. With how few can the network still find the rule? Does it matter which
# ones you keep?

# %%
kept = [0, 1, 2, 4, 8, 15]  # change this: the numbers of the images in the training set, from 0 to 15

torch.manual_seed(42)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(2001):
    loss = F.mse_loss(model(images[kept]), targets[kept])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
right = ((model(images) > 0.5) == (targets > 0.5)).all(dim=1)
unseen = [number for number in range(16) if number not in kept]
print(f"loss on the training set: {loss:.4f}")
print(f"right in the training set: {int(right[kept].sum())}/{len(kept)}")
print(f"right among the others:    {int(right[unseen].sum())}/{len(unseen)}")
