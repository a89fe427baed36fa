import torch
import torch.nn.functional as F


def train(model, inputs, targets, steps):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for step in range(steps):
        y_hat = model(inputs)
        loss = F.cross_entropy(y_hat.flatten(0, -2), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
