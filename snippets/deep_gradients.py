from deep_layers import depth, glorot, he, relu, sigmoid, sizes, small

settings = {
    "sigmoid, small": (sigmoid, small),
    "sigmoid, Glorot": (sigmoid, glorot),
    "ReLU, small": (relu, small),
    "ReLU, He": (relu, he),
    "ReLU, double He": (relu, 2 * he),
}
norms = {}
print("layer                   1        25        50")
for name, (activation, deviation) in settings.items():
    norms[name] = sizes(activation, deviation)
    print(f"{name:15s}", *(f"{norms[name][k - 1]:9.0e}" for k in (1, 25, 50)))
