import numpy as np

# A parabola with the curvature of the page on learning rates, and many rates side by side
curvature = 0.5
rates = np.arange(100) * 0.1 + 0.05


# The distance from the minimum after so many steps from the distance one
def distance(mu, steps):
    s = np.ones_like(rates)
    v = np.zeros_like(rates)
    for step in range(steps):
        v = mu * v + curvature * s
        s = s - rates * v
    return abs(s)


last_stable = {}
for mu in (0.0, 0.5, 0.9):
    stable = distance(mu, 400) < 1
    last_stable[mu] = rates[stable].max()
    print(f"mu {mu}: stable up to {last_stable[mu]:.2f}, not with {last_stable[mu] + 0.1:.2f}")
