"""It falls."""

DATA = {"loss": "series(descent.loss)", "step": "series(descent.step)"}


def draw(sheet, data):
    axes = sheet.axes(200)
    axes.plot(data.step[1:], data.loss[:-1], color="loss")
