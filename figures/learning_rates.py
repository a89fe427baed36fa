"""The loss over the first steps, with different learning rates."""

import numpy as np

DATA = {
    "rate": "learning_rates.rates",
    "step": "list(range(len(learning_rates.losses[0.1])))",
    "loss": "[learning_rates.losses[eta] for eta in learning_rates.rates]",
    "errors": "[learning_rates.errors[eta][:, 0] for eta in learning_rates.rates]",
}
TABLE = {
    "learning rate": "rate",
    "loss at step 0": "loss[:, 0]",
    "loss at step 1": "loss[:, 1]",
    "loss at step 2": "loss[:, 2]",
    "loss at step 5": "loss[:, 5]",
    "loss at step 10": "loss[:, 10]",
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
    for rate, loss, error in zip(data.rate, data.loss, data.errors, strict=True):
        bounces = np.any(error[1:LAST] * error[2 : LAST + 1] < -1e-9)
        shown = loss[: LAST + 1]
        look = {"lw": 2.6 if rate == data.rate[1] else 1.4, "ls": "--" if bounces else "-"}
        axes.plot(data.step[: LAST + 1], shown, color="loss", **look)
        if shown[-1] > LOW:
            ends.append((f"{rate:g}", LAST, shown[-1]))
        else:
            place = int(np.argmax(shown < LOW))
            # A loss may be so small that it is zero, of which there is no logarithm.
            upper, lower = np.log10(np.maximum(shown[place - 1 : place + 1], np.finfo(float).tiny))
            exits.append((place - 1 + (upper - np.log10(LOW)) / (upper - lower), f"{rate:g}"))
    sheet.ends(axes, ends, color="loss")
    following = [x for x, _ in sorted(exits)[1:]] + [np.inf]
    for (x, text), after in zip(sorted(exits), following, strict=True):
        crowded = after - x < 1
        by, ha = ((-14 if sheet.narrow else -22, 10), "right") if crowded else ((6, 10), "left")
        sheet.label(axes, text, (x, LOW), by=by, color="loss", ha=ha)
