import itertools

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# All images of four pixels, and their targets
images = torch.tensor(list(itertools.product([0.0, 1.0], repeat=4)))
targets = images[:, [0, 2, 1, 3]]

# Images with six pixels: the lowest loss that four hidden neurons allow
pixels, hidden = 6, 4
larger = np.array(list(itertools.product([0, 1], repeat=pixels)))
spread = np.cov(larger.T, bias=True)
floor = np.linalg.eigvalsh(spread)[: pixels - hidden].sum() / pixels
print(f"Floor for six pixels and four hidden neurons: {floor:.4f}")

# The single layer: the largest curvature of its loss
with_ones = torch.cat([images, torch.ones(16, 1)], dim=1)
curvature = torch.linalg.eigvalsh(with_ones.T @ with_ones / 16).max().item() / 2
limit = 2 / curvature
print(f"Curvature {curvature:.4f}, limit of the rate {limit:.4f}")


# Its loss after a training with some rate
def train(eta):
    torch.manual_seed(42)
    single = nn.Linear(4, 4)
    optimizer = torch.optim.SGD(single.parameters(), lr=eta)
    for epoch in range(501):
        loss = F.mse_loss(single(images), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


below, above = train(0.99 * limit), train(1.01 * limit)
print(f"Loss with a rate below the limit: {below:.1e}, above it: {above:.1e}")
