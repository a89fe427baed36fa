"""The number of parameters of the networks of the book and of published ones."""

DATA = {
    # A place along the axis for each of the networks.
    "place": "[place for place in range(6) if deep_sizes.gpt3]",
    "parameters": "[training_step_numpy.W1.size + training_step_numpy.b1.size + training_step_numpy.W2.size + training_step_numpy.b2.size, full_training.model.layer1.weight.numel() + full_training.model.layer1.bias.numel() + full_training.model.layer2.weight.numel() + full_training.model.layer2.bias.numel(), digits_network.w.size, deep_networks.weights, deep_exercise_sizes.gpt2, deep_sizes.gpt3]",
}
TABLE = {
    "network": "['one image', 'all images', 'digits', 'many layers', 'published, smaller', 'published, larger']",
    "parameters": "parameters",
}
NAMES = ("one image", "all images", "digits", "many layers", "published, smaller", "published, larger")


def draw(sheet, data):
    """Draw a dot for each network, and write its name and number beside it, where no other dot is."""
    axes = sheet.axes(360, y="parameters", left=52, right=16)
    axes.set_yscale("log")
    axes.set(xlim=(-0.4, len(NAMES) - 0.6), ylim=(1, 1e12))
    sheet.powers(axes.yaxis, range(0, 13, 3))
    axes.yaxis.grid(visible=True)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.plot(data.place, data.parameters, color="parameter", ls="", marker="o", ms=8, mew=0)
    for place, (name, count) in enumerate(zip(NAMES, data.parameters, strict=True)):
        by, ha = ((-10, 6), "right") if place >= 3 else ((10, 0), "left")
        sheet.label(axes, f"{name}: {int(count):,}", (place, count), by=by, ha=ha, clear=True)
