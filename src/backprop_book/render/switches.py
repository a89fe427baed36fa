"""switches: in which iterations an activation starts or ceases, in words."""

from collections.abc import Mapping, Sequence

from backprop_book.model import Trace
from backprop_book.tracing import applies_relu, switched

Iteration = tuple[int, tuple[tuple[int, int], ...]]
"""A frame, and the loops that run in it, each with the number of its iteration."""
_FEW = 3
"""So many elements are named."""


def switches(trace: Trace) -> Mapping[Iteration, str]:
    """For each iteration in which neurons become active or inactive: which ones, `h[2] becomes inactive`.

    The first iteration of a loop has none: what came before it belongs to something else.
    """
    activations = {s.index for s in trace.statements if s.loop is not None and applies_relu(s.code)}
    found: dict[Iteration, str] = {}
    for step in trace.steps:
        if step.statement not in activations or step.skipped or not step.iterations or not step.iterations[-1][1]:
            continue
        key = step.frame, step.iterations
        for change in step.changes:
            elements = switched(change.old, change.new)
            for is_active, word in ((True, "active"), (False, "inactive")):
                indices = [index for index, active in elements if active == is_active]
                if indices:
                    words = f"{_words(change.name, indices)} {word}"
                    found[key] = f"{found[key]}, {words}" if key in found else words
    return found


def _words(name: str, indices: Sequence[str]) -> str:
    if len(indices) > _FEW:
        return f"{len(indices)} elements of {name} become"
    names = [f"{name}{index}" for index in indices]
    together = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"{together} {'becomes' if len(names) == 1 else 'become'}"
