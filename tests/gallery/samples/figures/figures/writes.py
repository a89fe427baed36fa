"""It falls."""

DATA = {"loss": "series(descent.loss)"}


def draw(sheet, data):
    sheet.axes(200).plot(data.loss, color="loss")
    sheet.figure.savefig("falling.png")
