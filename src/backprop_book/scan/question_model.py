"""question_model: a question, which is what a parsed expression needs from the runs, and the mistake of one that cannot be asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from backprop_book.core.expressions import ClaimExpression
from backprop_book.core.model import Probe


@dataclass(frozen=True, slots=True)
class Part:
    """A probe of one run."""

    snippet: str
    """Stem of the snippet whose run answers."""
    probe: Probe
    """The probe."""
    expression: ClaimExpression = field(compare=False, repr=False)
    """The expression of the probe, parsed."""


@dataclass(frozen=True, slots=True)
class Question:
    """The probes of an expression, and how their answers are combined."""

    parts: tuple[Part, ...]
    """The probes; at least one."""
    expression: ClaimExpression = field(compare=False, repr=False)
    """The whole expression, parsed."""
    combination: str = ""
    """An expression over `part_0`, `part_1`, ... that combines several parts; empty where the only part is the answer."""


def probes_of(questions: Iterable[Question]) -> Mapping[str, tuple[Probe, ...]]:
    """Return the probes of questions by snippet: each probe once, in the order of the questions."""
    found: dict[str, dict[Probe, None]] = {}
    for question in questions:
        for part in question.parts:
            found.setdefault(part.snippet, {})[part.probe] = None
    return {stem: tuple(probes) for stem, probes in found.items()}


@dataclass(frozen=True, slots=True)
class ExpressionDiagnostic:
    """The reason why an expression cannot be asked."""

    offset: int
    """Where in the expression, from 0."""
    message: str
    """What is wrong, in one line."""
    remedy: str = "write one Python expression between the braces"
    """The one thing to do."""
    unplaced: bool = False
    """Whether the only reason is that there is no listing above the expression."""
    owner: str = ""
    """For `unplaced`: the name that is written like a snippet, `name.part`, but is none."""
