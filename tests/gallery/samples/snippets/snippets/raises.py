losses = []
if not losses:
    raise ValueError("there are no losses")
