import itertools

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(42)


# The data
def make_dataset():
    images = torch.tensor(list(itertools.product([0.0, 1.0], repeat=4)))
    targets = images[:, [0, 2, 1, 3]]
    return images, targets


# The network
class DiagonalFlipNet(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.layer1 = nn.Linear(4, hidden)
        self.layer2 = nn.Linear(hidden, 4)

    def forward(self, x):
        z1 = self.layer1(x)
        h = F.relu(z1)
        return self.layer2(h)


# How many images are answered without a mistake
def count_right(y_hat, targets):
    answers = (y_hat > 0.5).float()
    return (answers == targets).all(dim=1).sum().item()


images, targets = make_dataset()
model = DiagonalFlipNet(hidden=8)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

# The loop
losses, counts = [], []
for epoch in range(501):
    # One step
    y_hat = model(images)
    loss = F.mse_loss(y_hat, targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    losses.append(loss.item())
    counts.append(count_right(y_hat, targets))
    if epoch % 100 == 0:
        print(f"{epoch:4d}  {losses[-1]:.4f}  {counts[-1]}/16")

# After the last update
with torch.no_grad():
    predictions = model(images)
final_loss = F.mse_loss(predictions, targets).item()
accuracy = f"{count_right(predictions, targets)}/{len(images)}"
print(f"Loss:     {final_loss:.4f}")
print(f"Accuracy: {accuracy}")
