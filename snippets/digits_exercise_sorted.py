import torch
import torch.nn.functional as F
from digits_data import DigitNet, images, labels


# Train with mini-batches, each epoch in the order that a function returns
def train(order, epochs=3):
    torch.manual_seed(42)
    model = DigitNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for epoch in range(epochs):
        for batch in order().split(32):
            y_hat = model(images[batch])
            loss = F.cross_entropy(y_hat, labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return model(images).argmax(dim=1)


by_digit = labels.argsort(stable=True)
in_order = train(lambda: by_digit)
shuffled = train(lambda: torch.randperm(len(images)))
for name, answers in (("in order", in_order), ("shuffled", shuffled)):
    right, nines = (answers == labels).sum(), (answers == 9).sum()
    print(f"{name}: {right:4d} right, {nines:4d} answers are 9")
