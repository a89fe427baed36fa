import torch
import torch.nn.functional as F
from digits_data import DigitNet, images, labels

# The images in random order: the last 360 are kept for the test
torch.manual_seed(0)
order = torch.randperm(len(images))
test = order[-360:]


# Train on few images, and test now and then
def train(images, labels, hidden=256, weight_decay=0.0, steps=301):
    torch.manual_seed(42)
    model = DigitNet(hidden)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0, weight_decay=weight_decay)
    report = []
    for step in range(steps):
        y_hat = model(images)
        loss = F.cross_entropy(y_hat, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 10 == 0:
            report.append((step, loss.item(), *examine(model, test)))
    return model, report


# Loss and accuracy on some images, without a step
def examine(model, rows):
    with torch.no_grad():
        y_hat = model(images[rows])
    accuracy = (y_hat.argmax(dim=1) == labels[rows]).double().mean()
    return F.cross_entropy(y_hat, labels[rows]).item(), accuracy.item()


few = order[:50]
model, report = train(images[few], labels[few])
steps, train_losses, test_losses, accuracies = zip(*report)
best = test_losses.index(min(test_losses))
print(f"best test loss: step {steps[best]}, {test_losses[best]:.3f}, {accuracies[best]:.1%} right")
print(f"in the end:     step {steps[-1]}, {test_losses[-1]:.3f}, {accuracies[-1]:.1%} right")
