"""pieces: where the neurons of a network stand in its drawing, and the shapes of the drawing, as SVG.

Colours are classes; the title of a shape gives its value at full precision. Lengths are pixels of a drawing that is `WIDTH` wide.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from html import escape

from backprop_book.figures import Network

WIDTH = 356.0
"""Width of a drawing; on a telephone it is about as wide."""
RADIUS = 20.0
"""Radius of a neuron."""
BESIDE = 326.0
"""The middle of the column at the right edge, beside the outputs."""
_COLUMNS = (22.0, 139.0, 256.0)
_TOP = 60.0
_BOTTOM = 58.0
_PITCH = 62.0
_HIDDEN_PITCH = 93.0


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the drawing."""

    x: float
    """From the left."""
    y: float
    """From the top."""

    def toward(self, other: "Point", part: float) -> "Point":
        """The point that lies at a part of the way to another."""
        return Point(self.x + part * (other.x - self.x), self.y + part * (other.y - self.y))


@dataclass(frozen=True, slots=True)
class Plan:
    """Places of the neurons, and the height of the drawing."""

    inputs: tuple[Point, ...]
    """The inputs, from top to bottom."""
    hidden: tuple[Point, ...]
    """The hidden neurons."""
    outputs: tuple[Point, ...]
    """The outputs."""
    height: float
    """Height of the drawing."""


def plan(network: Network) -> Plan:
    """Lay out the neurons in three columns that are centred on one height."""
    counts = (len(network.row("input")), len(network.row("activation")), len(network.row("output")))
    pitches = (_PITCH, _HIDDEN_PITCH, _PITCH)
    span = max((count - 1) * pitch for count, pitch in zip(counts, pitches, strict=True))
    inputs, hidden, outputs = (
        tuple(Point(x, _TOP + (span - (count - 1) * pitch) / 2 + pitch * place) for place in range(count))
        for x, count, pitch in zip(_COLUMNS, counts, pitches, strict=True)
    )
    return Plan(inputs, hidden, outputs, _TOP + span + _BOTTOM)


def edge(start: Point, end: Point) -> tuple[Point, Point]:
    """The ends of a line between two neurons, which touches their circles from outside."""
    return Point(start.x + RADIUS, start.y), Point(end.x - RADIUS, end.y)


SHORT = 3
"""Significant digits inside a neuron."""
_SMALL = 0.0005
_STEP = Decimal("0.001")
LONG = 4
"""Significant digits elsewhere."""
TIGHT = "bb-net-tight"
"""The class of words that need smaller letters to fit."""
_ROOM = 5
"""Characters that fit into a neuron in letters of the usual size."""


def shown(value: float, digits: int = LONG) -> str:
    """A number as it is drawn: at so many significant digits, with a typographic minus."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(repr(value + 0.0))
    return re.sub(r"e([+-])0*", r"e\1", f"{float(rounded):.{digits}g}").replace("-", "−").replace("e+", "e")


def brief(value: float) -> str:
    """A number inside a neuron, with at most three decimals: `≈0` for what is smaller."""
    if 0 < abs(value) < _SMALL:
        return "≈0"
    return shown(float(Decimal(repr(value)).quantize(_STEP, ROUND_HALF_UP)) if abs(value) < 1 else value, SHORT)


def signed(value: float, digits: int = LONG) -> str:
    """A number that shows its sign, unless it is zero."""
    return ("+" if value > 0 else "") + shown(value, digits)


def exact(name: str, value: float) -> str:
    """The title of a shape: name and value at full precision."""
    return f"<title>{escape(name)} = {value + 0.0!r}</title>"


def text(at: Point, content: str, css: str, anchor: str = "middle", title: str = "") -> str:
    """Words or a number; `at` is the baseline."""
    return f'<text x="{_n(at.x)}" y="{_n(at.y)}" text-anchor="{anchor}" class="{css}">{title}{escape(content)}</text>'


def neuron(at: Point, css: str, content: str = "", title: str = "") -> str:
    """A circle, with a number in it."""
    size = f" {TIGHT}" if len(content) > _ROOM else ""
    words = text(Point(at.x, at.y + 4), content, f"bb-net-in{size}") if content else ""
    circle = f'<circle cx="{_n(at.x)}" cy="{_n(at.y)}" r="{RADIUS:g}"/>'
    return f'<g class="bb-net-node {css}">{title}{circle}{words}</g>'


def line(ends: tuple[Point, Point], css: str, width: float = 0, title: str = "") -> str:
    """A line; without a width it is a hairline."""
    start, end = ends
    size = f' style="stroke-width:{width:.2g}px"' if width else ""
    place = f"M{_n(start.x)} {_n(start.y)}L{_n(end.x)} {_n(end.y)}"
    return f'<path d="{place}" class="{css}"{size}>{title}</path>'


def hairlines(lines: list[tuple[Point, Point]], css: str) -> str:
    """Many hairlines as one shape."""
    path = "".join(f"M{_n(start.x)} {_n(start.y)}L{_n(end.x)} {_n(end.y)}" for start, end in lines)
    return f'<path d="{path}" class="{css}"/>' if path else ""


def square(middle: Point, side: float, css: str, title: str) -> str:
    """A square around a point."""
    corner = f'x="{_n(middle.x - side / 2)}" y="{_n(middle.y - side / 2)}"'
    return f'<rect {corner} width="{_n(side)}" height="{_n(side)}" class="{css}">{title}</rect>'


def group(content: str, beat: int | None = None, css: str = "") -> str:
    """A group of shapes; the script shows those of a beat when it is reached."""
    if not content:
        return ""
    mark = "" if beat is None else f' data-beat="{beat}"'
    kind = f' class="{css}"' if css else ""
    return f"<g{mark}{kind}>{content}</g>"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
