"""It falls."""

DATA = {"loss": "series(descent.loss)"}
TABLE = {"loss after 7 steps": "loss"}


def draw(sheet, data):
    sheet.axes(200).plot(data.loss, color="loss")
