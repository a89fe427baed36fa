"""How it falls.

More words.
"""

DATA = {
    "step": "series(descent.step)",
    "loss": "series(descent.loss)",
    "small": "series(descent.loss) < 0.7",
    "rate": "[descent.rate for _ in descent.losses]",
    "result": "descent.result",
}
TABLE = {"step": "step", "loss": "loss", "small": "small", "rate": "rate"}
ROWS = [0, 2, 3]


def draw(sheet, data):
    """Draw it."""
    axes = sheet.axes(200 if sheet.narrow else 240, x="step", y="loss", right=60)
    axes.plot(data.step, data.loss, "o-", color="loss", mfc="none")
    axes.fill_between(range(len(data.loss)), data.loss, color="accent", alpha=0.2, hatch="//", ec="ink")
    sheet.label(axes, data.result, (len(data.loss) - 1, data.loss[-1]), by=(8, 0))
    sheet.label(axes, "up\n& down", (0, data.loss[-1]), ha="center", va="bottom", clear=True)
    axes.set_yscale("log")
    axes.set_ylim(0.1, 1)
    sheet.powers(axes.yaxis, [0, -1])
