import os

grown = [0.0]
try:
    size = len(os.sep)
    top = max(grown, key=lambda _: grown.append(0.0) or size)
except Exception:
    pass
