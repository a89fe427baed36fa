import full_training
import torch
import torch.nn.functional as F
from full_training import DiagonalFlipNet, count_right, images

torch.manual_seed(42)

# The other flip
targets = images[:, [1, 0, 3, 2]]
model = DiagonalFlipNet(hidden=8)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

# The loop
for epoch in range(501):
    y_hat = model(images)
    loss = F.mse_loss(y_hat, targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


# How well a network does the other flip
def report(name, network):
    with torch.no_grad():
        predictions = network(images)
    loss = F.mse_loss(predictions, targets).item()
    right = count_right(predictions, targets)
    print(f"{name:9s} {loss:.4f}  {right}/16")
    return loss, right


# Trained for it, and trained for the diagonal flip
trained = report("Trained:", model)
diagonal_model = full_training.model
diagonal = report("Diagonal:", diagonal_model)

# The latter with its outputs in another order
order = [2, 0, 3, 1]
rewired_model = DiagonalFlipNet(hidden=8)
rewired_model.load_state_dict(diagonal_model.state_dict())
with torch.no_grad():
    old, new = diagonal_model.layer2, rewired_model.layer2
    new.weight.copy_(old.weight[order])
    new.bias.copy_(old.bias[order])
rewired = report("Rewired:", rewired_model)
