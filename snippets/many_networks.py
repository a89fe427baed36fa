from itertools import product

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)

# All 16 images, and their targets
images = torch.tensor(list(product((0.0, 1.0), repeat=4)))
targets = images[:, [0, 2, 1, 3]]


# The random weights from which a network starts
def draw(hidden, seed):
    torch.manual_seed(seed)
    layer1, layer2 = nn.Linear(4, hidden), nn.Linear(hidden, 4)
    return layer1.weight.T, layer1.bias[None], layer2.weight.T, layer2.bias[None]


# One network for each seed, all trained side by side
def train_all(hidden, seeds, epochs, lr=0.5):
    starts = [draw(hidden, seed) for seed in seeds]
    parameters = [torch.stack(group).detach().requires_grad_() for group in zip(*starts)]
    W1, b1, W2, b2 = parameters
    at_start = torch.relu(images @ W1 + b1).any(dim=1)
    optimizer = torch.optim.SGD(parameters, lr=lr)
    for epoch in range(epochs):
        h = torch.relu(images @ W1 + b1)
        y_hat = h @ W2 + b2
        losses = ((y_hat - targets) ** 2).mean(dim=(1, 2))
        optimizer.zero_grad()
        losses.sum().backward()
        optimizer.step()
    right = ((y_hat > 0.5) == (targets > 0.5)).all(dim=2).sum(dim=1)
    active = h.any(dim=1)
    return losses.detach(), right, at_start, active


# Three small networks for a short time
together, *_ = train_all(hidden=4, seeds=(0, 1, 2), epochs=51)

# The last of them alone
torch.manual_seed(2)
model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for epoch in range(51):
    alone = F.mse_loss(model(images), targets)
    optimizer.zero_grad()
    alone.backward()
    optimizer.step()
