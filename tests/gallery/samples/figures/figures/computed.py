"""It falls."""

DATA = {"loss": "series(descent.loss)", "step": "series(descent.step)"}
TABLE = {"step": "step", "loss": "loss * 2"}


def draw(sheet, data):
    axes = sheet.axes(200)
    axes.plot(data.step, data.loss, color="loss")
