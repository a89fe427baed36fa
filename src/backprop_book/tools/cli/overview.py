"""overview: the summary that `backprop-book check` prints around many problems: their probable causes, and a count for each file."""

from collections import Counter
from collections.abc import Iterable

from backprop_book.core.problems import Origin, Problem, visible
from backprop_book.tools.cli.counts import count

_MANY = 10
"""Number of problems from which on the probable causes are named."""


def causes(problems: Iterable[Problem]) -> list[str]:
    """Lines that name, for each snippet, the first statement that gives another value than the book states.

    After a change of a snippet this is the changed statement, or the first one whose value it changed. A problem that several statements
    gave rise to names no single one of them, so it is left out.
    """
    origins = [problem.origins[0] for problem in problems if len(problem.origins) == 1]
    if len(origins) < _MANY:
        return []
    numbers = Counter(origin.snippet for origin in origins)
    lines = [
        f"  {visible(str(_first(origins, snippet)))} ({count(number, 'problem')})"
        for snippet, number in numbers.most_common()
    ]
    return ["Probably from these statements, the first of each snippet whose value is not the stated one:", *lines]


def numbers_by_file(problems: Iterable[Problem]) -> list[str]:
    """Lines with the number of problems of each file, in the order of the problems."""
    numbers = Counter(problem.path for problem in problems)
    if len(numbers) == 1 or numbers.total() < _MANY:
        return []
    return [f"{number:6} {visible(path)}" for path, number in numbers.items()]


def _first(origins: Iterable[Origin], snippet: str) -> Origin:
    return min(origin for origin in origins if origin.snippet == snippet)
