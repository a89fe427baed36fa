"""Tensors whose memory is not plain, of element types that NumPy does not have, and of classes of their own."""

import torch


class Marked(torch.Tensor):
    """A tensor that only has another name."""


w = torch.ones(3, requires_grad=True)
mine = torch.ones(2).as_subclass(Marked)
sparse = torch.eye(3).to_sparse()
nowhere = torch.empty(2, device="meta")
half = torch.ones(2, dtype=torch.bfloat16)
waves = torch.tensor([1 + 2j, 3 - 1j])
turned = waves.conj()
minus = turned.imag
bits = torch.zeros(2, dtype=torch.uint8).view(torch.float8_e5m2)
large = torch.zeros(3000)
held = [w, half, turned, sparse, bits]
kept = w * 2
kept.retain_grad()
for step in range(3):
    kept = w * 2
    kept.retain_grad()
    (kept.sum() * (step + 1)).backward()
    large[step] = 1.0
    half += 1
    waves *= 2
    mine = mine + 1
    minus = turned.imag
    w.data = torch.full((3,), float(step))
w.grad = None
kept = 1
print(mine.tolist(), half.tolist(), turned.tolist(), minus.tolist(), w.tolist(), float(large.sum()))
