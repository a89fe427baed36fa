"""plan: where everything stands in the drawing of a network. Lengths are pixels of a drawing that is `WIDTH` wide."""

from dataclasses import dataclass

from backprop_book.figure import Network

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
    """Where the neurons stand."""

    inputs: tuple[Point, ...]
    """The inputs, from top to bottom."""
    hidden: tuple[Point, ...]
    """The hidden neurons."""
    outputs: tuple[Point, ...]
    """The outputs."""
    height: float
    """Height of the drawing."""


def plan(network: Network) -> Plan:
    """Lay the neurons out in columns that share their middle."""
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
