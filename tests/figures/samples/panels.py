"""Panels and a plane."""

from backprop_book.figures.sheet import signed

DATA = {
    "losses": "descent.losses",
    "sum": "descent.best + descent.rate",
    "minus": "-(descent.best + descent.rate)",
    "value": "[descent.best + descent.rate, descent.best - 0 * other.seen]",
    "less": "-(descent.best + descent.rate) / 100",
    "tiny": "2e-10 * descent.rate / descent.rate",
    "both": "descent.best - 0 * other.seen",
    "pairs": "[descent.losses, descent.losses]",
    "ragged": "[[descent.best], []]",
    "words": "['a', descent.result]",
}
TABLE = {
    "Losses": {"loss": "losses"},
    "Others": {"name": "['sum', 'both']", "value": "value"},
}


def draw(sheet, data):
    """Draw it."""
    plots = sheet.panels(1, 2, 200, y=["losses, left", ""])
    plots += sheet.panels(2, 1, 300, y=["", "lower losses"])
    for plot in plots:
        plot.plot(data.losses, color="output", ls="--")
    plane = sheet.canvas(320)
    plane.plot([0, sheet.width], [0, 320], color="grid")
    for number, text in enumerate((signed(data.minus, ".2f"), signed(data.less, ".1f"), signed(data.tiny, ".0e"))):
        sheet.label(plane, text, (sheet.width / 2, 100 + 20 * number))
    assert data.sum > data.both
    assert data.pairs.shape == (2, len(data.losses))
    assert data.ragged[1] == []
    assert data.words[0] == "a"
    names = ("a", "b", "c", "d")
    heights = (data.losses[0], data.losses[0] + 0.001, data.losses[0] + 0.002, data.losses[-1])
    labels = [(name, 3, height) for name, height in zip(names, heights, strict=True)]
    sheet.ends(plots[0], labels, color="output")
