from itertools import product

import torch
import torch.nn.functional as F
from torch import nn

# All 16 images, and their targets
images = torch.tensor(list(product((0.0, 1.0), repeat=4)))
targets = images[:, [0, 2, 1, 3]]

# The flip as a matrix
P = torch.tensor([
    [1.0, 0.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.0],
    [0.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, 0.0, 1.0],
])

# A single layer, without a nonlinearity
torch.manual_seed(42)
single = nn.Linear(4, 4)
optimizer = torch.optim.SGD(single.parameters(), lr=0.5)
for epoch in range(501):
    y_hat = single(images)
    loss = F.mse_loss(y_hat, targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

# What it learned
weight = single.weight.detach()
bias = single.bias.detach()
right = ((y_hat > 0.5) == (targets > 0.5)).all(dim=1).sum().item()
print(f"Loss:     {loss:.6f}")
print(f"Accuracy: {right}/{len(images)}")
