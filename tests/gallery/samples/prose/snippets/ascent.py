from math import isclose

best = 0.25
