import numpy as np
a = np.arange(6.0).reshape(2, 3)
b = a.T
b[0, 0] = -0.0
a -= 1
v = a[0]
v[:] = np.nan
big = np.zeros(5000)
big[17] = np.inf
mask = a > 0
objects = np.array([None, "x", [1]], dtype=object)
record = np.zeros(2, dtype=[("id", "i4"), ("name", "U3")])
record["name"][1] = "ab"
z = np.array([1 + 2j])
dates = np.array(["2020-01-01"], dtype="datetime64[D]")
scalar = np.float32(0.1)
print(a, b, big.sum(), mask, objects, record, z, dates, scalar)
