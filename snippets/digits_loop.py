import torch
import torch.nn.functional as F
from digits_data import DigitNet, images, labels, targets

torch.manual_seed(42)
model = DigitNet()
x, target = images, targets

# The loop
losses, right = [], []
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for step in range(201):
    # One step
    y_hat = model(x)
    loss = F.mse_loss(y_hat, target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    answers = y_hat.argmax(dim=1)
    losses.append(loss.item())
    right.append((answers == labels).sum().item())
    if step in (0, 10, 25, 50, 100, 200):
        print(f"{step:4d}  {loss:.4f}  {right[-1]:4d} right")
