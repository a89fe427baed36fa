"""judgement: what is wrong with a region, and what would mend it."""

from dataclasses import dataclass

from backprop_book.errors import Problem

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
