"""Docstring of the module."""
from __future__ import annotations
a = b = [1, 2]
c, (d, *e) = 1, (2, 3, 4)
a += [3]; f = a is b; g: int = 7
h: str
del c
text = """two
lines"""
total = (
    1
    + 2
)
print(a, b, d, e, f, g, text, total, __doc__)
