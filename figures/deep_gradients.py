"""The norm of the gradient in each layer of a deep network."""

DATA = {
    "layer": "list(range(1, deep_gradients.depth + 1))",
    "norm": "[deep_gradients.norms[name] for name in deep_gradients.norms]",
    "network": "list(deep_gradients.norms)",
}
TABLE = {
    "layer": "layer",
    "norm: sigmoid, small": "norm[0]",
    "norm: sigmoid, Glorot": "norm[1]",
    "norm: ReLU, small": "norm[2]",
    "norm: ReLU, He": "norm[3]",
    "norm: ReLU, double He": "norm[4]",
}
ROWS = [0, 9, 19, 29, 39, 49]


def draw(sheet, data):
    """Draw a line for each network. The lines fan out towards the first layer, so their names stand there."""
    axes = sheet.axes(400 if sheet.narrow else 420, x="layer", y="norm of the gradient", left=52, right=20, bottom=46)
    axes.set_yscale("log")
    axes.set(xlim=(1, data.layer[-1]), ylim=(1e-46, 1e17))
    axes.yaxis.grid(visible=True)
    sheet.powers(axes.yaxis, range(-40, 20, 10))
    axes.set_xticks([data.layer[0], *data.layer[9::10]])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    # Above the lines that fall towards the first layer, a name ends at its line, and below them it begins there.
    places, shifts = (14, 20, 22, 20, 9), ((10, -8), (-6, 7), (-6, 9), (0, 10), (10, 10))
    for name, norm, place, by in zip(data.network, data.norm, places, shifts, strict=True):
        axes.plot(data.layer, norm, color="gradient", ls="--" if "sigmoid" in name else "-", lw=1.8)
        ha = "right" if by[0] < 0 else "left"
        if sheet.narrow and by == (-6, 7):  # two lines fit, the short one nearer to the line
            name, place, by, ha = name.replace(" ", "\n"), 0, (5, 43), "left"
        sheet.label(axes, name, (data.layer[place], norm[place]), by=by, ha=ha, color="gradient", clear=True)
