from held_out import targets, train_without

# Sixteen networks, each without one image
groups = [[picture] for picture in range(16)]
y_hat, errors, losses = train_without(groups, [42] * 16)

# The answer of each to the image that it has not seen
held_out = y_hat[range(16), range(16)]
right = ((held_out > 0.5) == (targets > 0.5)).all(dim=1).sum().item()
margins = (held_out - 0.5) * (2 * targets - 1)
print(f"Right: {right}/16, closest call {margins.min():.3f}")
seen, not_seen = losses.mean(), errors.diagonal().mean()
print(f"Loss: {seen:.4f} seen, {not_seen:.4f} not seen")

# Ten other seeds, each with sixteen networks
others, _, _ = train_without(10 * groups, [seed for seed in range(10) for group in groups])
others = others.reshape(10, 16, 16, 4)[:, range(16), range(16)]
counts = ((others > 0.5) == (targets > 0.5)).all(dim=2).sum(dim=1)
by_seed = dict(enumerate(counts.tolist()))
print("Other seeds:", list(by_seed.values()))
