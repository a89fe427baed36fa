import torch
from full_training import images
from many_networks import draw
from many_starts import active, seeds


# Which neurons are inactive for every image before the training
def dead_at_start(hidden, seed):
    W1, b1, _, _ = draw(hidden, seed)
    return ~torch.relu(images @ W1 + b1).any(dim=0)


# How many neurons of each network are dead: before the training, and after it
start, lost, end = {}, {}, {}
print("neurons  dead at the start  lost in training  dead at the end")
for k in (4, 8, 16):
    before = torch.stack([dead_at_start(k, seed) for seed in seeds])
    start[k] = before.sum(dim=1)
    lost[k] = (~active[k] & ~before).sum(dim=1)
    end[k] = (~active[k]).sum(dim=1)
    print(f"{k:7d}  {start[k].sum():17d}  {lost[k].sum():16d}  {end[k].sum():15d}")
