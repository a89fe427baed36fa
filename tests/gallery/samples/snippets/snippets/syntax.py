loss = (1 - 0.1
best = loss
