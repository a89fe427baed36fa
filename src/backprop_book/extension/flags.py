"""flags: where in the text of a document its problems are shown, while the book is being edited."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from backprop_book.chapter import Chapter, Document, Spot, Surroundings
from backprop_book.errors import Problem


@dataclass(frozen=True, slots=True)
class Flag:
    """Problems at one spot."""

    spot: Spot
    """Where."""
    problems: tuple[Problem, ...]
    """What is wrong there."""
    keeps: bool = False
    """For a block: whether the text stays, below what is said of it."""


def flags(
    chapter: Chapter, document: Document, problems: Iterable[Problem], taken: Iterable[tuple[int, int]]
) -> tuple[Flag, ...]:
    """The flags of a document, in the order of place, none inside another.

    Args:
        chapter: The book.
        document: The document.
        problems: Everything that is wrong with the book.
        taken: The stretches of the document that are replaced as a whole: what is wrong inside one is flagged before it.
    """
    problems = tuple(problems)
    here = Surroundings(document)
    text = document.source.text
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    spots: dict[Spot, list[Problem]] = {}
    for problem in problems:
        if problem.path == document.source.path and problem.line < len(starts):
            spot = here.at(min(starts[problem.line - 1] + problem.column - 1, len(text)))
            if spot is not None:
                spots.setdefault(_outside(spot, taken), []).append(problem)
    found = [Flag(spot, tuple(these)) for spot, these in spots.items()]
    for spot, targets in here.including():
        broken = tuple(problem for problem in problems if problem.path in _unparsed(chapter, targets))
        if broken and spot not in spots:
            found.append(Flag(spot, broken, keeps=True))
    return _apart(sorted(found, key=lambda flag: (flag.spot.start, flag.spot.end)))


def _outside(spot: Spot, taken: Iterable[tuple[int, int]]) -> Spot:
    """The spot, or the place before what is taken where it reaches into that."""
    for start, end in taken:
        if start < spot.end and spot.start < end:
            return Spot(start, start, "point")
    return spot


def _unparsed(chapter: Chapter, targets: Iterable[str]) -> set[str]:
    """The paths of the snippets among the targets of includes that are no Python."""
    paths = {f"{chapter.config.snippets}/{target.partition(':')[0]}" for target in targets}
    return {path for path in paths if path in chapter.files and chapter.files[path] not in chapter.snippets}


def _apart(found: Iterable[Flag]) -> tuple[Flag, ...]:
    """Flags that reach into the one before them become points after it."""
    apart: list[Flag] = []
    for flag in found:
        end = apart[-1].spot.end if apart else 0
        if flag.spot.start < end:
            apart[-1] = replace(apart[-1], problems=(*apart[-1].problems, *flag.problems))
        else:
            apart.append(flag)
    return tuple(apart)
