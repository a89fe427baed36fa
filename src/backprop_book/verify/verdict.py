"""verdict: what checking one region of a document gave."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from backprop_book.chapter import Claim, Document, Equation, Mention, Output
from backprop_book.errors import Problem
from backprop_book.model import Answer
from backprop_book.verify.judgement import Edit
from backprop_book.verify.provenance import Provenance

Region = Claim | Equation | Mention | Output
Status = Literal["holds", "fails", "not evaluated"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking one region gave."""

    path: str
    """The document."""
    region: Region
    """What was checked."""
    status: Status
    """`not evaluated`: the run of a snippet that it speaks of did not finish."""
    problem: Problem | None = None
    """What is wrong, for `fails`."""
    edits: tuple[Edit, ...] = ()
    """What `fix` would write, for `fails`; empty where only a person can decide."""
    answer: Answer | None = None
    """What the run gave, for claims and mentions."""
    provenance: tuple[Provenance, ...] = ()
    """The places in the runs that the answer of a claim comes from, or that printed an output that fails."""
    broken: str = ""
    """For `not evaluated`: the snippet whose run did not finish."""


def told(verdicts: Iterable[Verdict]) -> Iterator[Problem]:
    """What is wrong with the regions, each mistake once: that of a column's expression is the same in all its rows."""
    seen = set()
    for problem in (verdict.problem for verdict in verdicts):
        if problem is None:
            continue
        mistake = (
            (problem.path, problem.line, problem.column, problem.found) if problem.kind == "expression" else problem
        )
        if mistake not in seen:
            seen.add(mistake)
            yield problem


def regions(document: Document) -> tuple[Region, ...]:
    """What there is to check in a document, in the order of place; `Verifier.verdicts` is parallel to it."""
    found: list[Region] = [*document.claims, *document.equations, *document.outputs, *document.mentions]
    return tuple(sorted(found, key=lambda region: region.start))
