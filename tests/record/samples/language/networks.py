import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(2, 3)
        self.layer2 = nn.Linear(3, 1)
        self.register_buffer("scale", torch.ones(1))
    def forward(self, x):
        return self.layer2(torch.relu(self.layer1(x))) * self.scale
model = Net()
x = torch.tensor([[1.0, 2.0]])
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(4):
    loss = (model(x) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
w = torch.ones(2, requires_grad=True)
(w * 3).sum().backward()
mask = x > 1
half = x.to(torch.bfloat16)
print(f"{loss.item():.6f}", w.grad, mask, half)
