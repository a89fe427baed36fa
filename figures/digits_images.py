"""Some of the images, and some that the trained network misreads."""

from matplotlib.patches import PathPatch
from matplotlib.path import Path

DATA = {
    "images": "digits_loop.images[:10]",
    "shown_digit": "digits_loop.labels[:10]",
    "misread": "digits_loop.images[digits_loop.answers != digits_loop.labels][:10]",
    "right_digit": "digits_loop.labels[digits_loop.answers != digits_loop.labels][:10]",
    "answer": "digits_loop.answers[digits_loop.answers != digits_loop.labels][:10]",
}
TABLE = {
    "shown digit": "shown_digit",
    "right digit of a misread image": "right_digit",
    "answer of the network": "answer",
}
LEVELS = 16


def draw(sheet, data):
    """Draw each image as a square of pixels, the darker the larger; below it the digit, and what the network answers."""
    columns = 5 if sheet.narrow else 10
    side = (sheet.width - 8) / columns
    pixel = int(side * 0.85) / 8
    line = 8 * pixel + 34
    rows = 10 // columns
    plane = sheet.canvas(2 * (30 + rows * line) + 14)
    top = 0
    for head, pictures, texts in (
        ("from the collection", data.images, [(f"{digit}",) for digit in data.shown_digit]),
        (
            "misread",
            data.misread,
            [(f"{digit}", f"{answer}") for digit, answer in zip(data.right_digit, data.answer, strict=True)],
        ),
    ):
        sheet.label(plane, head, (4, top + 14), color="muted")
        top += 30
        squares = {}
        for number, (picture, words) in enumerate(zip(pictures, texts, strict=True)):
            row, column = divmod(number, columns)
            x, y = 4 + column * side, top + row * line
            for place, value in enumerate(picture):
                level = round(float(value) * LEVELS)
                if level:
                    squares.setdefault(level, []).append(square(x + place % 8 * pixel, y + place // 8 * pixel, pixel))
            middle = x + 4 * pixel
            if len(words) == 1:
                sheet.label(plane, words[0], (middle, y + 8 * pixel + 14), color="target", ha="center", size=14)
            else:
                sheet.label(plane, words[0], (middle - 8, y + 8 * pixel + 14), color="target", ha="right", size=14)
                sheet.label(plane, "→", (middle, y + 8 * pixel + 14), color="muted", ha="center", size=12)
                sheet.label(plane, words[1], (middle + 8, y + 8 * pixel + 14), color="output", size=14)
        for level, found in squares.items():
            path = Path.make_compound_path(*found)
            plane.add_patch(PathPatch(path, fc="ink", ec="none", lw=0, alpha=level / LEVELS))
        top += rows * line + 14


def square(x, y, side):
    return Path([(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)], closed=True)
