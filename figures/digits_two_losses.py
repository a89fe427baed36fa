"""The images that are right over the steps, with each of the losses."""

DATA = {
    "step": "list(range(len(digits_two_losses.squared[1.0])))",
    # The best training with the squared error, and the best with cross-entropy.
    "right": "[max(runs.values(), key=lambda run: run[-1]) for runs in (digits_two_losses.squared, digits_two_losses.entropy)]",
    "images": "len(digits_two_losses.labels)",
}
TABLE = {
    "step": "step",
    "right with the squared error": "right[0]",
    "right with cross-entropy": "right[1]",
}
ROWS = [0, 5, 10, 15, 20, 30, 40, 50]


def draw(sheet, data):
    """Draw a curve for each loss; the squared error is dashed."""
    axes = sheet.axes(320, x="step", y="images that are right", right=24 if sheet.narrow else 124)
    axes.set(xlim=(0, len(data.step) - 1), ylim=(0, data.images * 1.05))
    axes.plot(data.step, data.right[1], color="loss")
    axes.plot(data.step, data.right[0], color="ink", ls="--")
    axes.yaxis.grid(visible=True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    last = len(data.step) - 1
    if sheet.narrow:
        sheet.label(axes, "cross-entropy", (last, data.right[1][-1]), by=(0, 12), color="loss", ha="right")
        sheet.label(axes, "squared error", (last, data.right[0][-1]), by=(0, -16), ha="right")
    else:
        sheet.label(axes, "cross-entropy", (last, data.right[1][-1]), by=(8, 2), color="loss")
        sheet.label(axes, "squared error", (last, data.right[0][-1]), by=(8, -4))
