"""The network before its first step: from the picture to the guess."""

from matplotlib.patches import Circle

from backprop_book.figure.sheet import signed

DATA = {
    "x": "training_step_numpy.x",
    "W1": "training_step_numpy.W1",
    "b1": "training_step_numpy.b1",
    "z1": "training_step_numpy.z1",
    "h": "training_step_numpy.h",
    "W2": "training_step_numpy.W2",
    "b2": "training_step_numpy.b2",
    "y_hat": "training_step_numpy.y_hat",
    "target": "training_step_numpy.target",
}
TABLE = {
    "Hidden neurons": {
        "neuron": "np.arange(3)",
        "weight from top left": "W1[0]",
        "top right": "W1[1]",
        "bottom left": "W1[2]",
        "bottom right": "W1[3]",
        "bias": "b1",
        "pre-activation": "z1",
        "activation": "h",
    },
    "Outputs": {
        "position": "['top left', 'top right', 'bottom left', 'bottom right']",
        "pixel": "x",
        "weight from neuron 0": "W2[0]",
        "neuron 1": "W2[1]",
        "neuron 2": "W2[2]",
        "bias": "b2",
        "guess": "y_hat",
        "target": "target",
    },
}
PLACES = ("top left", "top right", "bottom left", "bottom right")


def draw(sheet, data):
    """Draw nodes in columns, with what they hold, and the weights between them."""
    radius = 19 if sheet.narrow else 23
    step = 66 if sheet.narrow else 74
    top = 78
    columns = (76, 166, 248, 312) if sheet.narrow else (136, 316, 494, 612)
    height = top + 3 * step + radius + 56
    plane = sheet.canvas(height)
    rows = [top + step * place for place in range(len(PLACES))]
    middle = [top + step * (1.5 + 1.2 * (neuron - 1)) for neuron in range(len(data.h))]

    weights(plane, data.W1, data.x, (columns[0], rows), (columns[1], middle), radius)
    weights(plane, data.W2, data.h, (columns[1], middle), (columns[2], rows), radius)
    for place, name in enumerate(PLACES):
        words = name.replace(" ", "\n") if sheet.narrow else name
        sheet.label(plane, words, (columns[0] - radius - 8, rows[place]), color="muted", ha="right", size=12)
        node(plane, columns[0], rows[place], radius, "input", f"{data.x[place]:d}", silent=data.x[place] == 0)
        node(plane, columns[2], rows[place], radius, "output", signed(data.y_hat[place], ".2f"))
        node(plane, columns[3], rows[place], radius, "target", f"{data.target[place]:d}", bare=True)
    for neuron, value in enumerate(data.h):
        silent = value == 0
        node(plane, columns[1], middle[neuron], radius, "activation", f"{value:.1f}", silent=silent)
        text = f"z = {signed(data.z1[neuron], '.1f')}" + (", silent" if silent else "")
        if sheet.narrow:
            text = text.replace(", ", "\n")
        at = (columns[1], middle[neuron] + radius + 5)
        sheet.label(plane, text, at, color="preactivation", ha="center", va="top", size=12, clear=True)
    heads = (("pixels", "input"), ("activations", "activation"), ("guess", "output"), ("target", "target"))
    for column, (head, color) in zip(columns, heads, strict=True):
        sheet.label(plane, head, (column, 24), color=color, ha="center")
    key(sheet, plane, height - 18)


def node(plane, x, y, radius, color, text, *, silent=False, bare=False):
    """A circle with a value; the one of a silent neuron is dashed and pale."""
    if not bare:
        edge = {"ec": "muted", "ls": "--", "lw": 1.2} if silent else {"ec": color, "lw": 2.2}
        plane.add_patch(Circle((x, y), radius, fc="paper", zorder=3, **edge))
    plane.text(x, y, text, color="muted" if silent else color, ha="center", va="center_baseline", zorder=4)


def weights(plane, matrix, values, start, end, radius):
    """The weights between two columns: wide ones are large, dashed ones negative, pale ones multiply a zero."""
    for source, row in enumerate(matrix):
        for target, weight in enumerate(row):
            carries = values[source] != 0
            plane.plot(
                [start[0] + radius, end[0] - radius],
                [start[1][source], end[1][target]],
                color="parameter" if carries else "grid",
                lw=1 + 6 * abs(weight),
                ls="-" if weight > 0 else (0, (6, 4)),
                solid_capstyle="butt",
                dash_capstyle="butt",
                zorder=2 if carries else 1,
            )


def key(sheet, plane, y):
    """What the lines mean, in one row."""
    entries = (("positive", "parameter", "-"), ("negative", "parameter", (0, (6, 4))), ("times zero", "grid", "-"))
    left, width = (14, 110) if sheet.narrow else (136, 160)
    line = 22 if sheet.narrow else 40
    for number, (words, color, style) in enumerate(entries):
        x = left + number * width
        plane.plot([x, x + line], [y, y], color=color, lw=3, ls=style, solid_capstyle="butt", dash_capstyle="butt")
        text = words if sheet.narrow else words.replace("tive", "tive weight")
        sheet.label(plane, text, (x + line + 6, y), color="muted", size=12)
