import numpy as np
from digits_network import draw, images, predict, targets

# The gradient of an output bias, image by image, and its mean over random batches
_, y_hat = predict(draw(), images)
powers = np.exp(y_hat)
gradients = (powers / powers.sum(axis=1, keepdims=True) - targets)[:, 0]
rng = np.random.default_rng(42)
spread = {}
for size in (16, 64):
    batches = rng.choice(gradients, size=(4000, size))
    spread[size] = batches.mean(axis=1).std()
print(f"Spread for 16 images is {spread[16] / spread[64]:.1f} times that for 64")

# Knowing nothing: every digit gets the same probability
nothing = -np.log(1 / 10)
print(f"Loss without knowledge: {nothing:.3f}")

# Many layers with a factor a little below one
left = 0.9 ** 50
print(f"Left after 50 layers: {left:.4f}")
