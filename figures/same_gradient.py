"""The first gradient taken again and again, against a new gradient in each step."""

import numpy as np

DATA = {
    "step": "list(range(len(same_gradient.losses)))",
    "first_gradient_loss": "same_gradient.losses",
    "loss": "series(training_loop_numpy.loss)[:len(same_gradient.losses)]",
    "lowest": "same_gradient.losses.index(min(same_gradient.losses))",
    "lowest_loss": "min(same_gradient.losses)",
}
TABLE = {"step": "step", "loss, first gradient": "first_gradient_loss", "loss, new gradient": "loss"}
ROWS = [0, 1, 2, 5, 10, 15, 18, 20, 22, 23, 25, 30, 40, 50, 60]
LOW, HIGH = 1e-3, 10


def draw(sheet, data):
    """Draw both losses on a logarithmic axis; where the first gradient is ahead, the space between them is filled."""
    axes = sheet.axes(300 if sheet.narrow else 340, x="step", y="loss", left=46, right=18)
    axes.set_yscale("log")
    axes.set(xlim=(0, data.step[-1]), ylim=(LOW, HIGH))
    axes.yaxis.grid(visible=True)
    sheet.powers(axes.yaxis, range(int(np.log10(LOW)), int(np.log10(HIGH)) + 1))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    ahead = data.first_gradient_loss < data.loss
    axes.fill_between(data.step, data.first_gradient_loss, data.loss, where=ahead, fc="gradient", alpha=0.15, lw=0)
    axes.plot(data.step, data.loss, color="loss", lw=2.4)
    axes.plot(data.step, data.first_gradient_loss, color="gradient", lw=2.4, ls="--")
    at = (data.step[data.lowest], data.lowest_loss)
    axes.plot(*at, "o", color="gradient", mfc="paper", ms=8, mew=2, zorder=5)
    sheet.label(axes, f"step {data.lowest}:\n{data.lowest_loss:.3f}", at, by=(-8, -8), ha="right", va="top", size=12)
    sheet.label(
        axes,
        "the first gradient",
        (data.step[44], data.first_gradient_loss[44]),
        by=(-12, 14),
        color="gradient",
        ha="right",
    )
    sheet.label(
        axes, "a new gradient", (data.step[44], data.loss[44]), by=(-2, -10), color="loss", ha="right", va="top"
    )
