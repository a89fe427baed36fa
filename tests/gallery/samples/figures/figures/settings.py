"""It falls 2 times."""

DATA = ["loss"]
ROWS = 3
TABLE = "loss"


def draw(sheet, data):
    sheet.axes(200).plot(data.loss, label="after 4 steps")
