"""The loss over all images by epochs, for each batch size."""

DATA = {
    "batch_size": "list(digits_batches.losses)",
    "epoch": "[list(range(1, len(run) + 1)) for run in digits_batches.losses.values()]",
    "loss": "list(digits_batches.losses.values())",
    "epochs": "[len(run) for run in digits_batches.losses.values()]",
    "steps": "list(digits_batches.steps.values())",
    "goal": "digits_batches.train.__defaults__[0]",
}
TABLE = {"batch size": "batch_size", "epochs": "epochs", "steps": "steps"}


def draw(sheet, data):
    """Draw a curve for each size, named where it ends."""
    axes = sheet.axes(340, x="epoch", y="loss", left=46, right=24)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.axhline(data.goal, color="muted", lw=1, ls="--")
    styles = ["-", "--", "-.", ":"]
    for size, epoch, loss, style in zip(data.batch_size, data.epoch, data.loss, styles, strict=True):
        axes.plot(epoch, loss, color="loss", ls=style, marker="o", ms=3, mew=0)
        sheet.label(axes, f"{size}", (epoch[-1], loss[-1]), by=(0, -13), color="loss", ha="center")
    axes.set(xlim=(0.9, 80), ylim=(0.08, 5))
    sheet.label(axes, "goal", (0.9, data.goal), by=(4, 10), color="muted")
    sheet.powers(axes.xaxis, [0, 1])
    sheet.powers(axes.yaxis, [-1, 0])
    axes.yaxis.grid(visible=True)
