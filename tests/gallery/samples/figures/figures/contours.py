"""It falls."""

DATA = {"loss": "series(descent.loss)", "step": "series(descent.step)", "surface": "[descent.losses, descent.losses]"}
TABLE = {"step": "step", "loss": "loss"}


def draw(sheet, data):
    axes = sheet.axes(200)
    sheet.contours(axes, data.step, data.step[:2], data.surface * 2, [1.3, 1.5], color="loss")
