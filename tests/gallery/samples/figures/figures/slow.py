"""It falls."""

DATA = {"loss": "series(descent.loss)"}


def draw(sheet, data):
    while True: pass
