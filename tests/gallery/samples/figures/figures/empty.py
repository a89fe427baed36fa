"""It falls."""

DATA = {"loss": "series(descent.loss)"}


def draw(sheet, data):
    data.loss
