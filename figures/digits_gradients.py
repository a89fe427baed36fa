"""Gradients of mini-batches in the direction of the gradient of all images."""

DATA = {
    "batch_size": "digits_gradients.sizes",
    "along": "digits_gradients.torch.stack(digits_gradients.along)",
    # A place for each dot across its row, so that the dots do not cover each other.
    "across": "digits_gradients.torch.tensor([[row + 0.35 * ((k * 7) % 20 - 9.5) / 9.5 for k in range(200)] for row in range(len(digits_gradients.sizes))])",
    "smallest": "[a.min().item() for a in digits_gradients.along]",
    "mean": "[a.mean().item() for a in digits_gradients.along]",
    "largest": "[a.max().item() for a in digits_gradients.along]",
}
TABLE = {
    "batch size": "batch_size",
    "smallest along": "smallest.round(2)",
    "mean along": "mean.round(2)",
    "largest along": "largest.round(2)",
}


def draw(sheet, data):
    """Draw a row of dots for each size, from the top; lines at zero and at one."""
    axes = sheet.axes(360, x="along the gradient of all images", y="batch size", left=46)
    for along, across in zip(data.along, data.across, strict=True):
        axes.plot(along[::2], across[::2], ls="", marker="o", ms=2.6, mew=0, alpha=0.6, color="gradient")
    axes.axvline(0, color="muted", lw=1)
    axes.axvline(1, color="ink", lw=1, ls="--")
    axes.set_yticks(range(len(data.batch_size)), [f"{size}" for size in data.batch_size])
    axes.set(ylim=(len(data.batch_size) - 0.4, -0.6))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    sheet.label(axes, "uphill", (0, -0.6), by=(-6, 8), color="muted", ha="right")
