def compute(values):
    total = 0
    for v in values:
        total += (v.real + v.imag) / (v - 3) ; total -= 1
    return total
ä = "ünï"; result = compute([1, 2, 3])
