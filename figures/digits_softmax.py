"""Logits, probabilities and gradients of one image."""

DATA = {
    "digit": "list(range(len(digits_cross_entropy.p)))",
    "logit": "digits_cross_entropy.logits",
    "probability": "digits_cross_entropy.p",
    "gradient": "digits_cross_entropy.dL_dlogits",
}
TABLE = {
    "digit": "digit",
    "logit": "logit.round(3)",
    "probability": "probability.round(3)",
    "gradient": "gradient.round(3)",
}


def draw(sheet, data):
    """Draw bars for each digit in each of the panels, side by side where there is room."""
    rows, columns = (3, 1) if sheet.narrow else (1, 3)
    heads = ["logit", "probability", "gradient"]
    panels = sheet.panels(rows, columns, 620 if sheet.narrow else 250, x="digit", y=heads, gap=64)
    for axes, values, color in zip(
        panels, (data.logit, data.probability, data.gradient), ("output", "output", "gradient"), strict=True
    ):
        axes.bar(data.digit, values, color=color, width=0.75)
        axes.axhline(0, color="muted", lw=0.8)
        axes.set_xticks(data.digit, [f"{digit}" for digit in data.digit])
        axes.yaxis.grid(visible=True)
        axes.tick_params(length=0)
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_visible(False)
