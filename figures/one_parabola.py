"""One output bias: the loss, its slope, and the steps of several learning rates."""

DATA = {
    "output_bias": "one_bias.output_bias",
    "loss": "one_bias.loss",
    "slope": "one_bias.slope",
    "target": "one_bias.target",
    "first_slope": "one_bias.first_slope",
    "tangent": "one_bias.tangent",
    "curvature": "one_bias.curvature",
    "learning_rate": "one_bias.rates",
    "bias": "one_bias.paths",
    "steps_loss": "one_bias.path_losses",
}
TABLE = {
    "learning rate": "learning_rate",
    "bias at the start": "bias[:, 0]",
    "bias at step 1": "bias[:, 1]",
    "bias at step 2": "bias[:, 2]",
    "bias at step 3": "bias[:, 3]",
}
WORDS = ("creeps", "arrives", "overshoots", "diverges")


def draw(sheet, data):
    """Draw the loss with its slope at the start, the slope as a line, and for each rate the steps on the same parabola."""
    rows, columns = (3, 2) if sheet.narrow else (2, 3)
    plots = sheet.panels(
        rows, columns, 620 if sheet.narrow else 430, x="output bias", y=["loss"], left=44, right=12, gap=34, bottom=48
    )
    curve, slope = plots[0], plots[1 if sheet.narrow else 3]
    for axes in plots:
        axes.set(xlim=(data.output_bias[0], data.output_bias[-1]), ylim=(-0.06, data.loss[0] + 0.24))
        axes.set_xticks([0, 1, 2])
        axes.set_yticks([0, 0.5, 1])
    for axes in plots:
        if axes is not slope:
            axes.plot(data.output_bias, data.loss, color="loss", lw=2, alpha=1 if axes is curve else 0.5)
    curve.plot(data.output_bias, data.tangent, color="gradient", lw=1.6, ls="--")
    start = (data.bias[0, 0], data.steps_loss[0, 0])
    curve.plot(*start, "o", color="loss", mfc="paper", ms=7, mew=2)
    title(sheet, curve, f"slope {minus(data.first_slope)}", data, color="gradient")
    slope.axhline(0, color="muted", lw=0.8)
    slope.plot(data.output_bias, data.slope, color="gradient", lw=2)
    slope.set(ylim=(data.slope[0] - 0.05, data.slope[-1] + 0.1))
    slope.set_yticks([-1, 0, 1])
    sheet.label(slope, "the slope", (data.output_bias[0], data.slope[-1]), by=(8, -4), color="gradient", size=12)
    sheet.label(
        slope,
        f"curvature {data.curvature:.1f}",
        (data.output_bias[-1], data.slope[0]),
        by=(-4, 8),
        ha="right",
        color="gradient",
        size=12,
    )
    steps = [axes for axes in plots if axes is not curve and axes is not slope]
    for axes, rate, word, bias, loss in zip(steps, data.learning_rate, WORDS, data.bias, data.steps_loss, strict=True):
        axes.plot(bias, loss, color="ink", lw=1.2, marker="o", ms=5, mfc="paper", mew=1.4)
        axes.plot(bias[:1], loss[:1], "o", color="loss", mfc="paper", ms=7, mew=2, zorder=5)
        title(sheet, axes, f"{rate}: {word}" if sheet.narrow else f"rate {rate}: {word}", data)


def title(sheet, axes, text, data, color="ink"):
    """Write above the lowest place of the parabola, at the upper edge."""
    sheet.label(axes, text, (data.target, data.loss[0]), by=(0, 24), color=color, ha="center", size=12)


def minus(value):
    """A number with a real minus sign."""
    return f"{value:.1f}".replace("-", "−")
