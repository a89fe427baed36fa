"""It falls."""

DATA = {"loss": "series(descent.loss)", "step": "series(descent.step)"}


def draw(sheet, data):
    axes = sheet.axes(200)
    axes.plot(data.step, data.loss * 2, color="loss")
