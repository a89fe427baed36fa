none = max([], default=0.2)
