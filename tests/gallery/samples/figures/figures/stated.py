"""It falls."""

DATA = {"loss": "series(descent.loss)", "step": "series(descent.step)"}


def draw(sheet, data):
    axes = sheet.axes(200)
    axes.plot(data.step, data.loss, color="loss", label=f"down to {data.loss[-1]:.2f}")
    axes.legend()
