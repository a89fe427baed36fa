"""errors: what is wrong, where it is, and the one thing to do about it.

Every module reports trouble as `Problem`s. They are collected, sorted and shown together, so an author
mends a page in one go instead of one message at a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import click


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
    """What is wrong, in one line and without a full stop."""
    found: str = ""
    """What stands there, as written; empty where the message says it all."""
    expected: str = ""
    """What should stand there, or what the code gives; empty where the message says it all."""
    remedy: str = ""
    """The one thing to do."""

    def __str__(self) -> str:
        """The problem as people read it: the first line is what editors and CI match."""
        lines = [f"{self.path}:{self.line}:{self.column}: {self.message}"]
        lines += [
            f"    {label:<9} {text}"
            for label, text in (
                ("found:", self.found),
                ("expected:", self.expected),
                ("remedy:", self.remedy),
            )
            if text
        ]
        return "\n".join(lines)


class BookError(click.ClickException):
    """One or more problems that stop what was being done.

    It is a `ClickException`, so both our command line and that of MkDocs print the message and end with
    status 1, without a traceback.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        """The problems, sorted by place, without repeats; never empty."""
        super().__init__("\n".join(str(problem) for problem in self.problems))


def place(text: str, offset: int) -> tuple[int, int]:
    """The line and column, both from 1, of the character at `offset` of `text`."""
    before = text.count("\n", 0, offset)
    return before + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1
