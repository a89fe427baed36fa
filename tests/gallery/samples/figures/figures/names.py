"""It falls."""

DATA = {
    "loss": "series(descent.loss)",
    "the best": "descent.best",
    "none": "",
}
TABLE = {"loss": "lost", "best": "best +"}


def draw(sheet, data):
    sheet.axes(200).plot(data.loss, color="loss")
