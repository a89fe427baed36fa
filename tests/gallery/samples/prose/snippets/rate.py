mean = 0.1
