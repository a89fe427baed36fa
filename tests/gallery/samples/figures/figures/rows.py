"""It falls."""

DATA = {"loss": "series(descent.loss)"}
ROWS = [0, 9]


def draw(sheet, data):
    sheet.axes(200).plot(data.loss, color="loss")
