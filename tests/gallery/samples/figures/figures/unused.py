"""It falls."""

DATA = {"loss": "series(descent.loss)", "best": "descent.best"}
TABLE = {"name": "[str(n) for n in range(len(loss))]"}


def draw(sheet, data):
    sheet.axes(200).plot([0, 1], [0, 1], color="loss")
