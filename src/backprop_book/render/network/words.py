"""words: what is said of each moment, and the text alternative of its drawing."""

from collections.abc import Mapping

from backprop_book.chapter import Phase
from backprop_book.figure import Network
from backprop_book.render.network.pieces import shown

TITLES: Mapping[Phase, str] = {"forward": "Forward", "loss": "Loss", "backward": "Backward", "update": "Update"}
"""What the moments are called."""
CAPTIONS: Mapping[Phase, str] = {
    "forward": "Each neuron sums what reaches it, weighted, and adds its bias. Wide lines are large weights, dashed ones are "
    "negative, and a pale one carries nothing, because what it starts from is zero.",
    "loss": "Each output is held against its target. The squared error is the area of the square, so a large miss weighs much "
    "more than a small one.",
    "backward": "From the errors back: wide lines are weights with a large gradient, + and − (dashed) say its sign. The dotted "
    "ones have gradient zero, because nothing went into them or the neuron that they lead to is inactive.",
    "update": "Every weight and bias moves against its gradient, from the old value to the new one. What is dotted stays where it is.",
}
"""What happens in each moment, in words without numbers."""
OVER_TIME = (
    "Each neuron sums what reaches it, weighted, and adds its bias. Wide lines are large weights, dashed ones are negative, and a "
    "pale one carries nothing. An inactive neuron passes nothing on, and its weights get no gradient."
)
"""What the drawing of an iteration shows."""
GRAPH_TITLE = "Forward and backward"
"""What the drawing of a computational graph is called."""
GRAPH_CAPTION = (
    "Each edge holds a value and a gradient. The value goes forward, along the arrow toward the loss. The gradient of the loss with "
    "respect to this value goes backward, along the other arrow. Each operation multiplies the gradient of its output by its own "
    "derivative, and passes the result on to what went in."
)
"""What the drawing of a computational graph shows."""
NOT_KEPT = "The listing kept no step of this one, and stays where it is."
"""Said of an iteration that only the drawing shows."""
_TOLD: Mapping[Phase, tuple[str, ...]] = {
    "forward": ("input", "preactivation", "activation", "output"),
    "loss": ("output", "target", "squared_errors"),
    "backward": ("output_gradient", "activation_gradient", "preactivation_gradient"),
    "update": ("hidden_biases_new", "output_biases_new"),
}


def alternative(network: Network, phase: Phase) -> str:
    """What the drawing of a moment shows, for those who cannot see it."""
    rows = [_row(network, role) for role in _TOLD[phase]]
    silent = [str(n) for n, off in enumerate(network.silent) if off]
    if silent:
        rows.append(f"inactive hidden neurons: {', '.join(silent)}")
    if phase == "loss":
        rows.append(f"{network.names['loss']}: {shown(network.number('loss'))}")
    if phase in ("backward", "update"):
        rows += [_count(network, layer, phase) for layer in ("hidden", "output")]
    return f"The network, {TITLES[phase].lower()}. {'; '.join(rows)}."


def told_graph(network: Network) -> str:
    """What the drawing of a computational graph shows, for those who cannot see it."""
    forward = [_row(network, role) for role in _TOLD["forward"]]
    backward = [_row(network, role) for role in _TOLD["backward"]]
    loss = f"{network.names['loss']}: {shown(network.number('loss'))}"
    return f"The computational graph. Forward, {'; '.join([*forward, loss])}. Backward, {'; '.join(backward)}."


def _row(network: Network, role: str) -> str:
    return f"{network.names[role]}: {', '.join(map(shown, network.row(role)))}"


def happened(network: Network) -> str:
    """Which hidden neurons pass nothing on, in a line."""
    silent = [str(n) for n, off in enumerate(network.silent) if off]
    return f"Inactive hidden neurons: {', '.join(silent)}." if silent else "No hidden neuron is inactive."


def named(network: Network) -> str:
    """Which iteration of a loop it is: `step = 4`."""
    return f"{network.names['round']} = {shown(network.number('round'))}"


def told(network: Network) -> str:
    """What the drawing of an iteration shows, for those who cannot see it."""
    rows = [_row(network, role) for role in _TOLD["forward"]]
    loss = f"{network.names['loss']}: {shown(network.number('loss'))}"
    return f"The network, {named(network)}. {'; '.join([*rows, loss])}. {happened(network)}"


def _count(network: Network, layer: str, phase: Phase) -> str:
    """How many weights of a layer have a gradient, or move."""
    new = network.matrix(f"{layer}_weights_{'gradient' if phase == 'backward' else 'new'}")
    old = network.matrix(f"{layer}_weights")
    pairs = [(a, b) for rows in zip(old, new, strict=True) for a, b in zip(*rows, strict=True)]
    if phase == "backward":
        return f"gradient other than zero: {sum(b != 0 for _, b in pairs)} of {len(pairs)} {layer} weights"
    return f"moved: {sum(a != b for a, b in pairs)} of {len(pairs)} {layer} weights"
