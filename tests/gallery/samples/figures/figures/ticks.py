"""It falls."""

DATA = {"loss": "series(descent.loss)", "step": "series(descent.step)"}


def draw(sheet, data):
    axes = sheet.axes(200)
    axes.plot(data.step, data.loss, color="loss")
    axes.set_xticks(data.step, [f"{step + 1}" for step in data.step])
