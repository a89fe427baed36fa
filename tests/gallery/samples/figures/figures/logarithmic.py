"""It falls."""

DATA = {"loss": "series(descent.loss)"}


def draw(sheet, data):
    axes = sheet.axes(200)
    axes.plot(data.loss, color="loss")
    axes.set_yscale("log")
