"""The images that are right over the steps, with each of the losses."""

DATA = {
    "step": "list(range(len(digits_two_losses.squared[1.0])))",
    "rate": "digits_two_losses.rates[:2]",
    "right_with_squared_error": "list(digits_two_losses.squared.values())[:2]",
    "right_with_cross_entropy": "list(digits_two_losses.entropy.values())[:2]",
    # All of these, for the axis.
    "right": "list(digits_two_losses.squared.values())[:2] + list(digits_two_losses.entropy.values())[:2]",
    "images": "len(digits_two_losses.labels)",
}
TABLE = {
    "step": "step",
    "squared error, smaller rate": "right_with_squared_error[0]",
    "squared error, larger rate": "right_with_squared_error[1]",
    "cross-entropy, smaller rate": "right_with_cross_entropy[0]",
    "cross-entropy, larger rate": "right_with_cross_entropy[1]",
}
ROWS = [0, 5, 10, 15, 20, 30, 40, 50]


def draw(sheet, data):
    """Draw a curve for each loss and rate; those of the squared error are dashed."""
    axes = sheet.axes(340, x="step", y="images that are right", right=40)
    last = len(data.step) - 1
    axes.set(xlim=(0, last), ylim=(0, data.images * 1.05))
    ends = []
    for rates, color, style in (
        (data.right_with_squared_error, "ink", "--"),
        (data.right_with_cross_entropy, "loss", "-"),
    ):
        for number, right in enumerate(rates):
            axes.plot(data.step, right, color=color, ls=style, lw=(2.2, 1.3)[number])
            ends.append((f"{data.rate[number]:g}", last, right[-1], color))
    axes.yaxis.grid(visible=True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    for color in ("ink", "loss"):
        sheet.ends(axes, [end[:3] for end in ends if end[3] == color], color=color)
