"""page: the figure of a network as HTML, with buttons, captions, text alternatives and tables.

It shows four moments of a training step, or the iterations of a loop.
"""

import json
from collections.abc import Iterator, Mapping
from html import escape

from backprop_book.core.problems import shorten
from backprop_book.core.symbols import Symbols
from backprop_book.figures import PHASES, AnimationStep, DataTable, Network, TrainingFrame, TrainingFrames
from backprop_book.render.figure import data
from backprop_book.render.network.pieces import WIDTH, Plan, plan, shown
from backprop_book.render.network.stage import drawing, seen
from backprop_book.scan.figure_scripts import Phase

TITLES: Mapping[Phase, str] = {"forward": "Forward", "loss": "Loss", "backward": "Backward", "update": "Update"}
"""Titles of the moments."""
CAPTIONS: Mapping[Phase, str] = {
    "forward": "Each neuron sums what reaches it, weighted, and adds its bias. Wide lines are large weights, dashed ones are "
    "negative, and a pale one carries nothing, because the number that enters it is zero.",
    "loss": "Each output is compared with its target. The squared error is the area of the square, so a large miss weighs much "
    "more than a small one.",
    "backward": "From the errors back to the weights: wide lines are weights with a large gradient, + and − (dashed) say its sign. The dotted "
    "ones have gradient zero, because nothing went into them or the neuron that they lead to is inactive.",
    "update": "Every weight and bias moves against its gradient, from the old value to the new one. What is dotted stays where it is.",
}
"""Captions of the moments."""
OVER_TIME = (
    "Each neuron sums what reaches it, weighted, and adds its bias. Wide lines are large weights, dashed ones are negative, and a "
    "pale one carries nothing. An inactive neuron passes nothing on, and its weights get no gradient."
)
"""Caption of the iterations of a loop."""
GRAPH_TITLE = "Forward and backward"
"""Title of a computational graph."""
GRAPH_CAPTION = (
    "Each edge holds a value and a gradient. The value goes forward, along the arrow toward the loss. The gradient of the loss with "
    "respect to this value goes backward, along the other arrow. Each operation multiplies the gradient of its output by its own "
    "derivative, and passes the result on to what went in."
)
"""Caption of a computational graph."""
NOT_KEPT = "The listing kept no step of this one, and stays where it is."
"""Remark on an iteration that the listing does not show."""
_TOLD: Mapping[Phase, tuple[str, ...]] = {
    "forward": ("input", "preactivation", "activation", "output"),
    "loss": ("output", "target", "squared_errors"),
    "backward": ("output_gradient", "activation_gradient", "preactivation_gradient"),
    "update": ("hidden_biases_new", "output_biases_new"),
}
_HIDDEN = (
    "hidden_biases", "preactivation", "activation", "activation_gradient", "activation_derivative",
    "preactivation_gradient", "hidden_biases_gradient", "hidden_biases_new",
)  # fmt: skip
_OUTPUTS = (
    "output_biases", "output", "target", "squared_errors", "output_gradient", "output_biases_gradient",
    "output_biases_new",
)  # fmt: skip
_CODE = 60
"""Characters of a statement on its button."""


def step(shown: Network, name: str, alt: str, listing: str, symbols: Symbols) -> tuple[str, str]:
    """HTML of the moments of a training step, before the caption and after it. See `network`."""
    laid_out = plan(shown)
    moments = "".join(_moment(shown, laid_out, phase, listing, symbols) for phase in PHASES)
    return player(name, alt, listing, _start(shown), _controls(shown), moments), data(shown.title, tables(shown))


def player(name: str, alt: str, listing: str, start: int, controls: str, moments: str) -> str:
    """The element that `docs/assets/network.js` plays, with its figure, up to the caption.

    Args:
        name: The figure's name, which no other figure of the page has.
        alt: Text alternative.
        listing: Id of the listing whose steps it follows; empty if there is none.
        start: Number of the beat that is shown at first.
        controls: The buttons, as HTML.
        moments: The drawings with their texts, as HTML.
    """
    return (
        f'<figure class="bb-net" id="{escape(f"figure-{name}")}"><bb-network data-listing="{escape(listing)}" data-start="{start}">'
        f'<p class="bb-net-alt" data-search-exclude>{escape(alt)}</p>{controls}'
        f'<div class="bb-net-moments">{moments}</div></bb-network><figcaption>'
    )


def _start(network: Network) -> int:
    return max(n for n, beat in enumerate(network.beats) if beat.phase == PHASES[0])


def _controls(network: Network) -> str:
    firsts = {beat.phase: n for n, beat in reversed(list(enumerate(network.beats)))}
    moments = "".join(
        f'<button type="button" data-moment="{firsts[phase]}" aria-pressed="{str(phase == PHASES[0]).lower()}">{TITLES[phase]}</button>'
        for phase in PHASES
    )
    every = '<button type="button" data-all aria-pressed="false">All four</button>'
    return (
        f'<div class="bb-net-controls" role="group" aria-label="The network: phases of the step" data-search-exclude>'
        f'<span class="bb-net-tabs">{moments}</span>{steps(every)}</div>'
    )


def steps(more: str = "") -> str:
    """The buttons that go from beat to beat, the one that keeps the drawing in sight, and more buttons."""
    found = "".join(
        f'<button type="button" data-go="{go}" aria-label="{label}">{text}</button>'
        for go, label, text in (("-1", "Previous part", "‹"), ("0", "Play", "Play"), ("1", "Next part", "›"))
    )
    keep = '<button type="button" data-keep aria-pressed="false">Keep in sight</button>'
    return f'<span class="bb-net-steps">{found}{keep}{more}</span>'


def _moment(network: Network, laid_out: Plan, phase: Phase, listing: str, symbols: Symbols) -> str:
    first = phase == PHASES[0]
    return (
        f'<section class="bb-net-moment{" bb-on" if first else ""}" data-phase="{phase}">'
        f'<svg class="bb-net-drawing" viewBox="0 0 {WIDTH:g} {laid_out.height:g}" role="img" '
        f'aria-label="{escape(alternative(network, phase))}" data-search-exclude>{drawing(network, laid_out, phase)}</svg>'
        f'<div class="bb-net-text"><p class="bb-net-title">{TITLES[phase]}</p><p class="bb-net-caption">{escape(CAPTIONS[phase])}</p>'
        f'<ol class="bb-net-beats" data-search-exclude>{beats(network, listing, symbols, phase)}</ol></div></section>'
    )


def beats(network: Network, listing: str, symbols: Symbols, phase: Phase | None = None) -> str:
    """The statements of a moment as buttons, with links to their lines; without a moment, those of all."""
    shown = ((n, beat) for n, beat in enumerate(network.beats) if phase in (None, beat.phase))
    return "".join(_beat(n, beat, listing, symbols) for n, beat in shown)


def _beat(number: int, beat: AnimationStep, listing: str, symbols: Symbols) -> str:
    code = beat.code or "the values that the figure adds"
    marked = symbols.mark_all(shorten(code, _CODE))
    statements = " ".join(map(str, beat.statements))
    link = ""
    if beat.lines:
        last = len(beat.lines) > 1
        words = f"lines {beat.lines[0]} to {beat.lines[-1]}" if last else f"line {beat.lines[0]}"
        link = f'<a href="#{escape(listing)}-s{beat.statements[0]}">{words}</a>' if listing else f"<span>{words}</span>"
    return f'<li><button type="button" data-to="{number}" data-statements="{statements}"><code>{marked}</code></button> {link}</li>'


def loop(shown: TrainingFrames, name: str, alt: str, listing: str) -> tuple[str, str]:
    """HTML of a network over a loop, before the caption and after it. Without JavaScript it shows the first iteration and the last."""
    networks = [each.network for each in shown.frames]
    laid_out = plan(networks[0])
    largest = max(
        abs(value)
        for network in networks
        for role in ("hidden_weights", "output_weights")
        for row in network.matrix(role)
        for value in row
    )
    drawings = [seen(network, laid_out, largest) for network in networks]
    frames = [
        [drawing, named(each.network), _said(each, listing), told(each.network), each.first, each.told]
        for drawing, each in zip(drawings, shown.frames, strict=True)
    ]
    packed = escape(json.dumps(frames, ensure_ascii=False, separators=(",", ":")), quote=False).replace("'", "&#39;")
    ends = dict.fromkeys((0, len(networks) - 1))
    panels = "".join(_panel(networks[at], drawings[at], laid_out, first=at == 0) for at in ends)
    before = (
        f'<figure class="bb-net" id="{escape(f"figure-{name}")}">'
        f"<bb-rounds data-listing=\"{escape(listing)}\" data-frames='{packed}'>"
        f'<p class="bb-net-alt" data-search-exclude>{escape(alt)}</p>{_loop_controls(networks)}'
        f'<div class="bb-net-moments">{panels}</div></bb-rounds><figcaption>'
    )
    return before, data(shown.title, loop_tables(shown))


def _said(each: TrainingFrame, listing: str) -> str:
    """A sentence about an iteration, with a remark where the listing does not show it."""
    words = happened(each.network)
    return f"{words} {NOT_KEPT}" if listing and each.told is None else words


def _loop_controls(networks: list[Network]) -> str:
    """A slider over the iterations that are kept, and buttons to go through them."""
    name = escape(networks[0].names["round"])
    return (
        f'<div class="bb-net-controls" role="group" aria-label="The network: iterations of the loop" data-search-exclude>'
        f'<label class="bb-net-slide"><span class="bb-net-round">{escape(named(networks[0]))}</span>'
        f'<input type="range" min="0" max="{len(networks) - 1}" value="0" aria-label="{name}" '
        f'aria-valuetext="{escape(named(networks[0]))}"></label><span class="bb-net-steps">'
        f'<button type="button" data-go="-1" aria-label="Previous" aria-disabled="true">‹</button>'
        f'<button type="button" data-go="0" aria-label="Play">Play</button>'
        f'<button type="button" data-go="1" aria-label="Next">›</button></span></div>'
    )


def _panel(network: Network, drawing: str, laid_out: Plan, *, first: bool) -> str:
    caption = f'<p class="bb-net-caption">{escape(OVER_TIME)}</p>' if first else ""
    return (
        f'<section class="bb-net-moment{" bb-on" if first else ""}"><svg class="bb-net-drawing" '
        f'viewBox="0 0 {WIDTH:g} {laid_out.height:g}" role="img" aria-label="{escape(told(network))}" '
        f'data-search-exclude>{drawing}</svg><div class="bb-net-text"><p class="bb-net-title">{escape(named(network))}</p>'
        f'<p class="bb-net-caption bb-net-said">{escape(happened(network))}</p>{caption}</div></section>'
    )


def alternative(network: Network, phase: Phase) -> str:
    """Text alternative of the drawing of a moment."""
    rows = [_row(network, role) for role in _TOLD[phase]]
    inactive = [str(n) for n, off in enumerate(network.inactive) if off]
    if inactive:
        rows.append(f"inactive hidden neurons: {', '.join(inactive)}")
    if phase == "loss":
        rows.append(f"{network.names['loss']}: {shown(network.number('loss'))}")
    if phase in ("backward", "update"):
        rows += [_count(network, layer, phase) for layer in ("hidden", "output")]
    return f"The network, {TITLES[phase].lower()}. {'; '.join(rows)}."


def told_graph(network: Network) -> str:
    """Text alternative of the drawing of a computational graph."""
    forward = [_row(network, role) for role in _TOLD["forward"]]
    backward = [_row(network, role) for role in _TOLD["backward"]]
    loss = f"{network.names['loss']}: {shown(network.number('loss'))}"
    return f"The computational graph. Forward, {'; '.join([*forward, loss])}. Backward, {'; '.join(backward)}."


def _row(network: Network, role: str) -> str:
    return f"{network.names[role]}: {', '.join(map(shown, network.row(role)))}"


def happened(network: Network) -> str:
    """A sentence that names the inactive hidden neurons."""
    inactive = [str(n) for n, off in enumerate(network.inactive) if off]
    return f"Inactive hidden neurons: {', '.join(inactive)}." if inactive else "No hidden neuron is inactive."


def named(network: Network) -> str:
    """The name and number of an iteration: `step = 4`."""
    return f"{network.names['round']} = {shown(network.number('round'))}"


def told(network: Network) -> str:
    """Text alternative of the drawing of an iteration."""
    rows = [_row(network, role) for role in _TOLD["forward"]]
    loss = f"{network.names['loss']}: {shown(network.number('loss'))}"
    return f"The network, {named(network)}. {'; '.join([*rows, loss])}. {happened(network)}"


def _count(network: Network, layer: str, phase: Phase) -> str:
    """The number of weights of a layer that have a gradient, or that move."""
    new = network.matrix(f"{layer}_weights_{'gradient' if phase == 'backward' else 'new'}")
    old = network.matrix(f"{layer}_weights")
    pairs = [(a, b) for rows in zip(old, new, strict=True) for a, b in zip(*rows, strict=True)]
    if phase == "backward":
        return f"gradient other than zero: {sum(b != 0 for _, b in pairs)} of {len(pairs)} {layer} weights"
    return f"moved: {sum(a != b for a, b in pairs)} of {len(pairs)} {layer} weights"


def tables(network: Network) -> Iterator[DataTable]:
    """Every number of a network, at full precision."""
    for caption, listed in (("Inputs", ("input",)), ("Hidden neurons", _HIDDEN), ("Outputs", _OUTPUTS)):
        roles = [role for role in listed if role in network.values]
        columns = [network.row(role) for role in roles]
        rows = [(str(n), *map(full, row)) for n, row in enumerate(zip(*columns, strict=True))]
        yield DataTable(caption, ("", *(network.names[role] for role in roles)), tuple(rows))
    for caption, layer in (("Weights into the hidden neurons", "hidden"), ("Weights into the outputs", "output")):
        names = (f"{layer}_weights", f"{layer}_weights_gradient", f"{layer}_weights_new")
        roles = [role for role in names if role in network.values]
        matrices = [network.matrix(role) for role in roles]
        places = [(i, j) for i in range(len(matrices[0])) for j in range(len(matrices[0][0]))]
        rows = [(f"[{i}][{j}]", *(full(matrix[i][j]) for matrix in matrices)) for i, j in places]
        yield DataTable(caption, ("", *(network.names[role] for role in roles)), tuple(rows))
    losses = [role for role in ("loss", "loss_new") if role in network.values]
    numbers = tuple((network.names[role], full(network.number(role))) for role in losses)
    yield DataTable("Loss", ("", "value"), numbers)


def loop_tables(frames: TrainingFrames) -> Iterator[DataTable]:
    """The loss, the activations and the outputs in the kept iterations of a loop."""
    networks = [each.network for each in frames.frames]
    names = networks[0].names
    for caption, role in (("Loss", "loss"), ("Activations", "activation"), ("Outputs", "output")):
        columns = [(network.number(role),) if role == "loss" else network.row(role) for network in networks]
        heads = [names[role]] if role == "loss" else [f"{names[role]}[{n}]" for n in range(len(columns[0]))]
        rows = [
            (full(network.number("round")), *map(full, column))
            for network, column in zip(networks, columns, strict=True)
        ]
        yield DataTable(caption, (names["round"], *heads), tuple(rows))


def full(value: float) -> str:
    """A number at full precision, with a typographic minus."""
    return repr(value + 0.0).removesuffix(".0").replace("-", "−")
