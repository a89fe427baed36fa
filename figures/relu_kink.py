"""The loss around the kink of an inactive neuron, with the slopes on both sides of it."""

import numpy as np

from backprop_book.figures.sheet import signed

# Expected of the snippet: `moves` of a parameter around zero, the loss at each (`losses`), and the one-sided slopes at zero.
DATA = {
    "moved": "kink.moves",
    "loss": "kink.losses",
    "left": "kink.left",
    "right": "kink.right",
    "mean": "(kink.left + kink.right) / 2",
    "promised_on_the_left": "kink.losses[abs(kink.moves).argmin()] + kink.left * kink.moves",
    "promised_on_the_right": "kink.losses[abs(kink.moves).argmin()] + kink.right * kink.moves",
    "promised_by_the_mean": "kink.losses[abs(kink.moves).argmin()] + (kink.left + kink.right) / 2 * kink.moves",
}
TABLE = {"moved by": "moved", "loss": "loss"}


def draw(sheet, data):
    """Draw the loss, and through the kink the lines that the slopes on its sides and the mean of both promise."""
    axes = sheet.axes(320 if sheet.narrow else 360, x="how far the bias is moved", y="loss", left=62, right=20)
    middle = int(np.argmin(np.abs(data.moved)))
    at, loss = data.moved[middle], data.loss[middle]
    low, high = data.moved[0], data.moved[-1]
    promised = (data.promised_on_the_left, data.promised_on_the_right, data.promised_by_the_mean)
    lowest, highest = min(map(min, promised)), max(map(max, promised))
    margin = 0.1 * (highest - lowest)
    axes.set(xlim=(low, high), ylim=(lowest - margin, highest + margin))
    for number, line in enumerate(promised):
        look = {"color": "muted", "ls": ":"} if number == 2 else {"color": "gradient", "ls": "--"}
        axes.plot(data.moved, line, lw=1.4, **look)
    axes.plot(data.moved, data.loss, color="loss", lw=2.8, zorder=4)
    axes.plot(at, loss, "o", color="loss", mfc="paper", ms=8, mew=2, zorder=5)
    for place, slope, name, by, color, (ha, va) in (
        (0.5 * low, data.left, "slope on the left", (0, -12), "gradient", ("center", "top")),
        (0.5 * high, data.right, "slope on the right", (-10, -6), "gradient", ("right", "top")),
        (high, data.mean, "mean", (0, 17 if sheet.narrow else 20), "muted", ("right", "bottom")),
    ):
        text = f"{name}\n{signed(slope, '.4g')}" if sheet.narrow else f"{name}: {signed(slope, '.4g')}"
        at_line = (place, loss + slope * (place - at))
        sheet.label(axes, text, at_line, by=by, color=color, ha=ha, va=va, size=12, clear=name == "mean")
    axes.locator_params(axis="y", nbins=5)
    axes.locator_params(axis="x", nbins=4)
