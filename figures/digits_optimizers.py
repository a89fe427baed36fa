"""The loss over the steps with plain gradient descent, momentum and Adam."""

DATA = {
    "step": "list(range(len(digits_adam.ours['Adam'][0])))",
    "loss": "[digits_adam.ours[name][0] for name in digits_adam.ours]",
    "optimizer": "list(digits_adam.ours)",
}
TABLE = {
    "step": "step",
    "loss with plain gradient descent": "loss[0]",
    "loss with momentum": "loss[1]",
    "loss with Adam": "loss[2]",
}
ROWS = [0, 1, 2, 3, 5, 10, 20, 30, 40]


def draw(sheet, data):
    """Draw a line for each optimizer, named where it ends."""
    axes = sheet.axes(320 if sheet.narrow else 360, x="step", y="loss", left=46, right=86)
    axes.set_yscale("log")
    axes.set(xlim=(0, data.step[-1]), ylim=(0.005, 5))
    axes.yaxis.grid(visible=True)
    sheet.powers(axes.yaxis, [-2, -1, 0])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    ends = []
    for name, loss, style in zip(data.optimizer, data.loss, (":", "--", "-"), strict=True):
        axes.plot(data.step, loss, color="loss", ls=style, lw=1.8)
        ends.append((name, data.step[-1], loss[-1]))
    sheet.ends(axes, ends, color="loss")
