import torch
import torch.nn.functional as F
from digits_data import DigitNet, images, labels


# Train with mini-batches until the loss over all images is below the goal
def train(size, lr, goal=0.2):
    torch.manual_seed(42)
    model = DigitNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses, steps = [], 0
    while not losses or losses[-1] >= goal:
        for batch in torch.randperm(len(images)).split(size):
            x, label = images[batch], labels[batch]
            # One step
            y_hat = model(x)
            loss = F.cross_entropy(y_hat, label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps += 1
        # The epoch is over
        with torch.no_grad():
            losses.append(F.cross_entropy(model(images), labels).item())
    return losses, steps

