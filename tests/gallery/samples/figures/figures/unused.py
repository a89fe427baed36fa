"""It falls."""

DATA = {"loss": "series(descent.loss)", "best": "descent.best"}
TABLE = {"name": "['a', 'b']"}


def draw(sheet, data):
    sheet.axes(200).plot([0, 1], [0, data.loss[0]], color="loss")
