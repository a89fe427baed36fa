import numpy as np
import torch
import torch.nn.functional as F
from digits_data import DigitNet, images, labels, targets

# One image, and a network with random weights
torch.manual_seed(42)
model = DigitNet()
x, target = images[0].numpy(), targets[0].numpy()
W1, b1, W2, b2 = (parameter.detach().numpy().T for parameter in model.parameters())

# Forward pass
z1 = x @ W1 + b1
h = np.maximum(z1, 0)
logits = h @ W2 + b2
p = np.exp(logits) / np.sum(np.exp(logits))
loss = -np.sum(target * np.log(p))

# Backward pass
dL_dlogits = p - target
dL_dW2 = np.outer(h, dL_dlogits)
dL_db2 = dL_dlogits
dL_dz1 = (W2 @ dL_dlogits) * (z1 > 0)
dL_dW1 = np.outer(x, dL_dz1)
dL_db1 = dL_dz1

# The same by autograd
logits_torch = model(images[:1])
logits_torch.retain_grad()
loss_torch = F.cross_entropy(logits_torch, labels[:1])
loss_torch.backward()
assert np.isclose(loss, loss_torch.item())
assert np.allclose(dL_dlogits, logits_torch.grad[0])
for ours, parameter in zip((dL_dW1, dL_db1, dL_dW2, dL_db2), model.parameters()):
    assert np.allclose(ours.T, parameter.grad)

print(f"probability of the right digit: {p[0]:.4f}")
print(f"loss: {loss:.4f} in NumPy, {loss_torch:.4f} in PyTorch")
