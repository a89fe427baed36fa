import numpy as np
from learning_rates import train


# Is neuron 2 still active after so many updates?
def survives(eta, updates):
    _, active = train(eta, updates + 1)
    return active[updates] > 0


# Is the loss at the end lower than at this step?
def comes_down(eta, step):
    errors, _ = train(eta, 201)
    losses = np.mean(errors ** 2, axis=1)
    return losses[200] < losses[step]


# The rate at which the answer turns from yes to no
def border(question, low, high, argument):
    while high - low > 1e-6:
        middle = (low + high) / 2
        if question(middle, argument):
            low = middle
        else:
            high = middle
    return low


updates = [1, 2, 10, 100]
limits = [border(survives, 0.0, 1.0, n) for n in updates]
for n, limit in zip(updates, limits):
    print(f"{n:3d} updates: {limit:.4f}, together {n * limit:.3f}")

diverges_above = border(comes_down, 1.0, 8.0, 1)
worse_above = border(comes_down, 1.0, 8.0, 0)
print(f"Lower than at step 1: up to {diverges_above:.4f}")
print(f"Lower than at step 0: up to {worse_above:.4f}")
