"""The loss over the steps of the loop."""

import numpy as np

DATA = {
    "step": "series(training_loop_numpy.step)",
    "loss": "series(training_loop_numpy.loss)",
    "neurons_above_zero": "(series(training_loop_numpy.z1) > 0).sum(axis=1)",
    "neuron": "series(training_loop_numpy.z1)[0].argmax()",
    "death": "series(training_loop_numpy.step)[(series(training_loop_numpy.z1) <= 0).all(axis=1).argmax()]",
}
TABLE = {"step": "step", "loss": "loss", "hidden neurons above zero": "neurons_above_zero"}
ROWS = [0, 1, 2, 3, 4, 5, 10, 25, 50, 100, 200]


def draw(sheet, data):
    """Draw the loss on a logarithmic axis, and mark the first step at which the last living neuron gives nothing."""
    axes = sheet.axes(300 if sheet.narrow else 340, x="step", y="loss", left=44, right=20)
    axes.set_yscale("log")
    axes.plot(data.step, data.loss, color="loss")
    neuron = data.neuron
    dead = int(np.argmax(data.step == data.death))
    axes.plot(data.step[dead], data.loss[dead], "o", color="loss", mfc="paper", ms=8, mew=2, clip_on=False, zorder=5)
    at = (data.step[dead], data.loss[dead])
    sheet.label(axes, f"step {data.step[dead]}: neuron {neuron} dies", at, by=(14, 9), clear=True)
    lowest = int(np.floor(np.log10(data.loss[-1])))
    axes.set(xlim=(0, data.step[-1]), ylim=(10.0**lowest, 3))
    axes.yaxis.grid(visible=True)
    sheet.powers(axes.yaxis, range(0, lowest, -2))
    axes.set_xticks(data.step[::50])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
