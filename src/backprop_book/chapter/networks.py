"""networks: figures that say what the parts of a network are, `NETWORK` or `GRAPH`, and leave the drawing to the book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from backprop_book.chapter.listings import nearest
from backprop_book.chapter.script import Datum
from backprop_book.chapter.trouble import Trouble

Phase = Literal["forward", "loss", "backward", "update"]
Form = Literal["step", "loop", "graph"]
"""What is drawn of a network: the moments of a step, the iterations of a loop, or the computational graph of a step."""


@dataclass(frozen=True, slots=True)
class Role:
    """A part that a quantity plays in one training step of a network with one hidden layer."""

    name: str
    """What it is called in `NETWORK` and in `GRAPH`."""
    family: str
    """The family of quantities whose colour it has."""
    shape: str
    """A letter for each axis: `i` inputs, `h` hidden neurons, `o` outputs; empty for a number."""
    phase: Phase
    """When it comes into being."""
    given: bool = False
    """Whether it is there before the step begins."""
    needed: bool = True
    """Whether a network must say it."""
    looped: bool = False
    """Whether a network over the iterations of a loop must say it; of what it need not, it has no use."""
    graphed: bool = False
    """Whether a computational graph must say it; of what it need not, it has no use."""


ROLES = (
    Role("input", "input", "i", "forward", given=True, looped=True, graphed=True),
    Role("hidden_weights", "parameter", "ih", "forward", given=True, looped=True, graphed=True),
    Role("hidden_biases", "parameter", "h", "forward", given=True, looped=True, graphed=True),
    Role("output_weights", "parameter", "ho", "forward", given=True, looped=True, graphed=True),
    Role("output_biases", "parameter", "o", "forward", given=True, looped=True, graphed=True),
    Role("preactivation", "preactivation", "h", "forward", looped=True, graphed=True),
    Role("activation", "activation", "h", "forward", looped=True, graphed=True),
    Role("output", "output", "o", "forward", looped=True, graphed=True),
    Role("target", "target", "o", "loss", given=True, looped=True, graphed=True),
    Role("squared_errors", "loss", "o", "loss"),
    Role("loss", "loss", "", "loss", looped=True, graphed=True),
    Role("output_gradient", "gradient", "o", "backward", graphed=True),
    Role("output_weights_gradient", "gradient", "ho", "backward", graphed=True),
    Role("output_biases_gradient", "gradient", "o", "backward", graphed=True),
    Role("activation_gradient", "gradient", "h", "backward", graphed=True),
    Role("activation_derivative", "gradient", "h", "backward", needed=False, graphed=True),
    Role("preactivation_gradient", "gradient", "h", "backward", graphed=True),
    Role("hidden_weights_gradient", "gradient", "ih", "backward", graphed=True),
    Role("hidden_biases_gradient", "gradient", "h", "backward", graphed=True),
    Role("hidden_weights_new", "parameter", "ih", "update"),
    Role("hidden_biases_new", "parameter", "h", "update"),
    Role("output_weights_new", "parameter", "ho", "update"),
    Role("output_biases_new", "parameter", "o", "update"),
    Role("loss_new", "loss", "", "update", needed=False),
    Role("round", "loss", "", "loss", needed=False, looped=True),
)
"""All roles, in the order of a step."""


def role_troubles(data: Sequence[Datum], keys: Mapping[str, int], start: int, form: Form) -> list[Trouble]:
    """What is wrong with the roles of a network.

    Args:
        data: The entries of `NETWORK` or `GRAPH`.
        keys: Where the name of each role is written.
        start: Where `NETWORK` or `GRAPH` is written.
        form: What is drawn of the network.
    """
    names = [role.name for role in ROLES if _is_used(role, form)]
    troubles = [
        Trouble(
            keys[each.name],
            "a network has no such part",
            "correct the name",
            each.name,
            nearest(each.name, tuple(names)),
        )
        for each in data
        if each.name not in names
    ]
    needed = [role.name for role in ROLES if _is_used(role, form) and (role.needed or form != "step")]
    missing = [name for name in needed if name not in keys]
    if missing:
        remedy = "say for each which expression gives it"
        troubles.append(Trouble(start, "this network lacks parts", remedy, "", ", ".join(missing)))
    if form == "loop" and not any(is_series(each) for each in data):
        remedy = "write series(...) for the parts that change, or remove ROWS"
        troubles.append(Trouble(start, "no part of this network has a value for each iteration", remedy))
    asked = [(each, {part.snippet for part in each.question.parts}) for each in data if each.question is not None]
    for each, stems in asked:
        if stems != asked[0][1]:
            first, found = (", ".join(sorted(names)) for names in (asked[0][1], stems))
            message, remedy = "a network shows one run", "take all parts from the same snippet"
            troubles.append(Trouble(each.start, message, remedy, found, first))
    return troubles


def _is_used(role: Role, form: Form) -> bool:
    """Whether a figure of a form shows a role."""
    return {"loop": role.looped, "graph": role.graphed, "step": role.needed or not (role.looped or role.graphed)}[form]


def is_series(datum: Datum) -> bool:
    """Whether a part has a value for each iteration of a loop."""
    return datum.expression.lstrip().startswith("series(")
