"""Where the training of many networks ends, by the number of hidden neurons."""

import numpy as np
from matplotlib.transforms import offset_copy

DATA = {
    "neurons": "many_starts.neurons",
    "floor": "[many_starts.floor[k] for k in many_starts.neurons]",
    # Networks whose losses differ by less than a step of 1/32 are one group.
    "loss": "[[many_starts.losses[k][(many_starts.losses[k] * 32).round() == height].mean().item() for height in (many_starts.losses[k] * 32).round().unique()] for k in many_starts.neurons]",
    "networks": "[(many_starts.losses[k] * 32).round().unique(return_counts=True)[1].tolist() for k in many_starts.neurons]",
    "lowest_loss": "[many_starts.losses[k].min().item() for k in many_starts.neurons]",
    "median_loss": "[many_starts.losses[k].double().quantile(0.5).item() for k in many_starts.neurons]",
    "highest_loss": "[many_starts.losses[k].max().item() for k in many_starts.neurons]",
}
TABLE = {
    "hidden neurons": "neurons",
    "floor": "floor",
    "lowest loss": "lowest_loss",
    "median loss": "median_loss",
    "highest loss": "highest_loss",
}


def draw(sheet, data):
    """Draw for each size how many networks end at which height, and the floor that a proof gives."""
    axes = sheet.axes(340 if sheet.narrow else 380, x="hidden neurons", y="loss at the end", left=58, right=14)
    left, longest = -0.42, 0.62
    look = {"color": "loss", "lw": 6, "solid_capstyle": "butt", "clip_on": False}
    above = offset_copy(axes.transData, sheet.figure, y=4, units="dots")
    for place, (losses, counts, floor) in enumerate(zip(data.loss, data.networks, data.floor, strict=True)):
        axes.plot([place + left, place - left], [floor, floor], color="ink", lw=2, solid_capstyle="butt", clip_on=False)
        for loss, count in zip(losses, counts, strict=True):
            # A bar stands on the height at which its networks ended, above the line of the floor.
            right = place + left + longest * count / sum(counts)
            axes.plot([place + left, right], [loss, loss], transform=above, **look)
            sheet.label(axes, f"{count}", (right, loss), by=(3, 5), color="loss", size=11)
    sheet.label(axes, "floor", (-left, data.floor[0]), by=(0, -3), ha="right", va="top", size=12)
    axes.set_xticks(range(len(data.neurons)), [f"{neurons}" for neurons in data.neurons])
    axes.set(xlim=(-0.5, len(data.neurons) - 0.5), ylim=(0, data.highest_loss.max() + 0.02))
    axes.set_yticks(sorted({*data.floor.tolist(), np.round(data.highest_loss.max(), 4)}))
    axes.yaxis.grid(visible=True)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
