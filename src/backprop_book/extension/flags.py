"""flags: where in the text of a document its problems are shown, while the book is being edited."""

from collections.abc import Iterable
from dataclasses import dataclass

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


def flags(chapter: Chapter, document: Document, problems: Iterable[Problem]) -> tuple[Flag, ...]:
    """The flags of a document, in the order of place.

    Args:
        chapter: The book.
        document: The document.
        problems: What is wrong with the book, except for what is shown otherwise.
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
                spots.setdefault(spot, []).append(problem)
    for spot in [each for each in spots if each.kind == "point"]:
        # A point inside of words that are marked has no place of its own.
        around = next((each for each in spots if each.kind != "point" and each.start <= spot.start < each.end), None)
        if around is not None:
            spots[around] += spots.pop(spot)
    found = [Flag(spot, tuple(these)) for spot, these in spots.items()]
    for spot, targets in here.including():
        broken = tuple(problem for problem in problems if problem.path in _unparsed(chapter, targets))
        if broken and spot not in spots:
            found.append(Flag(spot, broken, keeps=True))
    return tuple(sorted(found, key=lambda flag: (flag.spot.start, flag.spot.end)))


def _unparsed(chapter: Chapter, targets: Iterable[str]) -> set[str]:
    """The paths of the snippets among the targets of includes that are no Python."""
    paths = {f"{chapter.config.snippets}/{target.partition(':')[0]}" for target in targets}
    return {path for path in paths if path in chapter.files and chapter.files[path] not in chapter.snippets}
