"""The loss over a hidden bias and an output bias, with the gradient and a step against it."""

import numpy as np

# Expected of the snippet: the loss over a grid of two parameters, and along the straight way against the gradient.
DATA = {
    "hidden_bias": "loss_surface.hidden_bias",
    "output_bias": "loss_surface.output_bias",
    "loss": "loss_surface.loss",
    "levels": "loss_surface.levels",
    "edge": "loss_surface.start[0] - loss_surface.z1[2]",
    "gradient": "loss_surface.gradient",
    "way_hidden_bias": "loss_surface.way[:, 0]",
    "way_output_bias": "loss_surface.way[:, 1]",
    "learning_rate": "loss_surface.rates",
    "taken": "loss_surface.rates.tolist().index(loss_surface.eta)",
    "loss_along": "loss_surface.loss_along",
    "linear_approximation": "loss_surface.linear",
}
TABLE = {
    "learning rate": "learning_rate",
    "hidden bias along the way": "way_hidden_bias",
    "output bias along the way": "way_output_bias",
    "linear approximation": "linear_approximation",
    "loss along the way": "loss_along",
}
ROWS = [0, 1, 2, 5, 10, 15]


def draw(sheet, data):
    """Draw the contours with the way against the gradient, and beside them the loss along this way and its linear approximation."""
    rows, columns, height = (2, 1, 690) if sheet.narrow else (1, 2, 356)
    surface, along = sheet.panels(
        rows,
        columns,
        height,
        y=["output bias", "loss along the way"],
        left=50,
        right=18,
        gap=68 if sheet.narrow else 60,
    )
    surface.set_xlabel("hidden bias", loc="right")
    along.set_xlabel("learning rate", loc="right")
    lines = sheet.contours(surface, data.hidden_bias, data.output_bias, data.loss, data.levels, color="loss", lw=1)
    # Each height is written where its line is nearest to the right edge.
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        points = path.vertices
        at = points[np.argmin(np.hypot(points[:, 0] - 0.62, points[:, 1] - 0.2))]
        sheet.label(surface, f"{level:.1f}", tuple(at), color="loss", ha="center", size=12, clear=True)
    surface.axvspan(data.hidden_bias[0], data.edge, fc="grid", alpha=0.5, lw=0)
    surface.set_xticks([-0.5, 0, 0.5])
    start = (data.way_hidden_bias[0], data.way_output_bias[0])
    step = (data.way_hidden_bias[data.taken], data.way_output_bias[data.taken])
    surface.plot(data.way_hidden_bias, data.way_output_bias, color="gradient", lw=1.4, ls="--")
    arrow = {"arrowstyle": "-|>", "color": "gradient", "lw": 2, "shrinkA": 0, "shrinkB": 0}
    tip = (start[0] + 0.4 * data.gradient[0], start[1] + 0.4 * data.gradient[1])
    surface.annotate("", tip, start, arrowprops=arrow)
    surface.plot(
        data.way_hidden_bias[: data.taken + 1], data.way_output_bias[: data.taken + 1], color="parameter", lw=3.5
    )
    for axes, first, second in (
        (surface, start, step),
        (
            along,
            (data.learning_rate[0], data.loss_along[0]),
            (data.learning_rate[data.taken], data.loss_along[data.taken]),
        ),
    ):
        axes.plot(*first, "o", color="parameter", mfc="paper", ms=8, mew=2, zorder=5)
        axes.plot(*second, "o", color="parameter", mfc="parameter", ms=7, mew=2, zorder=6)
    along.plot(data.learning_rate, data.linear_approximation, color="gradient", lw=1.6, ls="--")
    along.plot(data.learning_rate, data.loss_along, color="loss", lw=2.6)
    along.set(xlim=(0, data.learning_rate[-1]), ylim=(0, 1))
    surface.set_yticks([0, 0.5, 1])
    along.set_xticks([0, 0.5, 1, 1.5])
    along.set_yticks([0, 0.5, 1])
    sheet.label(surface, "gradient", tip, by=(2, -10), color="gradient", ha="center", va="top", size=12, clear=True)
    sheet.label(surface, "step", step, by=(-12, -4), color="parameter", ha="right", va="top", size=12, clear=True)
    sheet.label(
        surface, "inactive", (data.hidden_bias[0], data.way_output_bias[0] - 0.25), by=(6, 0), color="muted", size=12
    )
    last = data.learning_rate[-1]
    sheet.label(along, "loss", (last, data.loss_along[-1]), by=(-4, 30), color="loss", ha="right", size=12)
    middle = len(data.learning_rate) // 2
    at = (data.learning_rate[middle], data.linear_approximation[middle])
    sheet.label(along, "linear\napproximation", at, by=(-14, -10), color="gradient", ha="right", va="top", size=12)
    sheet.label(
        along,
        "step",
        (data.learning_rate[data.taken], data.loss_along[data.taken]),
        by=(10, 6),
        color="parameter",
        size=12,
    )
