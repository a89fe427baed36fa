"""Panels and a plane."""

from backprop_book.figure.sheet import signed

DATA = {
    "losses": "descent.losses",
    "sum": "descent.best + descent.rate",
    "both": "descent.best - 0 * other.seen",
    "pairs": "[descent.losses, descent.losses]",
    "ragged": "[[descent.best], []]",
    "words": "['a', descent.result]",
}
TABLE = {
    "Losses": {"loss": "losses"},
    "Others": {"name": "['sum', 'both']", "value": "[sum, both]"},
}


def draw(sheet, data):
    """Draw it."""
    plots = sheet.panels(1, 2, 200, x="step", y=["left", ""])
    plots += sheet.panels(2, 1, 300, y=["", "lower"])
    for plot in plots:
        plot.plot(data.losses, color="output", ls="--")
    plane = sheet.canvas(320)
    plane.plot([0, sheet.width], [0, 320], color="grid")
    for number, text in enumerate((signed(-data.sum, ".2f"), signed(-data.sum / 100, ".1f"), signed(2e-10, ".0e"))):
        sheet.label(plane, text, (sheet.width / 2, 100 + 20 * number))
    assert data.pairs.shape == (2, len(data.losses))
    assert data.ragged[1] == []
    assert data.words[0] == "a"
    names = ("a", "b", "c", "d")
    heights = (data.losses[0], data.losses[0] + 0.001, data.losses[0] + 0.002, data.losses[-1])
    labels = [(name, 3, height) for name, height in zip(names, heights, strict=True)]
    sheet.ends(plots[0], labels, color="output")
