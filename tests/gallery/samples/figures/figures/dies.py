"""It falls."""

DATA = {"loss": "series(descent.loss)"}


def draw(sheet, data):
    __import__("os")._exit(3)
