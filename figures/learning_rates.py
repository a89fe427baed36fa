"""The loss over the first steps, with different learning rates."""

import numpy as np

DATA = {
    "rates": "learning_rates.rates",
    "losses": "[learning_rates.losses[eta] for eta in learning_rates.rates]",
    "errors": "[learning_rates.errors[eta][:, 0] for eta in learning_rates.rates]",
}
TABLE = {
    "learning rate": "rates",
    "loss at step 0": "losses[:, 0]",
    "step 1": "losses[:, 1]",
    "step 2": "losses[:, 2]",
    "step 5": "losses[:, 5]",
    "step 10": "losses[:, 10]",
}
LAST, LOW, HIGH = 10, 1e-4, 10


def draw(sheet, data):
    """Draw a line for each rate: dashed where the errors change sides, and named where it leaves the drawing."""
    axes = sheet.axes(360, x="step", y="loss", left=46, right=46)
    axes.set_yscale("log")
    axes.set(xlim=(0, LAST), ylim=(LOW, HIGH))
    axes.yaxis.grid(visible=True)
    sheet.powers(axes.yaxis, range(int(np.log10(LOW)), int(np.log10(HIGH)) + 1))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    ends, exits = [], []
    for rate, loss, error in zip(data.rates, data.losses, data.errors, strict=True):
        bounces = np.any(error[1:LAST] * error[2 : LAST + 1] < -1e-9)
        # The line may cross the lower edge far below what a logarithm can show.
        shown = np.maximum(loss[: LAST + 1], LOW / 1e6)
        look = {"lw": 2.6 if rate == data.rates[1] else 1.4, "ls": "--" if bounces else "-"}
        axes.plot(np.arange(LAST + 1), shown, color="loss", **look)
        if shown[-1] > LOW:
            ends.append((f"{rate:g}", LAST, shown[-1]))
        else:
            place = int(np.argmax(shown < LOW))
            upper, lower = np.log10(shown[place - 1]), np.log10(shown[place])
            exits.append((place - 1 + (upper - np.log10(LOW)) / (upper - lower), f"{rate:g}"))
    sheet.ends(axes, ends, color="loss")
    following = [x for x, _ in sorted(exits)[1:]] + [np.inf]
    for (x, text), after in zip(sorted(exits), following, strict=True):
        crowded = after - x < 1
        by, ha = ((-14, 10), "right") if crowded else ((6, 10), "left")
        sheet.label(axes, text, (x, LOW), by=by, color="loss", ha=ha)
