"""It falls."""

DATA = {"loss": "series(descent.loss)"}
TABLE = {"step": "range(4)", "loss": "loss[:2]"}


def draw(sheet, data):
    sheet.axes(200).plot(data.loss, color="loss")
