import numpy as np
import torch
import torch.nn.functional as F
from digits_network import draw, images, labels, look, predict


def adamw(eta, decay, steps, beta1=0.9, beta2=0.999, epsilon=1e-8):
    w = draw()
    m, s = np.zeros_like(w), np.zeros_like(w)
    for step in range(1, steps + 1):
        _, dL_dw = look(w)
        w = w - eta * decay * w
        m = beta1 * m + (1 - beta1) * dL_dw
        s = beta2 * s + (1 - beta2) * dL_dw ** 2
        w = w - eta * (m / (1 - beta1 ** step)) / (np.sqrt(s / (1 - beta2 ** step)) + epsilon)
    return w


eta, decay, steps = 0.03, 0.1, 40
ours = adamw(eta, decay, steps)

x, target = torch.tensor(images), torch.tensor(labels)
theirs = torch.tensor(draw(), requires_grad=True)
optimizer = torch.optim.AdamW([theirs], lr=eta, weight_decay=decay)
for step in range(steps):
    _, y_hat = predict(theirs, x)
    loss = F.cross_entropy(y_hat, target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

difference = abs(ours - theirs.detach().numpy()).max()
print("Same as PyTorch:", difference < 1e-9)

# The weights of the first pixel, which is off in every image
always_off = images[:, 0].max() == 0
ratio = ours[:32] / draw()[:32]
print(f"First pixel always off: {always_off}, its weights are {ratio.min():.3f} to {ratio.max():.3f} of what they were")
