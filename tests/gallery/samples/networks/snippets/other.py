target = [1]
