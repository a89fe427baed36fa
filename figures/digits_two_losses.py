"""The images that are right over the steps, with each of the losses."""

DATA = {
    "step": "list(range(len(digits_two_losses.squared[1.0])))",
    "rate": "digits_two_losses.rates[:2]",
    # With the squared error for both of these rates, then with cross-entropy for both.
    "right": "list(digits_two_losses.squared.values())[:2] + list(digits_two_losses.entropy.values())[:2]",
    "images": "len(digits_two_losses.labels)",
}
TABLE = {
    "step": "step",
    "right with squared error, smaller rate": "right[0]",
    "right with squared error, larger rate": "right[1]",
    "right with cross-entropy, smaller rate": "right[2]",
    "right with cross-entropy, larger rate": "right[3]",
}
ROWS = [0, 5, 10, 15, 20, 30, 40, 50]


def draw(sheet, data):
    """Draw a curve for each loss and rate; those of the squared error are dashed."""
    axes = sheet.axes(340, x="step", y="images that are right", right=44 if sheet.narrow else 150)
    last = len(data.step) - 1
    axes.set(xlim=(0, last), ylim=(0, data.images * 1.05))
    ends = []
    for name, rates, color, style in (
        ("squared error", data.right[:2], "ink", "--"),
        ("cross-entropy", data.right[2:], "loss", "-"),
    ):
        for number, right in enumerate(rates):
            axes.plot(data.step, right, color=color, ls=style, lw=(2.2, 1.3)[number])
            rate = f"{data.rate[number]:g}"
            ends.append((rate if sheet.narrow else f"{name}, {rate}", last, right[-1]))
    axes.yaxis.grid(visible=True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    sheet.ends(axes, ends)
