best = 1
