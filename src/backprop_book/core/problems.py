"""problems: what is wrong, where it is, and the one thing to do about it.

Every module reports diagnostic as `Problem`s. They are collected, sorted and shown together, so an author
mends a page in one go instead of one message at a time.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Literal

import click

ProblemKind = Literal[
    "value", "expression", "equation", "output", "name", "unchecked", "waiver", "markup", "listing", "notes", "figure",
    "snippet", "link", "unsteady", "mutant", "configuration",
]  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """The statement that gave a value."""

    snippet: str
    """The snippet, relative to the root of the book."""
    line: int
    """The line of the statement, counted from 1."""
    statement: str
    """Its first line, with ` ...` where it has more."""

    def __str__(self) -> str:
        """The place and the statement, in one line."""
        return f"{self.snippet}:{self.line}: {self.statement}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong at one place of the book."""

    path: str
    """The file, relative to the root of the book, with forward slashes."""
    line: int
    """The line, counted from 1."""
    column: int
    """The column in characters, counted from 1."""
    message: str
    """The fault, in one line and without a full stop."""
    found: str = ""
    """The text there, as written; empty where the message says it all."""
    expected: str = ""
    """The correct text, or the value in the run; empty where the message says it all."""
    remedy: str = ""
    """The one thing to do."""
    kind: ProblemKind = "markup"
    """Its subject."""
    origins: tuple[Origin, ...] = ()
    """The statements that gave what is expected; for a value of several runs, one of each."""
    end: tuple[int, int] | tuple[()] = ()
    """Line and column after the last character of what is wrong, where that is known."""

    def __str__(self) -> str:
        """The problem as people read it: the first line is what editors and CI match."""
        place = f"{_one_line(self.path)}:{self.line}:{self.column}"
        return "\n".join([f"{place}: {_one_line(self.message)}", *(f"    {line}" for line in self.details())])

    def details(self) -> list[str]:
        """A line for each field that is not empty: found, expected, origins, remedy."""
        labelled = [("found:", self.found), ("expected:", self.expected)]
        labelled += [("from:", str(origin)) for origin in self.origins]
        labelled += [("remedy:", self.remedy)]
        return [f"{label:<9} {_one_line(text)}" for label, text in labelled if text]


def _one_line(text: str) -> str:
    """The text in one line, with unprintable characters written out: neither an author nor a value may steer the terminal."""
    return visible(re.sub(r"\s*\n\s*", " ", text))


_SHORT = 30
"""So many characters are shown of what was found at each further place of a problem."""
_FEW = 3
"""At so many places the same problem is told in full each time."""


def as_text(problems: Iterable[Problem]) -> str:
    """Problems as people read them. One that is the same at many places is told at the first of them, with the others below."""
    alike: dict[tuple[object, ...], list[Problem]] = {}
    problems = tuple(problems)
    for problem in problems:
        alike.setdefault(_sort(problem), []).append(problem)
    pieces = []
    for problem in problems:
        same = alike[_sort(problem)]
        if len(same) <= _FEW:
            pieces.append(str(problem))
        elif problem is same[0]:
            pieces.append("\n".join([str(problem), *_elsewhere(same)]))
    return "\n".join(pieces)


def _sort(problem: Problem) -> tuple[object, ...]:
    """The fields in which repeated problems agree."""
    return problem.kind, problem.message, problem.expected, problem.remedy, problem.origins


def _elsewhere(same: Sequence[Problem]) -> Iterator[str]:
    """The places of a problem after the first, a line for each file, with what was found there where that differs."""
    differs = len({problem.found for problem in same}) > 1
    files: dict[str, list[str]] = {}
    for problem in same[1:]:
        found = f" ({shorten(problem.found, _SHORT)})" if differs else ""
        files.setdefault(problem.path, []).append(f"{problem.path}:{problem.line}:{problem.column}{found}")
    for places in files.values():
        yield f"    also at:  {_one_line(', '.join(places))}"


class BookError(click.ClickException):
    """One or more problems that stop what was being done.

    It is a `ClickException`, so both our command line and that of MkDocs print the message and end with
    status 1, without a traceback.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        """The problems, sorted by place, without repeats; never empty."""
        super().__init__(as_text(self.problems))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the problems, each from the start of a line, where editors look for its place."""
        click.echo(self.message, file, err=True)


INSTALL = "pip install 'backprop-book[book]'"
"""The remedy for a package that the book needs and that is not installed."""


def package_of(error: ModuleNotFoundError) -> str:
    """The package that is not installed."""
    return (error.name or str(error)).partition(".")[0]


def visible(text: str) -> str:
    r"""The text with control, bidirectional and other unprintable characters written out, as in `\x1b` or `\u202e`."""
    return "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in text)


UNFIT = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufdcf\\ufdf0-\\ufffd\\U00010000-\\U0010ffff]")
"""Characters that no document may hold."""
_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
"""The escape sequence for the colour and weight of text in a terminal (ANSI: *select graphic rendition*)."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def legible(text: str) -> str:
    r"""The text as a page can hold it: without the colours of a terminal, other control characters written out, as in `\x07`."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], _COLOUR.sub("", text))


def printed(text: str) -> str:
    """The output of a program as a page shows it: without colours, and every other character that cannot be seen written out."""
    return visible(legible(text.replace("\r\n", "\n")))


def lines(text: str) -> list[str]:
    """The lines of a text with plain line feeds: nothing else ends a line of a file, whatever `str.splitlines` takes for an end."""
    return text.removesuffix("\n").split("\n") if text else []


def shorten(text: str, limit: int = 160) -> str:
    """A text of at most so many characters, with `…` for what is left out."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def place(text: str, offset: int) -> tuple[int, int]:
    """The line and column, both from 1, of the character at `offset` of `text`."""
    before = text.count("\n", 0, offset)
    return before + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1
