import numpy as np
from training_step_numpy import W1, W2, b1, b2, eta, target, x
from training_step_numpy import dL_db1, dL_db2, dL_dW1, dL_dW2

# The gradient of the first step, taken again and again
losses = []
for step in range(61):
    h = np.maximum(np.round(x @ W1 + b1, 10), 0)
    y_hat = h @ W2 + b2
    losses.append(np.mean((y_hat - target) ** 2))
    W1 = W1 - eta * dL_dW1
    b1 = b1 - eta * dL_db1
    W2 = W2 - eta * dL_dW2
    b2 = b2 - eta * dL_db2
