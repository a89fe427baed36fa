"""All images, their targets, and what the trained network answers."""

from matplotlib.patches import Rectangle

DATA = {
    "images": "full_training.images",
    "targets": "full_training.targets",
    "answer": "full_training.predictions",
    "image": "[' '.join(f'{p:.0f}' for p in row) for row in full_training.images]",
    "target": "[' '.join(f'{p:.0f}' for p in row) for row in full_training.targets]",
}
TABLE = {
    "image": "image",
    "target": "target",
    "answer at top left": "answer[:, 0].round(2)",
    "answer at top right": "answer[:, 1].round(2)",
    "answer at bottom left": "answer[:, 2].round(2)",
    "answer at bottom right": "answer[:, 3].round(2)",
}
SIDE, GAP = 19, 11


def draw(sheet, data):
    """Draw for each image three squares side by side; the darker a pixel, the larger its value."""
    columns = 2 if sheet.narrow else 4
    rows = len(data.images) // columns
    top, line = 40, 2 * SIDE + 20
    plane = sheet.canvas(top + rows * line)
    item = 3 * 2 * SIDE + 2 * GAP
    pitch = (sheet.width - 8 - item) / (columns - 1)
    for column in range(columns):
        for number, head in enumerate(("image", "target", "answer")):
            x = 4 + column * pitch + number * (2 * SIDE + GAP) + SIDE
            sheet.label(plane, head, (x, 18), color=("input", "target", "output")[number], ha="center", size=12)
    for number in range(len(data.images)):
        column, row = divmod(number, rows)
        x, y = 4 + column * pitch, top + row * line
        for place, kind in enumerate((data.images, data.targets, data.answer)):
            picture(plane, x + place * (2 * SIDE + GAP), y, kind[number])


def picture(plane, x, y, pixels):
    """A square of pixels: ink for one, paper for zero, and what is between them in between."""
    for place, value in enumerate(pixels):
        row, column = divmod(place, 2)
        corner = (x + column * SIDE, y + row * SIDE)
        plane.add_patch(Rectangle(corner, SIDE, SIDE, fc="ink", ec="none", alpha=float(min(max(value, 0), 1))))
    for edge in range(3):
        plane.plot([x, x + 2 * SIDE], [y + edge * SIDE] * 2, color="muted", lw=0.8, solid_capstyle="butt")
        plane.plot([x + edge * SIDE] * 2, [y, y + 2 * SIDE], color="muted", lw=0.8, solid_capstyle="butt")
