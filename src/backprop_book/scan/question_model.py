"""question_model: what an expression asks of which run, or why it asks nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from backprop_book.core.expressions import ClaimExpression
from backprop_book.core.model import Probe


@dataclass(frozen=True, slots=True)
class Part:
    """One probe on one run."""

    snippet: str
    """Stem of the snippet whose run answers."""
    probe: Probe
    """What it is asked."""
    expression: ClaimExpression = field(compare=False, repr=False)
    """The expression of the probe, parsed."""


@dataclass(frozen=True, slots=True)
class Question:
    """What an expression asks."""

    parts: tuple[Part, ...]
    """The probes; at least one."""
    expression: ClaimExpression = field(compare=False, repr=False)
    """The expression that asks this, parsed."""
    combination: str = ""
    """An expression over `part_0`, `part_1`, ... that combines several parts; empty where the only part is the answer."""


def probes_of(questions: Iterable[Question]) -> Mapping[str, tuple[Probe, ...]]:
    """What questions ask of the run of each snippet: each probe once, in the order of the questions."""
    found: dict[str, dict[Probe, None]] = {}
    for question in questions:
        for part in question.parts:
            found.setdefault(part.snippet, {})[part.probe] = None
    return {stem: tuple(probes) for stem, probes in found.items()}


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why an expression asks nothing."""

    offset: int
    """Where in the expression, from 0."""
    message: str
    """What is wrong, in one line."""
    remedy: str = "write one Python expression between the braces"
    """The one thing to do."""
    unplaced: bool = False
    """Whether all that is wrong is that there is no listing that it could speak of."""
    owner: str = ""
    """For `unplaced`: the name that is no snippet although something is asked of it as of one."""
