"""stage: one drawing in the making. It knows the network, where things stand, and which beat adds what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product, repeat

from backprop_book.chapter import ROLES, Phase
from backprop_book.figure import Network
from backprop_book.render.network import pieces
from backprop_book.render.network.pieces import BESIDE, RADIUS, Plan, Point, brief, edge, exact, group, shown

_THICK = 4.8
_THIN = 1.0
_CROWDED = 9
_HEADS = 16.0
_LONG = 7
_WIDE = 9
_ABOVE = 24.0
_BELOW = 31.0


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two neurons, with the number that belongs to it."""

    ends: tuple[Point, Point]
    """Where it begins and ends."""
    start: int
    """Which neuron it leaves."""
    end: int
    """Which one it reaches."""
    value: float
    """The number."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One drawing in the making."""

    network: Network
    """What is drawn."""
    plan: Plan
    """Where the neurons stand."""
    phase: Phase | None
    """Which moment it is; None for a drawing without beats."""
    largest: float = 0
    """The number whose line is the widest; 0 for the largest of the drawing."""

    def part(self, role: str, content: str, css: str = "") -> str:
        """Pieces that a part adds; if it comes in another moment, it is there already."""
        found = (n for n, beat in enumerate(self.network.beats) if role in beat.roles and beat.phase == self.phase)
        return group(content, next(found, None), css)

    def title(self, role: str, value: float, *place: int) -> str:
        """What a piece says of its value; in a drawing without beats, the tables say it."""
        if self.phase is None:
            return ""
        name = self.network.names[role]
        plain = name.replace("_", "").isalnum() or not place
        return exact((name if plain else f"({name})") + "".join(f"[{index}]" for index in place), value)

    def links(self, role: str) -> Iterator[Link]:
        """The lines of a layer, with the numbers of a part."""
        first = role.startswith("hidden")
        starts, ends = (self.plan.inputs, self.plan.hidden) if first else (self.plan.hidden, self.plan.outputs)
        matrix = self.network.matrix(role)
        for i, j in product(range(len(starts)), range(len(ends))):
            yield Link(edge(starts[i], ends[j]), i, j, matrix[i][j])

    def scale(self, *roles: str) -> float:
        """What a number is divided by so that the largest of the parts becomes one."""
        return self.largest or max(abs(link.value) for role in roles for link in self.links(role)) or 1.0

    def line(self, role: str, link: Link, scale: float, css: str = "") -> str:
        """A line as wide as its number is large, dashed where it is negative."""
        dashed = " bb-net-minus" if link.value < 0 else ""
        width = _THIN + (_THICK - _THIN) * abs(link.value) / scale
        title = self.title(role, link.value, link.start, link.end)
        return pieces.line(link.ends, f"bb-net-line {css or tone(role, link.value)}{dashed}", width, title)

    def label(self, role: str, link: Link, words: str) -> str:
        """Words on a line, toward the side where the lines of a layer are apart; long words need the middle."""
        start, end = link.ends
        off = max(0.0, 0.24 - 0.02 * len(words))
        at = start.toward(end, 0.5 - off if role.startswith("hidden") else 0.5 + off)
        title = self.title(role, link.value, link.start, link.end)
        return pieces.text(
            Point(at.x, at.y + 4), words, f"bb-net-halo {tone(role, link.value)}{_size(words)}", title=title
        )

    def head(self, role: str, x: float, anchor: str = "middle") -> str:
        """The name of a part above its column; a long expression is left to the table."""
        name = self.network.names[role]
        if len(name) > _LONG:
            return ""
        return self.part(role, pieces.text(Point(x, _HEADS), name, f"bb-net-head {tone(role)}", anchor))

    def heads(self, suffix: str) -> str:
        """The names of weights above their layers, and of the biases of the outputs beside them."""
        plan = self.plan
        left, middle, right = plan.inputs[0].x, plan.hidden[0].x, plan.outputs[0].x
        return (
            self.head(f"hidden_weights{suffix}", (left + middle) / 2)
            + self.head(f"output_weights{suffix}", (middle + right) / 2)
            + self.head(f"output_biases{suffix}", right + RADIUS + 14, "start")
        )

    def inputs(self, css: str) -> str:
        """The inputs; one that is zero has no strength."""
        row = zip(self.plan.inputs, self.network.row("input"), strict=True)
        return "".join(
            pieces.neuron(at, css if value else "bb-net-off", shown(value, pieces.SHORT), self.title("input", value, n))
            for n, (at, value) in enumerate(row)
        )

    def neurons(self, role: str, points: Iterable[Point]) -> str:
        """Neurons that hold a part; first come their outlines, for the time before it is known."""
        row = list(zip(points, self.network.row(role), strict=True))
        dead = self.network.silent if len(row) == len(self.plan.hidden) and row[0][0] in self.plan.hidden else ()
        outlines, filled = "", ""
        for n, (at, value) in enumerate(row):
            off = n < len(dead) and dead[n]
            outlines += pieces.neuron(at, "bb-net-off" if off else "bb-net-empty")
            words = brief(value)
            filled += pieces.neuron(at, "bb-net-off" if off else tone(role, value), words, self.title(role, value, n))
        return outlines + self.part(role, filled)

    def outlines(self, points: Iterable[Point], *, silent: bool = False) -> str:
        """Neurons that hold nothing now; with `silent`, the dead ones are told apart."""
        drawn = ""
        for n, at in enumerate(points):
            off = silent and self.network.silent[n]
            drawn += pieces.neuron(at, "bb-net-off" if off else "bb-net-empty")
        return drawn

    def silence(self) -> str:
        """The word under each neuron that passes nothing on."""
        dead = zip(self.plan.hidden, self.network.silent, strict=True)
        return "".join(
            pieces.text(Point(at.x, at.y + _BELOW + 12), "inactive", "bb-net-halo bb-net-quiet")
            for at, off in dead
            if off
        )

    def below(self, role: str) -> str:
        """A part under the hidden neurons, with its name."""
        name = self.network.names[role]
        drawn = ""
        for n, (at, value) in enumerate(zip(self.plan.hidden, self.network.row(role), strict=True)):
            words, title = f"{name} = {shown(value)}", self.title(role, value, n)
            drawn += pieces.text(Point(at.x, at.y + _BELOW), words, f"bb-net-halo {tone(role, value)}", title=title)
        return self.part(role, drawn)

    def biases(self, role: str, words: Iterable[str], *, still: Iterable[bool] = repeat(False)) -> str:
        """Words on the biases: above or, where there is room, below the hidden neurons, to the right of the outputs.

        Those that are `still` stand back.
        """
        hidden = role.startswith("hidden")
        points = self.plan.hidden if hidden else self.plan.outputs
        drawn = ""
        high = _BELOW if self.phase == "update" else -_ABOVE
        # All rows are as long as the points; `still` may go on.
        for n, (at, value, text, quiet) in enumerate(zip(points, self.network.row(role), words, still, strict=False)):
            place = Point(at.x, at.y + high) if hidden else Point(at.x + RADIUS + 4, at.y + 4)
            anchor = "middle" if hidden else "start"
            drawn += pieces.text(
                place,
                f"b {text}" if hidden else text,
                f"bb-net-halo {'bb-net-quiet' if quiet else tone(role, value)}{_size(text)}",
                anchor,
                self.title(role, value, n),
            )
        return self.part(role, drawn)

    def foot(self, role: str, words: str) -> str:
        """A sum at the lower right corner."""
        title = self.title(role, self.network.number(role))
        at = Point(BESIDE + 28, self.plan.height - 8)
        return self.part(role, pieces.text(at, words, f"bb-net-strong {tone(role)}", "end", title))


def _size(words: str) -> str:
    """The class of words beside which there is little room; none for short ones."""
    return f" {pieces.TIGHT}" if len(words) > _WIDE else ""


def crowded(links: Iterable[Link]) -> bool:
    """Whether there are too many lines between two layers to write a number on each."""
    return sum(1 for _ in links) >= _CROWDED


def tone(role: str, value: float = 0) -> str:
    """The classes that give a part the colour of its family; a negative gradient has one of its own."""
    family = next(each.family for each in ROLES if each.name == role)
    return f"bb-net-{family}" + (" bb-net-neg" if family == "gradient" and value < 0 else "")
