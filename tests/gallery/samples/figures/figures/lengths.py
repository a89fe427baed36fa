"""It falls."""

DATA = {"loss": "series(descent.loss)"}
TABLE = {"name": "['a', 'b']", "loss": "loss"}


def draw(sheet, data):
    sheet.axes(200).plot(data.loss, color="loss")
