# The network
W1 = [
    [ 0.2, -0.5,  0.1],
    [-0.3,  0.4, -0.2],
    [ 0.1,  0.3,  0.5],
    [-0.4,  0.2, -0.1],
]
b1 = [0.1, -0.1, 0.0]
W2 = [
    [ 0.3, -0.2,  0.4,  0.1],
    [-0.1,  0.5, -0.3,  0.2],
    [ 0.2, -0.4,  0.1, -0.5],
]
b2 = [0.0, 0.1, -0.1, 0.0]

# The image, and the answer we want
x = [1, 0, 1, 1]
target = [1, 1, 0, 1]

# The hidden neurons, one after the other
z1, h = [], []
for neuron in range(3):
    total = b1[neuron]
    for pixel in range(4):
        total = total + x[pixel] * W1[pixel][neuron]
    z1.append(total)
    h.append(max(total, 0.0))

# The outputs, one after the other
y_hat = []
for output in range(4):
    total = b2[output]
    for neuron, activation in enumerate(h):
        total = total + activation * W2[neuron][output]
    y_hat.append(total)

# The loss
errors = []
for predicted, wanted in zip(y_hat, target):
    errors.append(predicted - wanted)
loss = sum(error ** 2 for error in errors) / 4

# Result
for wanted, predicted in zip(target, y_hat):
    print(f"wanted {wanted}, got {predicted:5.2f}")
print(f"loss {loss:.5f}")
