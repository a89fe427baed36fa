"""Right digits and answers, counted over all test images that were drawn at random."""

from matplotlib.patches import Rectangle

DATA = {"digit": "list(range(len(digits_test.confusion)))", "images": "digits_test.confusion"}
TABLE = {
    "right digit": "digit",
    "images read as 0": "images[:, 0]",
    "images read as 1": "images[:, 1]",
    "images read as 2": "images[:, 2]",
    "images read as 3": "images[:, 3]",
    "images read as 4": "images[:, 4]",
    "images read as 5": "images[:, 5]",
    "images read as 6": "images[:, 6]",
    "images read as 7": "images[:, 7]",
    "images read as 8": "images[:, 8]",
    "images read as 9": "images[:, 9]",
}


def draw(sheet, data):
    """Draw a square of cells with the counts; the darker, the larger its share of the row."""
    left, top = 46, 56
    side = (sheet.width - left - 10) / 10 if sheet.narrow else 36
    plane = sheet.canvas(top + 10 * side + 12)
    x = left if sheet.narrow else (sheet.width - 10 * side) / 2
    sheet.label(plane, "answer", (x, 14), color="output", size=13)
    sheet.label(plane, "right", (x - 8, top - 14), color="target", ha="right", size=13)
    for row, counts in enumerate(data.images):
        sheet.label(plane, f"{data.digit[row]}", (x - 10, top + (row + 0.5) * side), color="target", ha="right")
        sheet.label(plane, f"{data.digit[row]}", (x + (row + 0.5) * side, top - 14), color="output", ha="center")
        for column, count in enumerate(counts):
            corner = (x + column * side, top + row * side)
            share = float(count / counts.sum())
            plane.add_patch(Rectangle(corner, side, side, fc="output", ec="none", alpha=min(0.6, share**0.5 * 0.6)))
            plane.add_patch(Rectangle(corner, side, side, fc="none", ec="grid", lw=0.8))
            middle = (corner[0] + side / 2, corner[1] + side / 2)
            size = 10.5 if sheet.narrow else 12
            sheet.label(plane, f"{count}", middle, color="ink" if count else "muted", ha="center", size=size)
