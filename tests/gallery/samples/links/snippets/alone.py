loss = 0.5
