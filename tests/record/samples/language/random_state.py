import random
import numpy as np
values = [random.random() for _ in range(3)]
draws = np.random.rand(3)
more = np.random.default_rng(5).normal(size=2)
print(values, draws, more)
random.shuffle(values)
print(values, random.getrandbits(40))
