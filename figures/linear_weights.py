"""The weights of the single layer, and the rule."""

from matplotlib.patches import Rectangle

DATA = {
    "weight": "linear_flip.weight",
    "P": "linear_flip.P",
    "rule": "[' '.join(f'{p:.0f}' for p in row) for row in linear_flip.P]",
}
TABLE = {
    "output": "['top left', 'top right', 'bottom left', 'bottom right']",
    "weight from top left": "weight[:, 0].round(3)",
    "weight from top right": "weight[:, 1].round(3)",
    "weight from bottom left": "weight[:, 2].round(3)",
    "weight from bottom right": "weight[:, 3].round(3)",
    "the rule": "rule",
}
SIDE = 44
NAMES = (("top", "left"), ("top", "right"), ("bottom", "left"), ("bottom", "right"))


def draw(sheet, data):
    """Draw both matrices as squares of cells with the values written in; where there is no room beside, one below the other."""
    top, left, below = 74, 90, 40
    height = top + 4 * SIDE
    step = (0, height + below - 20) if sheet.narrow else (left + 4 * SIDE + 60, 0)
    plane = sheet.canvas(height + step[1] + 12)
    for number, (title, family, matrix) in enumerate(
        (("learned", "parameter", data.weight), ("the rule", "target", data.P))
    ):
        digits = 0 if family == "target" else 3
        x, y = left + number * step[0], top + number * step[1]
        sheet.label(plane, title, (x + 2 * SIDE, y - 54), color=family, ha="center", size=13)
        for row, words in enumerate(NAMES):
            sheet.label(plane, " ".join(words), (x - 8, y + (row + 0.5) * SIDE), color="muted", ha="right", size=11)
            sheet.label(plane, words[0], (x + (row + 0.5) * SIDE, y - 22), color="muted", ha="center", size=10.5)
            sheet.label(plane, words[1], (x + (row + 0.5) * SIDE, y - 9), color="muted", ha="center", size=10.5)
            for column in range(4):
                cell(sheet, plane, (x + column * SIDE, y + row * SIDE), float(matrix[row][column]), family, digits)


def cell(sheet, plane, corner, value, family, digits):
    """A cell with its value: filled where the weight is large, empty where it is zero."""
    strength = min(abs(value), 1.0)
    plane.add_patch(Rectangle(corner, SIDE, SIDE, fc=family, ec="none", alpha=0.25 * strength))
    plane.add_patch(Rectangle(corner, SIDE, SIDE, fc="none", ec="muted", lw=0.8))
    middle = (corner[0] + SIDE / 2, corner[1] + SIDE / 2)
    text = f"{round(value, digits) + 0.0:.{digits}f}"  # adding zero takes the sign from a zero
    sheet.label(plane, text, middle, color="ink" if strength > 0.5 else "muted", ha="center", size=12 - digits / 2)
