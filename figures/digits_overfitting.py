"""The loss on the training set and on the test set, over the steps."""

DATA = {
    "step": "digits_overfitting.steps",
    # On the training set, and on the test set.
    "loss": "[digits_overfitting.train_losses, digits_overfitting.test_losses]",
    "lowest_step": "digits_overfitting.steps[digits_overfitting.best]",
    "lowest_loss": "digits_overfitting.test_losses[digits_overfitting.best]",
}
TABLE = {"step": "step", "training loss": "loss[0]", "test loss": "loss[1]"}
ROWS = [0, 1, 2, 4, 6, 10, 15, 20, 25, 30]


def draw(sheet, data):
    """Draw both curves up to a loss that both are soon below, and mark the lowest test loss."""
    axes = sheet.axes(340, x="step", y="loss", left=52, right=24 if sheet.narrow else 90)
    axes.plot(data.step, data.loss[1], color="loss")
    axes.plot(data.step, data.loss[0], color="ink", ls="--")
    axes.plot([data.lowest_step], [data.lowest_loss], color="loss", marker="o", ms=6)
    axes.set(xlim=(0, max(data.step)), ylim=(0, 1.2))
    axes.yaxis.grid(visible=True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    last = max(data.step)
    by, ha = ((0, 12), "right") if sheet.narrow else ((8, 0), "left")
    sheet.label(axes, "test set", (last, data.loss[1][-1]), by=by, color="loss", ha=ha)
    sheet.label(axes, "training set", (last, data.loss[0][-1]), by=by, ha=ha)
    sheet.label(axes, "lowest", (data.lowest_step, data.lowest_loss), by=(8, -14), color="loss")
