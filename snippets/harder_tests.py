from held_out import images, targets, train_without

# The images that are left out, in four tests
pixels_on = images.sum(dim=1)
tests = {
    "three or more pixels on": pixels_on >= 3,
    "two or more pixels on": pixels_on >= 2,
    "top right on": images[:, 1] == 1,
    "bottom left on": images[:, 2] == 1,
}
hidden_from_it = [test.nonzero().flatten().tolist() for test in tests.values()]
y_hat, errors, losses = train_without(hidden_from_it, [42] * len(tests))

right = (y_hat > 0.5) == (targets > 0.5)
seen_right, unseen_right, sizes = {}, {}, {}
print("not shown                  seen  not seen")
for row, (name, test) in enumerate(tests.items()):
    whole = right[row].all(dim=1)
    sizes[name] = test.sum().item()
    seen_right[name] = whole[~test].sum().item()
    unseen_right[name] = whole[test].sum().item()
    print(f"{name:24} {seen_right[name]:3d}/{16 - sizes[name]:<2d}  {unseen_right[name]:4d}/{sizes[name]}")

# For the images with the top-right pixel on: which outputs are right?
outputs = right[2][tests["top right on"]].sum(dim=0).tolist()
print("right by output:", outputs)

# The same with other seeds
others, _, _ = train_without(10 * [hidden_from_it[2]], range(10))
others_right = (others > 0.5) == (targets > 0.5)
by_seed = dict(enumerate(others_right[:, tests["top right on"]].sum(dim=1).tolist()))
print("bottom left, other seeds:", [counts[2] for counts in by_seed.values()])
