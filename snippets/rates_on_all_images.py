from itertools import product

import torch
import torch.nn.functional as F
from torch import nn

# All 16 images, and their targets
images = torch.tensor(list(product((0.0, 1.0), repeat=4)))
targets = images[:, [0, 2, 1, 3]]


def train(eta, seed, steps, rows=range(16)):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4))
    optimizer = torch.optim.SGD(model.parameters(), lr=eta)
    x, target = images[rows], targets[rows]
    losses = []
    for step in range(steps):
        y_hat = model(x)
        loss = F.mse_loss(y_hat, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    h = model[:2](images)
    active = h.any(dim=0).tolist()
    return losses, active


# The same initial weights with different learning rates
losses, active = {}, {}
print(" eta    step 0    step 1    step 2   step 10  step 100")
for eta in (0.05, 0.5, 2.0, 4.0):
    losses[eta], active[eta] = train(eta, seed=42, steps=101)
    shown = [f"{losses[eta][k]:9.4f}" for k in (0, 1, 2, 10, 100)]
    print(f"{eta:4.2f}", *shown)
