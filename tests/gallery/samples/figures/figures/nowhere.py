"""Of no run."""

DATA = {
    "loss": "series(loss)",
    "rate": "dascent.rate",
}


def draw(sheet, data):
    """Draw it."""
    sheet.axes(200).plot(data.loss, color="loss")
