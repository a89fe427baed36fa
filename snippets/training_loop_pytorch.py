import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(42)


# The network
class DiagonalFlipNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(4, 3)
        self.layer2 = nn.Linear(3, 4)

    def forward(self, x):
        z1 = self.layer1(x)
        h = F.threshold(z1, 1e-6, 0.0)
        return self.layer2(h)


model = DiagonalFlipNet()

# The same weights as in NumPy
W1 = torch.tensor([
    [ 0.2, -0.5,  0.1],
    [-0.3,  0.4, -0.2],
    [ 0.1,  0.3,  0.5],
    [-0.4,  0.2, -0.1],
])
b1 = torch.tensor([0.1, -0.1, 0.0])
W2 = torch.tensor([
    [ 0.3, -0.2,  0.4,  0.1],
    [-0.1,  0.5, -0.3,  0.2],
    [ 0.2, -0.4,  0.1, -0.5],
])
b2 = torch.tensor([0.0, 0.1, -0.1, 0.0])
with torch.no_grad():
    model.layer1.weight.copy_(W1.T)
    model.layer1.bias.copy_(b1)
    model.layer2.weight.copy_(W2.T)
    model.layer2.bias.copy_(b2)

# The example
x = torch.tensor([1.0, 0.0, 1.0, 1.0])
target = torch.tensor([1.0, 1.0, 0.0, 1.0])

# The loop
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(201):
    # One step
    y_hat = model(x)
    loss = F.mse_loss(y_hat, target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    if step in (0, 1, 5, 10, 25, 50, 100, 200):
        print(f"{step:4d}  {loss:.6f}  {[round(v, 3) for v in y_hat.tolist()]}")
