import numpy as np
import torch
import torch.nn.functional as F
from digits_momentum import descend, draw, look, steps_to_a_tenth
from digits_network import images, labels, predict


# Adam: two running means for each parameter
def adam(eta, steps, beta1=0.9, beta2=0.999, epsilon=1e-8):
    w = draw()
    m, s = np.zeros_like(w), np.zeros_like(w)
    losses = []
    for step in range(1, steps + 1):
        loss, dL_dw = look(w)
        m = beta1 * m + (1 - beta1) * dL_dw
        s = beta2 * s + (1 - beta2) * dL_dw ** 2
        m_hat = m / (1 - beta1 ** step)
        s_hat = s / (1 - beta2 ** step)
        w = w - eta * m_hat / (np.sqrt(s_hat) + epsilon)
        losses.append(loss)
    return np.array(losses), w


# The same loop in PyTorch, with any optimizer
x, target = torch.tensor(images), torch.tensor(labels)


def train(optimizer, w, steps):
    for step in range(steps):
        _, y_hat = predict(w, x)
        loss = F.cross_entropy(y_hat, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


w_plain, w_momentum, w_adam = (torch.tensor(draw(), requires_grad=True) for copy in range(3))
optimizers = {
    "plain": torch.optim.SGD([w_plain], lr=1.0),
    "momentum": torch.optim.SGD([w_momentum], lr=0.3, momentum=0.9),
    "Adam": torch.optim.Adam([w_adam], lr=0.03),
}
train(optimizers["plain"], w_plain, 41)
train(optimizers["momentum"], w_momentum, 41)
train(optimizers["Adam"], w_adam, 41)

# Ours beside PyTorch's
ours = {"plain": descend(1.0, 0.0, 41), "momentum": descend(0.3, 0.9, 41), "Adam": adam(0.03, 41)}
differences = []
for (name, (losses, w)), theirs in zip(ours.items(), (w_plain, w_momentum, w_adam)):
    differences.append(abs(w - theirs.detach().numpy()).max())
    print(f"{name:8s}  step 5: {losses[5]:.2f}  step 10: {losses[10]:.2f}  step 40: {losses[40]:.3f}")
assert max(differences) < 1e-9

# How far the first step of each moves the parameters that have a gradient
start = draw()
used = abs(look(start)[1]) > 1e-5
by_plain = abs(descend(1.0, 0.0, 1)[1] - start)[used]
by_adam = abs(adam(0.03, 1)[1] - start)[used]
print(f"First step of plain: {by_plain.min():.0e} to {by_plain.max():.0e}, of Adam: {by_adam.min():.3f} to {by_adam.max():.3f}")

# What the optimizers keep of earlier steps
kept = {}
for name, optimizer in optimizers.items():
    state = [value for of_one in optimizer.state.values() for value in of_one.values() if value is not None]
    kept[name] = sum(value.numel() for value in state if value.ndim > 0)
    print(f"{name} keeps {kept[name]} numbers for {len(start)} parameters")

rates = [0.001, 0.01, 0.03, 0.1, 0.3]
steps_of_adam = [steps_to_a_tenth(adam(eta, 51)[0]) for eta in rates]
