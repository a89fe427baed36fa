"""graph: the computational graph of one training step, with the value and the gradient on each edge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate

from backprop_book.core.symbols import Symbols
from backprop_book.figures import Network
from backprop_book.render.figure import data
from backprop_book.render.network import pieces
from backprop_book.render.network.page import GRAPH_CAPTION, GRAPH_TITLE, beats, player, steps, tables, told_graph
from backprop_book.render.network.pieces import Point, group, shown
from backprop_book.render.network.stage import tone

_WIDTH = 340.0
"""Width of a drawing whose numbers fit into it; on a telephone it is about as wide."""
_SPINE = 62.0
"""Where the edges from the input down to the loss stand."""
_HALF = 56.0
"""Half the width of an operation."""
_HIGH = 26.0
"""Height of an operation."""
_SIDE = 136.0
"""Where the edges that come from the right begin."""
_LINE = 15.0
"""Height of a line of numbers."""
_LETTER, _POINT = 7.4, 3.9
"""Widths of a digit and of a decimal point in a broad typeface."""
_APART = 8.0
"""Space between the columns of a matrix."""
_PAIR = 2.5
"""Distance of the two lines of an edge, the value's forward and the gradient's backward, from its middle."""
_ROOM = 9.0
"""Space between the numbers of an edge and what stands beside, above or below them."""
_TIP = 4.0
_SPREAD = 7.0
"""Distance from the middle of an operation at which two edges from the right reach it."""
_NARROW, _BROAD = 8, 26
"""Letters that fit beside an edge that goes down, and above one that comes from the right."""


@dataclass(frozen=True, slots=True)
class _GraphEdge:
    """An edge of the graph: the roles of its value and of its gradient, which is empty for data."""

    value: str
    gradient: str = ""


@dataclass(frozen=True, slots=True)
class _GraphNode:
    """An operation: its edge from above, its edges from the right, and the role of its derivative, if that is shown."""

    name: str
    above: _GraphEdge
    beside: tuple[_GraphEdge, ...] = ()
    derivative: str = ""


_OPERATIONS = (
    _GraphNode(
        "weighted sum",
        _GraphEdge("input"),
        (
            _GraphEdge("hidden_weights", "hidden_weights_gradient"),
            _GraphEdge("hidden_biases", "hidden_biases_gradient"),
        ),
    ),
    _GraphNode("ReLU", _GraphEdge("preactivation", "preactivation_gradient"), derivative="activation_derivative"),
    _GraphNode(
        "weighted sum",
        _GraphEdge("activation", "activation_gradient"),
        (
            _GraphEdge("output_weights", "output_weights_gradient"),
            _GraphEdge("output_biases", "output_biases_gradient"),
        ),
    ),
    _GraphNode("mean of squares", _GraphEdge("output", "output_gradient"), (_GraphEdge("target"),)),
)
_LAST = _GraphEdge("loss")


def graph(network: Network, name: str, alt: str, listing: str, symbols: Symbols) -> tuple[str, str]:
    """HTML of a computational graph, before the caption and after it. See `network`."""
    drawing = _GraphDrawing(network)
    drawn = drawing.all()
    controls = (
        f'<div class="bb-net-controls" role="group" aria-label="The graph: statements of the step" data-search-exclude>'
        f"{steps()}</div>"
    )
    moment = (
        f'<section class="bb-net-moment bb-on">'
        f'<svg class="bb-net-drawing bb-net-graph" viewBox="0 0 {drawing.width:g} {drawing.height:g}" role="img" '
        f'aria-label="{escape(told_graph(network))}" data-search-exclude>{drawn}</svg>'
        f'<div class="bb-net-text"><p class="bb-net-title">{GRAPH_TITLE}</p><p class="bb-net-caption">{GRAPH_CAPTION}</p>'
        f'<ol class="bb-net-beats" data-search-exclude>{beats(network, listing, symbols)}</ol></div></section>'
    )
    shown_first = len(network.beats) - 1
    return player(name, alt, listing, shown_first, controls, moment), data(network.title, tables(network))


class _GraphDrawing:
    """Draws a graph from the top to the bottom."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.width = _WIDTH
        """Width of the drawing so far."""
        self.height = _ROOM
        """Height of the drawing so far, along the edges that go down."""
        self._low = 0.0
        """Lower end of the last edge from the right."""

    def all(self) -> str:
        """The operations with the edges that lead to them, and the loss."""
        drawn = "".join(map(self._operation, _OPERATIONS))
        top = self.height
        drawn += self._down(_LAST, 0)
        # The gradient of the loss with respect to itself, where the backward pass begins.
        at = Point(_SPINE + _ROOM, (top + self.height) / 2 + 11 - _LINE)
        arrow = _arrow("bb-net-gradient", Point(_SPINE + _PAIR, self.height), Point(_SPINE + _PAIR, top + 1))
        one = pieces.text(at, "dL/dL", "bb-net-head bb-net-gradient", "start")
        one += pieces.text(Point(at.x, at.y + _LINE), "1", "bb-net-gradient", "start")
        drawn += self._part("output_gradient", arrow + one)
        self.height = max(self.height, self._low) + _ROOM
        return drawn

    def _operation(self, operation: _GraphNode) -> str:
        """An operation with its edges, low enough for the numbers beside it."""
        heights = [self._height(edge.value) + self._height(edge.gradient) + 3 * _ROOM for edge in operation.beside]
        if operation.derivative:
            heights = [self._height(operation.derivative)]
        least = self._low + _ROOM + sum(heights) / 2 - _HIGH / 2 - self.height
        drawn = self._down(operation.above, least)
        middle = self.height + _HIGH / 2
        top = middle - sum(heights) / 2
        self.height += _HIGH
        for n, (edge, height) in enumerate(zip(operation.beside, heights, strict=False)):
            drawn += self._across(edge, top, middle + _SPREAD * (2 * n + 1 - len(operation.beside)))
            top += height
        if operation.derivative:
            drawn += self._part(
                operation.derivative, self._numbers(operation.derivative, self._columns(operation.derivative), top)
            )
        self._low = max(self._low, middle + sum(heights) / 2)
        corner = f'x="{_SPINE - _HALF:g}" y="{middle - _HIGH / 2:g}" width="{2 * _HALF:g}" height="{_HIGH:g}" rx="13"'
        words = pieces.text(Point(_SPINE, middle + 4), operation.name, "bb-net-operation")
        return f'{drawn}<rect {corner} class="bb-net-op"/>{words}'

    def _down(self, edge: _GraphEdge, least: float) -> str:
        """An edge that goes down: the value on its left, the gradient on its right."""
        high = max(self._height(edge.value, down=True) + 2 * _ROOM, least)
        top, end = self.height, self.height + high
        self.height = end
        first = end - high / 2 - self._height(edge.value, down=True) / 2
        left, right = _SPINE - _PAIR, _SPINE + _PAIR
        drawn = self._part(
            edge.value,
            _arrow(tone(edge.value), Point(left, top), Point(left, end - 1))
            + self._column(edge.value, _SPINE - _ROOM, first, "end"),
        )
        if edge.gradient:
            arrow = _arrow(tone(edge.gradient), Point(right, end), Point(right, top + 1))
            drawn += self._part(edge.gradient, arrow + self._column(edge.gradient, _SPINE + _ROOM, first, "start"))
        return drawn

    def _across(self, edge: _GraphEdge, top: float, middle: float) -> str:
        """An edge that comes from the right: the value above it, the gradient below."""
        line = top + self._height(edge.value) + _ROOM
        ends = self._columns(edge.value, edge.gradient)
        wide = ends[-1]
        self.width = max(self.width, _SIDE + wide + 2)
        start, end = _SPINE + _HALF + 1, _SIDE + wide
        up, down = line - _PAIR, line + _PAIR
        drawn = self._part(
            edge.value,
            _arrow(tone(edge.value), Point(end, up), Point(_SIDE - 2, up), Point(start, middle - _PAIR))
            + self._numbers(edge.value, ends, top),
        )
        if edge.gradient:
            arrow = _arrow(tone(edge.gradient), Point(start, middle + _PAIR), Point(_SIDE - 2, down), Point(end, down))
            drawn += self._part(edge.gradient, arrow + self._numbers(edge.gradient, ends, line + _ROOM))
        return drawn

    def _part(self, role: str, content: str) -> str:
        """The shapes of a part, in the group of its beat."""
        return group(content, next(n for n, beat in enumerate(self.network.beats) if role in beat.roles))

    def _rows(self, role: str) -> Sequence[Sequence[float]]:
        found = self.network.values[role]
        if not isinstance(found, list):
            return ((self.network.number(role),),)
        return self.network.matrix(role) if isinstance(found[0], list) else (self.network.row(role),)

    def _height(self, role: str, *, down: bool = False) -> float:
        """Height of the name and the numbers of a part; beside an edge that goes down, the numbers form a column."""
        if not role:
            return 0.0
        rows = self._rows(role)
        return _LINE * (1 + (len(rows[0]) if down else len(rows)))

    def _columns(self, *roles: str) -> Sequence[float]:
        rows = [row for role in roles if role for row in self._rows(role)]
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        return list(accumulate(widths, lambda end, width: end + _APART + width))

    def _head(self, role: str, at: Point, anchor: str, most: int) -> str:
        name = self.network.names[role]
        words = name if len(name) <= most else f"{name[: most - 1]}…"
        return pieces.text(at, words, f"bb-net-head {tone(role)}", anchor)

    def _column(self, role: str, x: float, top: float, anchor: str) -> str:
        """The name of a part, and its numbers one below the other."""
        (row,) = self._rows(role)
        drawn = self._head(role, Point(x, top + 11), anchor, _NARROW)
        for n, value in enumerate(row, 1):
            drawn += _number(role, value, Point(x, top + 11 + n * _LINE), anchor)
        return drawn

    def _numbers(self, role: str, ends: Sequence[float], top: float) -> str:
        """The name of a part, and its numbers in rows and columns."""
        drawn = self._head(role, Point(_SIDE, top + 11), "start", _BROAD)
        for n, row in enumerate(self._rows(role), 1):
            for end, value in zip(ends, row, strict=True):
                drawn += _number(role, value, Point(_SIDE + end, top + 11 + n * _LINE), "end")
        return drawn


def _width(value: float) -> float:
    return sum(_POINT if letter == "." else _LETTER for letter in shown(value))


def _number(role: str, value: float, at: Point, anchor: str) -> str:
    return pieces.text(at, shown(value), tone(role) if value else "bb-net-quiet", anchor)


def _arrow(css: str, *points: Point) -> str:
    (before, end) = points[-2:]
    length = ((end.x - before.x) ** 2 + (end.y - before.y) ** 2) ** 0.5
    along = Point((end.x - before.x) / length * _TIP, (end.y - before.y) / length * _TIP)
    left = Point(end.x - 1.6 * along.x + 0.7 * along.y, end.y - 1.6 * along.y - 0.7 * along.x)
    right = Point(end.x - 1.6 * along.x - 0.7 * along.y, end.y - 1.6 * along.y + 0.7 * along.x)
    return f'<path d="{_path(points)}{_path((left, end, right))}" class="bb-net-line {css}"/>'


def _path(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{point.x:.1f} {point.y:.1f}" for point in points)
