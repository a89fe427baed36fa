import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

torch.set_num_threads(1)
digits = load_digits()
images = torch.tensor(digits.data[:100] / 16)
labels = torch.tensor(digits.target[:100])


# A network of so many hidden layers, with or without the initialisation by He
def make(hidden_layers, he):
    torch.manual_seed(42)
    layers = []
    size = 64
    for layer in range(hidden_layers):
        linear = nn.Linear(size, 32, dtype=torch.float64)
        if he:
            nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
            nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
        size = 32
    return nn.Sequential(*layers, nn.Linear(size, 10, dtype=torch.float64))


def train(model, steps):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    losses = []
    for step in range(steps):
        y_hat = model(images)
        loss = F.cross_entropy(y_hat, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


weights = sum(p.numel() for p in make(20, he=True).parameters())
print(f"{weights} parameters with 20 hidden layers")
