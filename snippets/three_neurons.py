import torch
import torch.nn.functional as F
from full_training import DiagonalFlipNet, count_right, images, targets

# The training on all images, with three hidden neurons
torch.manual_seed(42)
model = DiagonalFlipNet(hidden=3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
losses, counts = [], []
for epoch in range(501):
    y_hat = model(images)
    loss = F.mse_loss(y_hat, targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    losses.append(loss.item())
    counts.append(count_right(y_hat, targets))
    if epoch % 100 == 0:
        print(f"{epoch:4d}  {losses[-1]:.4f}  {counts[-1]}/16")

# What the network ended with
with torch.no_grad():
    h = F.relu(model.layer1(images))
    predictions = model(images)
    W2 = model.layer2.weight.T
    b2 = model.layer2.bias

# A direction of length one, in which no hidden neuron can move the outputs
u = torch.linalg.svd(W2).Vh[3]
if u @ (b2 - 0.5) > 0:
    u = -u

# How the targets are spread
spread = torch.cov(targets.T, correction=0)

# The image that the network cannot get right
impossible = (u > 0).float()
row = targets.tolist().index(impossible.tolist())
print("Target out of reach:", targets[row].tolist())
print("Answer:             ", [round(v, 3) for v in predictions[row].tolist()])
