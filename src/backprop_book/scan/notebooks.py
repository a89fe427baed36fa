"""Checks the prose of notebooks: scripts among the pages that MkDocs shows as notebooks.

`scan` calls `read_notebook`; the MkDocs hook `lab` reports the same problems at the build, and `check` runs the cells.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from backprop_book.core.problems import Problem
from backprop_book.core.symbols import Symbols
from backprop_book.numbers import numerals
from backprop_book.scan import formulas
from backprop_book.scan.block_parser import Block, layout
from backprop_book.scan.inline_parser import spans
from backprop_book.scan.visible_text import Stretch

_CELL = re.compile(r"^# %%(.*)", re.MULTILINE)
_IS_PROSE = re.compile(r"[^\[\]]*\[(?:markdown|md)\]")
_MARGIN = re.compile(r"# ?")
_PLAIN = Symbols()


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a prose cell."""

    text: str
    number: int
    """Its line in the file, from 1."""
    column: int
    """Its first column in the file, from 1."""


def is_notebook(text: str) -> bool:
    """Whether a script has cells."""
    return _CELL.search(text) is not None


def read_notebook(path: str, text: str) -> Iterator[Problem]:
    """The syntax errors, bare numbers and broken formulas of a notebook, which make the build fail.

    Args:
        path: The file's path for messages.
        text: A script in the percent format: cells begin with `# %%`, and prose cells are comments.
    """
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        yield failing(path, line, type(error).__name__, str(getattr(error, "msg", error)))
    for lines in _cells(text):
        yield from _prose(path, lines)


def failing(path: str, line: int, kind: str, said: str) -> Problem:
    """The problem of a code cell that fails with an exception of the class `kind` and the message `said`."""
    remedy = f"run `python {path}` and mend it"
    return Problem(path, line, 1, f"this cell of the notebook fails: {kind}", found=said, remedy=remedy)


def bare(path: str, line: int, column: int, number: str) -> Problem:
    """The problem of a number in the prose of a notebook, which cannot hold claims."""
    message, remedy = "nothing checks the words of a notebook", "let a cell of code print it, or leave it out"
    return Problem(path, line, column, message, number, remedy=remedy, kind="unchecked")


def _cells(text: str) -> Iterator[list[_Line]]:
    """The lines of each prose cell."""
    cell: list[_Line] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if (begin := _CELL.match(line)) is not None:
            if cell:
                yield cell
            cell = [] if _IS_PROSE.match(begin[1]) else None
        elif cell is not None and line not in ('"""', "'''"):
            margin = _MARGIN.match(line)
            start = margin.end() if margin else 0
            cell.append(_Line(line[start:], number, start + 1))
    if cell:
        yield cell


def _prose(path: str, lines: list[_Line]) -> Iterator[Problem]:
    text = "\n".join(line.text for line in lines)
    found = layout(text, 0, len(text))
    for block in (each for each in found.parts if isinstance(each, Block)):
        stretch = Stretch(block.start, block.end, text, *spans(text, block.start, block.end, found.references))
        for span in stretch.spans:
            latex = text[span.inner_start : span.inner_end]
            try:
                if span.kind == "math":
                    formulas.mathml(latex.strip(), block=text.startswith("$$", span.start), symbols=_PLAIN)
            except formulas.BadMathError as error:
                line, column = _place(lines, text, span.inner_start)
                message, shown = f"this formula cannot be shown: {error}", " ".join(latex.split())
                yield Problem(path, line, column, message, found=shown, remedy=formulas.REMEDY)
        for numeral in numerals(stretch.blotted):
            line, column = _place(lines, text, block.start + numeral.start)
            yield bare(path, line, column, numeral.text)


def _place(lines: list[_Line], text: str, offset: int) -> tuple[int, int]:
    before = text[:offset].split("\n")
    line = lines[len(before) - 1]
    return line.number, line.column + len(before[-1])
