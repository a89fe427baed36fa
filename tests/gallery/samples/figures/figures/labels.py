"""It falls."""

DATA = {"loss": "series(descent.loss)", "step": "series(descent.step)"}


def draw(sheet, data):
    axes = sheet.axes(200, x="step", y="accuracy")
    axes.plot(data.step, data.loss, color="loss")
