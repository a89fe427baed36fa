import torch
import torch.nn.functional as F
from digits_data import DigitNet, images, labels

torch.manual_seed(42)
model = DigitNet()


# The gradient of the mean loss over some of the images, all parameters in one row
def gradient(rows):
    model.zero_grad()
    F.cross_entropy(model(images[rows]), labels[rows]).backward()
    return torch.cat([parameter.grad.flatten() for parameter in model.parameters()])


whole = gradient(torch.arange(len(images)))

# Gradients of random mini-batches, compared with that of all images
sizes = [1, 4, 16, 64, 256]
spread, along = [], []
print("size  spread  uphill")
for size in sizes:
    gradients = torch.stack([gradient(batch) for batch in torch.randint(len(images), (200, size))])
    distances = (gradients - whole).norm(dim=1) / whole.norm()
    spread.append(distances.square().mean().sqrt().item())
    along.append(gradients @ whole / whole.norm() ** 2)
    print(f"{size:4d}  {spread[-1]:6.2f}  {(along[-1] < 0).sum():6d}")
