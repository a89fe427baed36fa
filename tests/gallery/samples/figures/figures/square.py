"""It falls."""

DATA = {"loss": "series(descent.loss)", "table": "descent.table"}
TABLE = {"loss": "loss", "table": "table"}


def draw(sheet, data):
    sheet.axes(200).plot(data.loss, color="loss")
