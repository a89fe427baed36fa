"""It falls."""

DATA = {"loss": "series(descent.loss)", "tool": "descent.print"}


def draw(sheet, data):
    sheet.axes(200).plot(data.loss, color="loss")
