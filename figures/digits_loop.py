"""The loss and the images that are right, over the steps of the loop."""

DATA = {
    "step": "list(range(len(digits_loop.losses)))",
    "loss": "digits_loop.losses",
    "right": "digits_loop.right",
    "images": "len(digits_loop.images)",
}
TABLE = {"step": "step", "loss": "loss", "images that are right": "right"}
ROWS = [0, 1, 2, 5, 10, 25, 50, 100, 200]


def draw(sheet, data):
    """Draw the two curves, side by side where there is room."""
    rows, columns = (2, 1) if sheet.narrow else (1, 2)
    heads = ["loss", "images that are right"]
    left, right = sheet.panels(rows, columns, 480 if sheet.narrow else 260, x="step", y=heads, gap=70)
    left.plot(data.step, data.loss, color="loss")
    left.set(xlim=(0, len(data.step) - 1), ylim=(0, max(data.loss) * 1.05))
    right.plot(data.step, data.right, color="output")
    right.axhline(data.images, color="muted", lw=1, ls="--")
    sheet.label(right, "all", (len(data.step) - 1, data.images), by=(0, 9), color="muted", ha="right")
    right.set(xlim=(0, len(data.step) - 1), ylim=(0, data.images * 1.15))
    for axes in (left, right):
        axes.yaxis.grid(visible=True)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
