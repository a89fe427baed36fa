import itertools

import torch
from full_training import images, model
from linear_flip import P, single

# The parameters of the network that learned all images
W1, b1 = model.layer1.weight.detach(), model.layer1.bias.detach()
W2, b2 = model.layer2.weight.detach(), model.layer2.bias.detach()

# The matrix and the bias of the linear function that it computes, image by image
active = (images @ W1.T + b1 > 0).float()
matrices = torch.stack([W2 @ torch.diag(row) @ W1 for row in active])
biases = torch.stack([W2 @ (row * b1) + b2 for row in active])
answers = torch.stack([A @ x + b for A, x, b in zip(matrices, images, biases)])
distances = (matrices - P).abs().amax(dim=(1, 2))
print("matrices that differ:", len(torch.unique(active, dim=0)))
print(f"distance from P: {distances.min():.2f} to {distances.max():.2f}")

# Images that neither model has seen: grey ones, and ones that are brighter
greys = torch.tensor(list(itertools.product([0.0, 0.25, 0.5, 0.75, 1.0], repeat=4)))
brights = 3 * greys
print("largest error   single layer  network")
off_single, off_network = {}, {}
for name, seen in {"sixteen": images, "greys": greys, "brights": brights}.items():
    flips = seen @ P.T
    with torch.no_grad():
        off_single[name] = (single(seen) - flips).abs().max().item()
        off_network[name] = (model(seen) - flips).abs().max().item()
    print(f"{name:13}  {off_single[name]:13.2f}  {off_network[name]:7.2f}")
