"""pieces: the parts of a drawing, as SVG. Colours are classes; what a value is exactly, the title of its piece says."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from html import escape

from backprop_book.render.network.plan import RADIUS, Point

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
    """A number as it stands inside a neuron, where at most three decimals fit: what is smaller is about zero."""
    if 0 < abs(value) < _SMALL:
        return "≈0"
    return shown(float(Decimal(repr(value)).quantize(_STEP, ROUND_HALF_UP)) if abs(value) < 1 else value, SHORT)


def signed(value: float, digits: int = LONG) -> str:
    """A number that shows its sign, unless it is zero."""
    return ("+" if value > 0 else "") + shown(value, digits)


def exact(name: str, value: float) -> str:
    """The title of a piece: what it stands for, at full precision."""
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
    """Many hairlines as one piece."""
    path = "".join(f"M{_n(start.x)} {_n(start.y)}L{_n(end.x)} {_n(end.y)}" for start, end in lines)
    return f'<path d="{path}" class="{css}"/>' if path else ""


def square(middle: Point, side: float, css: str, title: str) -> str:
    """A square around a point."""
    corner = f'x="{_n(middle.x - side / 2)}" y="{_n(middle.y - side / 2)}"'
    return f'<rect {corner} width="{_n(side)}" height="{_n(side)}" class="{css}">{title}</rect>'


def group(content: str, beat: int | None = None, css: str = "") -> str:
    """Pieces that belong together: those of a beat are shown by the script when it is reached."""
    if not content:
        return ""
    mark = "" if beat is None else f' data-beat="{beat}"'
    kind = f' class="{css}"' if css else ""
    return f"<g{mark}{kind}>{content}</g>"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
