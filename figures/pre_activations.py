"""The pre-activations of the hidden neurons over the steps of the loop."""

import numpy as np

DATA = {
    "step": "series(training_loop_numpy.step)",
    "pre_activation": "series(training_loop_numpy.z1)",
    "neuron": "list(range(len(training_loop_numpy.b1)))",
}
TABLE = {
    "step": "step",
    "pre-activation of neuron 0": "pre_activation[:, 0]",
    "pre-activation of neuron 1": "pre_activation[:, 1]",
    "pre-activation of neuron 2": "pre_activation[:, 2]",
}
ROWS = [0, 1, 2, 3, 4, 5, 6, 10, 25, 50, 100, 200]


def draw(sheet, data):
    """Draw the first steps, in which everything happens; nothing changes after them."""
    dead = int(np.argmax(np.all(data.pre_activation <= 0, axis=1)))
    step, z1 = data.step[: 3 * dead + 1], data.pre_activation[: 3 * dead + 1]
    low, high = z1.min() - 0.08, z1.max() + 0.05
    axes = sheet.axes(300 if sheet.narrow else 340, x="step", y="pre-activation", left=46, right=72)
    axes.axhspan(low, 0, color="grid", alpha=0.35, lw=0)
    axes.axhline(0, color="muted", lw=1)
    sheet.label(
        axes, "below zero: inactive", (step[-1], low), by=(-6, 6), color="muted", ha="right", va="bottom", size=12
    )
    for neuron, (marker, style) in enumerate((("s", ":"), ("^", "--"), ("o", "-"))):
        look = {"ls": style, "marker": marker, "ms": 5, "mfc": "paper", "mew": 1.4}
        axes.plot(step, z1[:, neuron], color="preactivation", clip_on=False, zorder=3 + neuron, **look)
    axes.set(xlim=(0, step[-1]), ylim=(low, high))
    axes.set_xticks(step[:: 2 if sheet.narrow else 1])
    sheet.ends(axes, [(f"neuron {n}", step[-1], z1[-1, n]) for n in data.neuron], color="preactivation")
