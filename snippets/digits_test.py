import torch
import torch.nn.functional as F
from digits_data import DigitNet, images, labels


# Train on some images with mini-batches, and answer the others
def answer(train, test, seed, epochs=10):
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


seeds = range(6)
mixed, in_order = [], []
confusion = torch.zeros(10, 10, dtype=int)
for seed in seeds:
    # The test images are drawn at random
    torch.manual_seed(seed)
    order = torch.randperm(len(images))
    test = order[-360:]
    answers = answer(order[:-360], test, seed)
    mixed.append((answers == labels[test]).double().mean().item())
    for label, digit in zip(labels[test], answers):
        confusion[label, digit] += 1

    # The test images are the last of the collection
    answers = answer(torch.arange(len(images) - 360), torch.arange(len(images) - 360, len(images)), seed)
    in_order.append((answers == labels[-360:]).double().mean().item())

print("drawn at random: ", *(f"{accuracy:.3f}" for accuracy in sorted(mixed)))
print("the last images: ", *(f"{accuracy:.3f}" for accuracy in sorted(in_order)))
