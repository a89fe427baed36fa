"""The image, the target, and how each of them becomes a row of numbers."""

from matplotlib.patches import Rectangle

DATA = {"pixel": "forward_pass.x", "target": "forward_pass.target"}
TABLE = {
    "place": "['top left', 'top right', 'bottom left', 'bottom right']",
    "pixel of the image": "pixel",
    "target": "target",
}
SIDE, CELL = 60, 38


def draw(sheet, data):
    """Draw the image with the diagonal and the two pixels that change places, the target, and below each its row."""
    plane = sheet.canvas(264)
    middles = (84, 256) if sheet.narrow else (170, 510)
    top, row_top = 52, 216
    for middle, title, family, pixels in zip(
        middles, ("image", "target"), ("input", "target"), (data.pixel, data.target), strict=True
    ):
        sheet.label(plane, title, (middle, 14), color=family, ha="center", size=14)
        for place, value in enumerate(pixels):
            row, column = divmod(place, 2)
            corner = (middle - SIDE + column * SIDE, top + row * SIDE)
            # On the diagonal of the image, the number stands beside the line.
            beside = 0.2 * SIDE if family == "input" and row == column else 0
            cell(sheet, plane, corner, SIDE, value, family, beside)
            cell(sheet, plane, (middle - 2 * CELL + place * CELL, row_top), CELL, value, family)
    left = middles[0] - SIDE
    plane.plot([left - 14, left + 2 * SIDE + 14], [top - 14, top + 2 * SIDE + 14], color="accent", lw=1.6, ls="--")
    swap = {"arrowstyle": "<->", "color": "accent", "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
    near, far = 0.75 * SIDE, 1.25 * SIDE
    plane.annotate("", (left + far, top + near), (left + near, top + far), arrowprops=swap)
    flip = {"arrowstyle": "->", "color": "muted", "lw": 1.6, "shrinkA": 0, "shrinkB": 0}
    start, end = middles[0] + SIDE + 14, middles[1] - SIDE - 12
    plane.annotate("", (end, top + SIDE), (start, top + SIDE), arrowprops=flip)
    said = "flip" if sheet.narrow else "flip over the diagonal"
    sheet.label(plane, said, ((start + end) / 2, top + SIDE - 13), color="muted", ha="center", size=12)
    at = (sheet.width / 2, row_top - 12) if sheet.narrow else (sheet.width / 2, row_top + CELL / 2)
    sheet.label(plane, "row by row", at, color="muted", ha="center", size=12)


def cell(sheet, plane, corner, side, value, family, beside=0):
    """A pixel with its number, filled where it is on."""
    plane.add_patch(Rectangle(corner, side, side, fc=family, ec="none", alpha=0.35 * float(value)))
    plane.add_patch(Rectangle(corner, side, side, fc="none", ec="muted", lw=1))
    at = (corner[0] + side / 2 + beside, corner[1] + side / 2 - beside)
    sheet.label(plane, f"{value}", at, ha="center", size=15)
