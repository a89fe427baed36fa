from itertools import product

import torch

# All 16 images, and their targets
images = torch.tensor(list(product((0.0, 1.0), repeat=4)))
targets = images[:, [0, 2, 1, 3]]

# A table of everything that was shown
table = {}
for image, target in zip(images.tolist(), targets.tolist()):
    table[tuple(image)] = target

# Look up every image
pictures = [tuple(image) for image in images.tolist()]
right = sum(table.get(picture) == target for picture, target in zip(pictures, targets.tolist()))
print(f"Accuracy: {right}/{len(images)}")

# Look up an image that was left out
left_out = (1.0, 0.0, 1.0, 1.0)
del table[left_out]
answer = table.get(left_out)
print("Answer:", answer)
