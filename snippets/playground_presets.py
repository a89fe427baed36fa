import numpy as np
from playground_numpy import chapter, draw, images, judge, targets, train

# The image of the first sections, and all images but this one
picture = [1, 0, 1, 1]
one = np.all(images == picture, axis=1)
rest = ~one
everything = one | rest

# ReLU with a tolerance, and plain
tolerance, plain = 1e-6, 0.0

# Each preset: images to train on, initial weights, learning rate, steps, bar of ReLU
presets = {
    "kink-up": (one, chapter(+1e-6), 0.1, 1, plain),
    "kink-down": (one, chapter(-1e-6), 0.1, 1, plain),
    "dead": (one, chapter(), 0.1, 200, tolerance),
    "rate-0.01": (one, chapter(), 0.01, 200, tolerance),
    "rate-0.5": (one, chapter(), 0.5, 200, tolerance),
    "rate-2.0": (one, chapter(), 2.0, 20, tolerance),
    "rate-4.0": (one, chapter(), 4.0, 200, tolerance),
    "rate-4.1": (one, chapter(), 4.1, 200, tolerance),
    "three": (everything, draw(3, seed=5), 0.5, 800, tolerance),
    "eight": (everything, draw(8, seed=5), 0.5, 800, tolerance),
    "five-dead": (everything, draw(8, seed=7), 0.5, 800, tolerance),
    "left-out": (rest, draw(8, seed=5), 0.05, 500, tolerance),
    "linear": (everything, draw(0, seed=5), 0.5, 500, tolerance),
}

losses, right, dead, parameters = {}, {}, {}, {}
print("preset        step 1  at the end  right  dead")
for name, (chosen, start, eta, steps, bar) in presets.items():
    x, target = images[chosen], targets[chosen]
    losses[name], parameters[name] = train(x, target, start, eta, steps, bar)
    right[name], dead[name] = judge(x, parameters[name], bar)
    last = round(losses[name][-1], 6)
    print(f"{name:10s}  {losses[name][1]:8.4f}  {last:10.6g}  {right[name].sum():2d}/16  {dead[name]:4d}")

# Three neurons from many seeds
counts = []
for seed in range(25):
    _, trained = train(images, targets, draw(3, seed), 0.5, 800, tolerance)
    counts.append(judge(images, trained, tolerance)[0].sum())
print(f"Three neurons, best of {len(counts)} seeds: {max(counts)}/16")
