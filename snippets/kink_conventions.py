import torch
import torch.nn.functional as F

# Three ways to write the same ReLU
ways = {
    "F.relu(z)": F.relu,
    "z.clamp(min=0)": lambda z: z.clamp(min=0),
    "torch.maximum(z, 0)": lambda z: torch.maximum(z, torch.tensor(0.0)),
}
values, slopes = {}, {}
for name, relu in ways.items():
    z = torch.tensor([-0.1, 0.0, 0.5], requires_grad=True)
    h = relu(z)
    h.sum().backward()
    values[name], slopes[name] = h.tolist(), z.grad.tolist()
    print(f"{name:20} {slopes[name]}")
