import numpy as np

# The output biases, their gradient, and the learning rate of the first step
b2 = np.array([0.0, 0.1, -0.1, 0.0])
dL_db2 = np.array([-0.45, -0.55, -0.025, -0.625])
eta = 0.1

# A second name, and a copy
second_name = b2
copied = b2.copy()

# Change the array in place
b2 -= eta * dL_db2
print("b2:         ", b2)
print("second name:", second_name)
print("copied:     ", copied)
