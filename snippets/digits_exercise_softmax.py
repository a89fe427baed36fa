import warnings

import numpy as np

warnings.simplefilter("ignore")
y_hat = np.array([1000.0, 999.0, 0.0])


def softmax(y):
    return np.exp(y) / np.exp(y).sum()


naive = softmax(y_hat)
shifted = softmax(y_hat - y_hat.max())
print("As it is written:", naive)
print("Shifted:         ", shifted.round(3))

# The logarithm of a probability that is rounded to zero, and the same without the detour
from_probability = np.log(shifted[2])
directly = y_hat[2] - y_hat.max() - np.log(np.exp(y_hat - y_hat.max()).sum())
print("Logarithm:       ", from_probability, "and", directly.round(3))
