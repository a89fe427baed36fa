import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(42)

# The example and the starting weights
x = torch.tensor([1.0, 0.0, 1.0, 1.0])
target = torch.tensor([1.0, 1.0, 0.0, 1.0])
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


def train(forgotten):
    model = nn.Sequential(nn.Linear(4, 3), nn.Threshold(1e-6, 0.0), nn.Linear(3, 4))
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), (W1.T, b1, W2.T, b2)):
            parameter.copy_(value)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for step in range(201):
        y_hat = model(x)
        loss = F.mse_loss(y_hat, target)
        if forgotten != "zero_grad":
            optimizer.zero_grad()
        if forgotten != "backward":
            loss.backward()
        if forgotten != "step":
            optimizer.step()
        losses.append(loss.item())
    return losses


complete = train(None)
no_zero_grad = train("zero_grad")
no_backward = train("backward")
no_step = train("step")

print("step  complete  no zero_grad  no backward  no step")
for k in (0, 1, 5, 10, 25, 50, 100, 200):
    print(f"{k:4d}  {complete[k]:8.4f}  {no_zero_grad[k]:12.4f}  {no_backward[k]:11.4f}  {no_step[k]:7.4f}")
