"""It falls."""

DATA = {"loss": "series(descent.loss)"}


def draw(sheet, data):
    axes = sheet.axes(200)
    axes.plot(data.loss, color="loss")
    axes.text(0, 0.5, "a long line of words " * 9)
