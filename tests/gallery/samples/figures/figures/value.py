"""It falls."""

DATA = {"loss": "series(descent.loss)", "best": "descent.bets"}


def draw(sheet, data):
    sheet.axes(200).plot(data.loss, color="loss")
