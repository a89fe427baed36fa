loss = 0.5
rate = 0.1
