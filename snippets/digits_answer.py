import torch
import torch.nn.functional as F
from digits_data import DigitNet, images, labels


# Train on some images with mini-batches, and answer the others
def answer(train, test, seed, epochs=6):
    torch.manual_seed(seed)
    model = DigitNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for epoch in range(epochs):
        for batch in train[torch.randperm(len(train))].split(32):
            y_hat = model(images[batch])
            loss = F.cross_entropy(y_hat, labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return model(images[test]).argmax(dim=1)

