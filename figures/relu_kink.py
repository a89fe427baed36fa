"""The loss around the kink of a silent neuron, with the slopes on both sides of it."""

import numpy as np

from backprop_book.figure.sheet import signed

# Expected of the snippet: `moves` of a parameter around zero, the loss at each (`losses`), and the one-sided slopes at zero.
DATA = {
    "moves": "kink.moves",
    "losses": "kink.losses",
    "left": "kink.left",
    "right": "kink.right",
}
TABLE = {"moved by": "moves", "loss": "losses"}


def draw(sheet, data):
    """Draw the loss, and through the kink the lines that the slopes on its sides and the mean of both promise."""
    axes = sheet.axes(320 if sheet.narrow else 360, x="how far the bias is moved", y="loss", left=62, right=20)
    middle = int(np.argmin(np.abs(data.moves)))
    at, loss = data.moves[middle], data.losses[middle]
    low, high = data.moves[0], data.moves[-1]
    promised = {
        slope: loss + slope * (data.moves - at) for slope in (data.left, data.right, (data.left + data.right) / 2)
    }
    lowest, highest = min(map(min, promised.values())), max(map(max, promised.values()))
    margin = 0.1 * (highest - lowest)
    axes.set(xlim=(low, high), ylim=(lowest - margin, highest + margin))
    for number, line in enumerate(promised.values()):
        look = {"color": "muted", "ls": ":"} if number == 2 else {"color": "gradient", "ls": "--"}
        axes.plot(data.moves, line, lw=1.4, **look)
    axes.plot(data.moves, data.losses, color="loss", lw=2.8, zorder=4)
    axes.plot(at, loss, "o", color="loss", mfc="paper", ms=8, mew=2, zorder=5)
    mean = (data.left + data.right) / 2
    for place, slope, name, by, color, (ha, va) in (
        (0.5 * low, data.left, "slope on the left", (0, -12), "gradient", ("center", "top")),
        (0.5 * high, data.right, "slope on the right", (-10, -6), "gradient", ("right", "top")),
        (high, mean, "mean", (0, 17 if sheet.narrow else 20), "muted", ("right", "bottom")),
    ):
        text = f"{name}\n{signed(slope, '.4g')}" if sheet.narrow else f"{name}: {signed(slope, '.4g')}"
        at_line = (place, loss + slope * (place - at))
        sheet.label(axes, text, at_line, by=by, color=color, ha=ha, va=va, size=12)
    axes.locator_params(axis="y", nbins=5)
    axes.locator_params(axis="x", nbins=4)
