"""phases: the drawing of each of the four moments of a step, as SVG."""

from backprop_book.figures import Network
from backprop_book.render.network import pieces
from backprop_book.render.network.pieces import BESIDE, RADIUS, Plan, Point, shown, signed
from backprop_book.render.network.stage import NetworkDrawing, crowded
from backprop_book.scan import Phase

_SQUARE = 34.0


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
    """The loss, in the corner."""
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
        many = crowded(links)
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
        if not crowded(link for link, _ in moved):
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
