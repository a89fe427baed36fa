"""verdict: what checking one region of a document gave, and how messages speak of a claim."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from backprop_book.core.model import Answer
from backprop_book.core.problems import Problem
from backprop_book.scan.document import Claim, Document, Equation, Mention, Output
from backprop_book.verify.provenance import Provenance

FIX = "run `make fix` (or `backprop-book fix --write`), or correct the words"


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of digits in a document."""

    start: int
    """Start of what goes, as an offset of the document."""
    end: int
    """End of what goes."""
    text: str
    """What comes in its place."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with a region, if anything."""

    problem: Problem | None = None
    """The problem; None if the region holds."""
    edits: tuple[Edit, ...] = ()
    """The edits that would make it hold; empty where only a person can decide."""

    def __bool__(self) -> bool:
        """Whether something is wrong: of rules joined by `or`, the first that is broken judges."""
        return self.problem is not None


HOLDS = Judgement()


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


def stems(claim: Claim) -> tuple[str, ...]:
    """The snippets that a claim asks, each once."""
    return tuple(dict.fromkeys(part.snippet for part in claim.question.parts))


def snippets(claim: Claim, answer: Answer | None = None) -> str:
    """The snippets that a claim asks; where one of them has no answer, that one."""
    lacking = [part.snippet for part in claim.question.parts if answer is not None and part.probe == answer.probe]
    return " and ".join(f"{stem}.py" for stem in lacking or stems(claim))


def gives(claim: Claim) -> str:
    """Who gives what a claim is compared with, and the verb."""
    return f"{snippets(claim)} {'give' if len(stems(claim)) > 1 else 'gives'}"
