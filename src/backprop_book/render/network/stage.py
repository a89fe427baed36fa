"""stage: the drawing of each moment of a training step, as SVG: neurons, connections, names and numbers, each with the beat that adds it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product, repeat

from backprop_book.figures import Network
from backprop_book.render.network import pieces
from backprop_book.render.network.pieces import BESIDE, RADIUS, Plan, Point, brief, edge, exact, group, shown, signed
from backprop_book.scan.figure_scripts import ROLES, Phase

_THICK = 4.8
_THIN = 1.0
_CROWDED = 9
_HEADS = 16.0
_LONG = 7
_WIDE = 9
_ABOVE = 24.0
_BELOW = 31.0
_SQUARE = 34.0


@dataclass(frozen=True, slots=True)
class WeightLine:
    """A line between two neurons, with the number that belongs to it."""

    ends: tuple[Point, Point]
    """Its two ends."""
    start: int
    """Number of the neuron that it leaves."""
    end: int
    """Number of the neuron that it reaches."""
    value: float
    """The number, such as a weight or its gradient."""


@dataclass(frozen=True, slots=True)
class NetworkDrawing:
    """The network, the places of its neurons, and the moment that is drawn."""

    network: Network
    """The network that is drawn."""
    plan: Plan
    """Places of the neurons."""
    phase: Phase | None
    """The moment; None for a drawing without beats."""
    largest: float = 0
    """The number whose line is the widest; 0 for the largest of the drawing."""

    def part(self, role: str, content: str, css: str = "") -> str:
        """The shapes of a part, in the group of the beat that adds it; without a group if it comes in another moment."""
        found = (n for n, beat in enumerate(self.network.beats) if role in beat.roles and beat.phase == self.phase)
        return group(content, next(found, None), css)

    def title(self, role: str, value: float, *place: int) -> str:
        """The `<title>` of a shape: name and value at full precision; empty in a drawing without beats, which has tables."""
        if self.phase is None:
            return ""
        name = self.network.names[role]
        plain = name.replace("_", "").isalnum() or not place
        return exact((name if plain else f"({name})") + "".join(f"[{index}]" for index in place), value)

    def links(self, role: str) -> Iterator[WeightLine]:
        """The lines of a layer, with the numbers of a part."""
        first = role.startswith("hidden")
        starts, ends = (self.plan.inputs, self.plan.hidden) if first else (self.plan.hidden, self.plan.outputs)
        matrix = self.network.matrix(role)
        for i, j in product(range(len(starts)), range(len(ends))):
            yield WeightLine(edge(starts[i], ends[j]), i, j, matrix[i][j])

    def scale(self, *roles: str) -> float:
        """The largest number of some parts, which gets the widest line."""
        return self.largest or max(abs(link.value) for role in roles for link in self.links(role)) or 1.0

    def line(self, role: str, link: WeightLine, scale: float, css: str = "") -> str:
        """A line as wide as its number is large, dashed where it is negative."""
        dashed = " bb-net-minus" if link.value < 0 else ""
        width = _THIN + (_THICK - _THIN) * abs(link.value) / scale
        title = self.title(role, link.value, link.start, link.end)
        return pieces.line(link.ends, f"bb-net-line {css or tone(role, link.value)}{dashed}", width, title)

    def label(self, role: str, link: WeightLine, words: str) -> str:
        """Words on a line: toward its end where the lines of a layer lie apart; long words in the middle."""
        start, end = link.ends
        off = max(0.0, 0.24 - 0.02 * len(words))
        at = start.toward(end, 0.5 - off if role.startswith("hidden") else 0.5 + off)
        title = self.title(role, link.value, link.start, link.end)
        return pieces.text(
            Point(at.x, at.y + 4), words, f"bb-net-halo {tone(role, link.value)}{_size(words)}", title=title
        )

    def head(self, role: str, x: float, anchor: str = "middle") -> str:
        """The name of a part above its column; empty for a long expression, which the table shows."""
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
        """The inputs; those that are zero are pale."""
        row = zip(self.plan.inputs, self.network.row("input"), strict=True)
        return "".join(
            pieces.neuron(at, css if value else "bb-net-off", shown(value, pieces.SHORT), self.title("input", value, n))
            for n, (at, value) in enumerate(row)
        )

    def neurons(self, role: str, points: Iterable[Point]) -> str:
        """Neurons with the numbers of a part, above their outlines, which show before the part is known."""
        row = list(zip(points, self.network.row(role), strict=True))
        dead = self.network.inactive if len(row) == len(self.plan.hidden) and row[0][0] in self.plan.hidden else ()
        outlines, filled = "", ""
        for n, (at, value) in enumerate(row):
            off = n < len(dead) and dead[n]
            outlines += pieces.neuron(at, "bb-net-off" if off else "bb-net-empty")
            words = brief(value)
            filled += pieces.neuron(at, "bb-net-off" if off else tone(role, value), words, self.title(role, value, n))
        return outlines + self.part(role, filled)

    def outlines(self, points: Iterable[Point], *, inactive: bool = False) -> str:
        """Neurons without numbers; with `inactive`, the inactive ones are pale."""
        drawn = ""
        for n, at in enumerate(points):
            off = inactive and self.network.inactive[n]
            drawn += pieces.neuron(at, "bb-net-off" if off else "bb-net-empty")
        return drawn

    def inactive_marks(self) -> str:
        """The word *inactive* under each inactive neuron."""
        dead = zip(self.plan.hidden, self.network.inactive, strict=True)
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

        Those that are `still` are pale.
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
        """A total, such as the loss, in the lower right corner."""
        title = self.title(role, self.network.number(role))
        at = Point(BESIDE + 28, self.plan.height - 8)
        return self.part(role, pieces.text(at, words, f"bb-net-strong {tone(role)}", "end", title))


def _size(words: str) -> str:
    """The class of words that need smaller letters; none for short ones."""
    return f" {pieces.TIGHT}" if len(words) > _WIDE else ""


def _crowded(links: Iterable[WeightLine]) -> bool:
    """Whether there are too many lines between two layers to write a number on each."""
    return sum(1 for _ in links) >= _CROWDED


def tone(role: str, value: float = 0) -> str:
    """The classes that give a part the colour of its family; a negative gradient has one of its own."""
    family = next(each.family for each in ROLES if each.name == role)
    return f"bb-net-{family}" + (" bb-net-neg" if family == "gradient" and value < 0 else "")


def drawing(network: Network, plan: Plan, phase: Phase) -> str:
    """Content of the SVG of a moment."""
    stage = NetworkDrawing(network, plan, phase)
    return {"forward": _forward, "loss": _loss, "backward": _backward, "update": _update}[phase](stage)


def seen(network: Network, plan: Plan, largest: float) -> str:
    """Content of the SVG of one iteration: the forward pass, the target and the loss, without beats.

    Args:
        network: The network in this iteration.
        plan: Places of the neurons.
        largest: The largest weight of all iterations: its line is the widest.
    """
    stage = NetworkDrawing(network, plan, None, largest)
    return _forward(stage) + _targets(stage, BESIDE + 28, "end") + _total(stage)


def _forward(stage: NetworkDrawing) -> str:
    network, plan = stage.network, stage.plan
    scale = stage.scale("hidden_weights", "output_weights")
    drawn = ""
    for role, source, result in (
        ("hidden_weights", "input", "preactivation"),
        ("output_weights", "activation", "output"),
    ):
        # All weights are there from the start, pale; those whose neuron is active are drawn over them.
        pale = "".join(stage.line(role, link, scale, "bb-net-pale") for link in stage.links(role))
        carried = network.row(source)
        lit = (stage.line(role, link, scale) for link in stage.links(role) if carried[link.start])
        drawn += pale + stage.part(result, "".join(lit), "bb-net-flow")
    heads = (
        stage.heads("")
        + stage.head("input", plan.inputs[0].x)
        + stage.head("activation", plan.hidden[0].x)
        + stage.head("output", plan.outputs[0].x)
    )
    biases = (stage.biases(role, map(shown, network.row(role))) for role in ("hidden_biases", "output_biases"))
    return (
        drawn
        + heads
        + stage.inputs("bb-net-input")
        + stage.neurons("activation", plan.hidden)
        + stage.neurons("output", plan.outputs)
        + stage.below("preactivation")
        + stage.part("activation", stage.inactive_marks())
        + "".join(biases)
    )


def _loss(stage: NetworkDrawing) -> str:
    network, plan = stage.network, stage.plan
    squares = network.row("squared_errors")
    scale = _SQUARE / (max(map(abs, squares)) ** 0.5 or 1.0)
    drawn = ""
    for n, (at, value) in enumerate(zip(plan.outputs, squares, strict=True)):
        title = stage.title("squared_errors", value, n)
        side = max(abs(value) ** 0.5 * scale, 1.5)
        drawn += pieces.square(Point(BESIDE + 10, at.y - 6), side, "bb-net-square", title)
        # Below the largest square, so that numbers and rows keep their distance.
        low = Point(BESIDE + 10, at.y - 6 + _SQUARE / 2 + 12)
        drawn += pieces.text(low, shown(value), "bb-net-loss", title=title)
    links = [link.ends for role in ("hidden_weights", "output_weights") for link in stage.links(role)]
    return (
        pieces.hairlines(links, "bb-net-ground")
        + stage.head("output", plan.outputs[0].x - 14)
        + stage.outlines(plan.inputs)
        + stage.outlines(plan.hidden, inactive=True)
        + stage.inactive_marks()
        + stage.neurons("output", plan.outputs)
        + _targets(stage, plan.outputs[0].x + RADIUS + 8, "start")
        + stage.part("squared_errors", drawn)
        + _total(stage)
    )


def _targets(stage: NetworkDrawing, x: float, anchor: str) -> str:
    """The targets beside the outputs, and their name above them."""
    row = zip(stage.plan.outputs, stage.network.row("target"), strict=True)
    drawn = "".join(
        pieces.text(
            Point(x, at.y + 4), shown(value), "bb-net-target bb-net-strong", anchor, stage.title("target", value, n)
        )
        for n, (at, value) in enumerate(row)
    )
    return stage.head("target", x, anchor) + stage.part("target", drawn)


def _total(stage: NetworkDrawing) -> str:
    return stage.foot("loss", f"{stage.network.names['loss']} = {shown(stage.network.number('loss'))}")


def _backward(stage: NetworkDrawing) -> str:
    network, plan = stage.network, stage.plan
    roles = ("hidden_weights_gradient", "output_weights_gradient")
    scale = stage.scale(*roles)
    zero = [link.ends for role in roles for link in stage.links(role) if link.value == 0]
    drawn, labels = "", ""
    for role in roles:
        links = [link for link in stage.links(role) if link.value != 0]
        drawn += stage.part(role, "".join(stage.line(role, link, scale) for link in links), "bb-net-flow")
        many = _crowded(links)
        words = ((link, signed(link.value)) for link in links)
        marks = (stage.label(role, link, text[:1] if many else text) for link, text in words)
        labels += stage.part(role, "".join(marks))
    biases = ""
    for role in ("hidden_biases_gradient", "output_biases_gradient"):
        row = network.row(role)
        biases += stage.biases(role, [signed(value) for value in row], still=[value == 0 for value in row])
    return (
        pieces.hairlines(zero, "bb-net-none")
        + drawn
        + stage.heads("_gradient")
        + stage.head("preactivation_gradient", plan.hidden[0].x)
        + stage.head("output_gradient", plan.outputs[0].x)
        + stage.inputs("bb-net-empty")
        + stage.neurons("preactivation_gradient", plan.hidden)
        + stage.neurons("output_gradient", plan.outputs)
        + stage.below("activation_gradient")
        + stage.inactive_marks()
        + labels
        + biases
    )


def _update(stage: NetworkDrawing) -> str:
    network, plan = stage.network, stage.plan
    roles = ("hidden_weights_new", "output_weights_new")
    scale = stage.scale(*roles)
    drawn, labels, still = "", "", []
    for role in roles:
        old = network.matrix(role.replace("_new", ""))
        links = [(link, old[link.start][link.end]) for link in stage.links(role)]
        moved = [(link, before) for link, before in links if link.value != before]
        still += [link.ends for link, before in links if link.value == before]
        drawn += stage.part(role, "".join(stage.line(role, link, scale) for link, _ in moved), "bb-net-flow")
        if not _crowded(link for link, _ in moved):
            words = ((link, f"{shown(before)}→{shown(link.value)}") for link, before in moved)
            marks = (stage.label(role, link, text) for link, text in words)
            labels += stage.part(role, "".join(marks))
    biases = ""
    for role in ("hidden_biases_new", "output_biases_new"):
        pairs = list(zip(network.row(role.replace("_new", "")), network.row(role), strict=True))
        texts = [f"{shown(a)}→{shown(b)}" if a != b else f"{shown(b)}" for a, b in pairs]
        biases += stage.biases(role, texts, still=[a == b for a, b in pairs])
    loss = ""
    if "loss_new" in network.values:
        before, after = network.number("loss"), network.number("loss_new")
        loss = stage.foot("loss_new", f"{network.names['loss']} {shown(before)} → {shown(after)}")
    return (
        pieces.hairlines(still, "bb-net-none")
        + drawn
        + stage.heads("_new")
        + stage.outlines(plan.inputs)
        + stage.outlines(plan.hidden, inactive=True)
        + stage.outlines(plan.outputs)
        + stage.inactive_marks()
        + labels
        + biases
        + loss
    )
