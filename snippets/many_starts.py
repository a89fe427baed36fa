from many_networks import train_all

# The same seeds for every size
seeds = range(100)
neurons = (1, 2, 3, 4, 8, 16)
losses, right, at_start, active, alive, floor, measured = {}, {}, {}, {}, {}, {}, {}
print("neurons   floor  best loss  most right  all right")
for k in neurons:
    losses[k], right[k], at_start[k], active[k] = train_all(k, seeds, epochs=401)
    alive[k] = active[k].sum(dim=1)
    floor[k] = max(4 - k, 0) / 16
    measured[k] = losses[k].min().item()
    solved = (right[k] == 16).sum()
    print(f"{k:7d}  {floor[k]:.4f}  {measured[k]:9.4f}  {right[k].max():7d}/16  {solved:5d}/{len(seeds)}")

# The floor for the neurons that are still alive
living_floor = {k: (4 - alive[k]).clamp(min=0) / 16 for k in neurons}

# The neurons of each network that are dead: before the training, and after it
start = {k: (~at_start[k]).sum(dim=1) for k in neurons}
lost = {k: (at_start[k] & ~active[k]).sum(dim=1) for k in neurons}
end = {k: (~active[k]).sum(dim=1) for k in neurons}
