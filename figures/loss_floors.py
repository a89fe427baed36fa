"""Where the training of many networks ends, by the number of hidden neurons."""

import numpy as np

DATA = {
    "neurons": "many_starts.neurons",
    "floor": "[many_starts.floor[k] for k in many_starts.neurons]",
    "losses": "[many_starts.losses[k].tolist() for k in many_starts.neurons]",
}
TABLE = {
    "hidden neurons": "neurons",
    "floor": "floor",
    "lowest loss": "losses.min(axis=1)",
    "median loss": "np.median(losses, axis=1)",
    "highest loss": "losses.max(axis=1)",
}


def draw(sheet, data):
    """Draw for each size how many networks end at which height, and the floor that a proof gives."""
    axes = sheet.axes(340 if sheet.narrow else 380, x="hidden neurons", y="loss at the end", left=58, right=14)
    left, longest = -0.42, 0.62
    thick = 0.008
    for place, (losses, floor) in enumerate(zip(data.losses, data.floor, strict=True)):
        axes.plot([place + left, place - left], [floor, floor], color="ink", lw=2, solid_capstyle="butt", clip_on=False)
        heights = np.round(losses * 32)
        for height in np.unique(heights):
            group = losses[heights == height]
            # A bar stands on the height at which its networks ended.
            width = longest * len(group) / len(losses)
            axes.bar(place + left, thick, width, bottom=group.mean(), align="edge", color="loss", clip_on=False)
            at = (place + left + width, group.mean() + thick / 2)
            sheet.label(axes, f"{len(group)}", at, by=(3, 2), color="loss", size=11)
    sheet.label(axes, "floor", (-left, data.floor[0]), by=(0, -3), ha="right", va="top", size=12)
    axes.set_xticks(range(len(data.neurons)), [f"{neurons}" for neurons in data.neurons])
    axes.set(xlim=(-0.5, len(data.neurons) - 0.5), ylim=(0, data.losses.max() + 0.02))
    axes.set_yticks(sorted({*data.floor.tolist(), np.round(data.losses.max(), 4)}))
    axes.yaxis.grid(visible=True)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
