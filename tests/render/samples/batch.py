import numpy as np

X = np.array([[(n >> k) & 1 for k in range(4)] for n in range(16)])
T = X[:, [0, 2, 1, 3]]
W = np.array([[0.5, -0.25, 1e-7, 1.0, -2.0, 0.3], [-0.5, 0.75, 0.1, -1.0, 0.0, 0.7],
              [0.2, -0.4, 0.9, 0.3, 1.5, -0.9], [0.1, 0.6, -0.2, -3.0, 0.4, 0.8]])
V = np.array([[0.3, -0.2, 0.4, 0.1], [-0.1, 0.5, -0.3, 0.2], [1e-7, -4e-7, 1e-7, -5e-7],
              [0.2, -0.4, 0.1, -0.5], [0.6, 0.0, -0.7, 1.0], [-0.3, 0.9, 0.25, -0.125]])
for step in range(3):
    Z = X @ W
    H = np.maximum(0, Z)
    Y = H @ V
    loss = np.mean((Y - T) ** 2)
    dY = 2 * (Y - T) / T.size
    dV = H.T @ dY
    dZ = dY @ V.T * (Z > 0)
    W = W - 0.1 * (X.T @ dZ)
    V -= 0.1 * dV
cube = Z.reshape(2, 8, 6) * 0.5
right = (Y > 0.5) == (T > 0.5)
tiny = np.array([1e-7, -1e-7, 3.0]) * np.array([2.0, 3.0, -1e9])
print(f"{loss:.3e}")
