"""notebooks: a snippet as a Jupyter notebook that has been run: its notes, its code in cells, and what each cell printed."""

import ast
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from backprop_book.core.model import Run, Trace
from backprop_book.source import Snippet

_MARKER = re.compile(r"[ \t]*#.*--8<--")
_SILENT = frozenset(("print", "backward", "step", "zero_grad", "append", "extend", "sort"))
"""Calls that give nothing. After anything else, a semicolon keeps Jupyter from showing what a plain run does not show."""
_ELSEWHERE: Mapping[str, str] = {
    "matplotlib": "draws with matplotlib, and what a run has drawn is not recorded",
    "asyncio": "starts an event loop, and in a notebook one is running already",
}
NONE: Mapping[str, Snippet] = MappingProxyType({})
_NAMES = {"python": "Python", "numpy": "NumPy", "torch": "PyTorch"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A note, as a cell of text."""

    statements: tuple[int, ...]
    """The statements that it explains."""
    markdown: str
    """Its Markdown, with the heading."""


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook, or why there is none."""

    text: str = ""
    """The file; the same bytes for the same run."""
    refusal: str = ""
    """Why a notebook would not do what the snippet does, as a clause; empty where there is one."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """Statements of the module that cannot be cut apart: one, with all that is inside it, or several on a line."""

    first: int
    """Its first line, from 1."""
    last: int
    """Its last line."""
    node: ast.stmt
    """The last of its statements."""


def notebook(
    title: str, snippet: Snippet, run: Run, notes: Sequence[Explanation], siblings: Mapping[str, Snippet] = NONE
) -> Notebook:
    """Make a notebook of a snippet.

    Args:
        title: The title of its listing.
        snippet: The snippet.
        run: Its run, which the outputs are taken from.
        notes: What explains it; each stands before the cell of the first statement that it explains.
        siblings: The snippets of its folder, by the names under which it can import them: those that it does import go along.

    Returns:
        The notebook in format 4.5, or the reason why it would behave otherwise than the snippet.
    """
    tree = ast.parse(snippet.text)
    units = _units(tree)
    printed = _printed(run.trace, units)
    carried = _carried(snippet, siblings)
    if reason := _refusal([snippet, *carried], run.trace, printed):
        return Notebook(refusal=reason)
    before: dict[int, list[str]] = {}
    for note in notes:
        first = min(_unit_at(units, snippet.statements[statement].line) for statement in note.statements)
        before.setdefault(first, []).append(note.markdown)
    cells = [_markdown("title", _opening(title, snippet, run))]
    lines = snippet.text.split("\n")
    if carried:
        words = " and ".join(f"`{each.stem}.py`" for each in carried)
        cells.append(_markdown("carried-note", f"This cell brings along {words}, for the import below."))
        cells.append(_code("carried", _bringing(carried), 1, ""))
    at = 0
    for number, (begin, end) in enumerate(_groups(lines, units, before), 1):
        cells += [_markdown(f"note-{number}-{place}", note) for place, note in enumerate(before.get(begin, ()), 1)]
        last = len(lines) if end == len(units) else units[end - 1].last
        source = _source(lines, at, last, units[end - 1].node)
        at = last
        text = "".join(printed[begin:end])
        cells.append(_code(f"code-{number}", source, number + bool(carried), text))
    content = {"cells": cells, "metadata": _metadata(run), "nbformat": 4, "nbformat_minor": 5}
    return Notebook(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def _markdown(ident: str, text: str) -> dict[str, Any]:
    """A cell of text. Cells are written as the format wants them: its library checks each at length, which the tests do once."""
    return {"cell_type": "markdown", "id": ident, "metadata": {}, "source": _lines(text)}


def _lines(text: str) -> list[str]:
    """The lines of a text, each with its end, as the format holds them."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _code(ident: str, source: str, count: int, printed: str) -> dict[str, Any]:
    """A cell of code that was run as the `count`-th, and what it printed."""
    stream = {"output_type": "stream", "name": "stdout", "text": _lines(printed)}
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": ident,
        "metadata": {},
        "outputs": [stream] if printed else [],
        "source": _lines(source),
    }


def _units(tree: ast.Module) -> list[_Unit]:
    found: list[_Unit] = []
    for node in tree.body:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        last = node.end_lineno or node.lineno
        if found and found[-1].last == first:
            found[-1] = _Unit(found[-1].first, last, node)
        else:
            found.append(_Unit(first, last, node))
    return found


def _unit_at(units: Sequence[_Unit], line: int) -> int:
    return next(n for n, unit in enumerate(units) if unit.first <= line <= unit.last)


def _printed(trace: Trace, units: Sequence[_Unit]) -> list[str]:
    """What was printed while each unit ran; what a function printed belongs to the statement that called it."""
    found = [""] * len(units)
    pending = ""
    for step in trace.steps:
        pending += step.output
        if step.frame == 0:
            found[_unit_at(units, trace.statements[step.statement].line)] += pending
            pending = ""
    return found


def _carried(snippet: Snippet, siblings: Mapping[str, Snippet]) -> list[Snippet]:
    """The snippets that a snippet imports, and those that they import."""
    found = {snippet.stem: snippet}
    waiting = [snippet]
    while waiting:
        for name in waiting.pop().imports:
            if name in siblings and name not in found:
                found[name] = siblings[name]
                waiting.append(siblings[name])
    return list(found.values())[1:]


def _bringing(carried: Sequence[Snippet]) -> str:
    """Code that makes modules importable without a file, so that no file of the reader is overwritten."""
    texts = "".join(f"    {each.stem!r}: {_literal(each.text)},\n" for each in carried)
    return f"{_FINDER}sys.meta_path.insert(0, Carried({{\n{texts}}}))"


def _literal(text: str) -> str:
    """A text as Python source: readable, where nothing in it would end or change it."""
    plain = '"""' not in text and "\\" not in text and not text.endswith('"')
    return f'"""\\\n{text}"""' if plain else repr(text)


_FINDER = """\
import importlib.abc
import importlib.util
import sys


class Carried(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    def __init__(self, sources):
        self.sources = sources

    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self) if name in self.sources else None

    def get_source(self, name):
        return self.sources[name]


"""


def _refusal(snippets: Sequence[Snippet], trace: Trace, printed: Sequence[str]) -> str:
    for snippet in snippets:
        who = "it" if snippet is snippets[0] else f"{snippet.stem}.py, which it imports,"
        nodes = list(ast.walk(ast.parse(snippet.text)))
        for name, reason in _ELSEWHERE.items():
            if name in snippet.imports:
                return f"{who} {reason}"
        if any(isinstance(node, ast.ImportFrom) and node.level for node in nodes):
            return f"{who} imports from its own folder, which a notebook does not bring along"
        if any(isinstance(node, ast.Name) and node.id == "__file__" for node in nodes):
            return f"{who} reads its own file, which a notebook does not have"
    if trace.stderr:
        return "it writes to standard error, and which statement did is not recorded"
    if "".join(printed) != trace.stdout:
        return "which statement printed what is not recorded in full"
    return ""


def _groups(lines: Sequence[str], units: Sequence[_Unit], before: Collection[int]) -> list[tuple[int, int]]:
    """Which units share a cell: cut before each note, and at empty lines."""
    starts = [
        n
        for n, unit in enumerate(units)
        if n == 0 or n in before or any(not line.strip() for line in lines[units[n - 1].last : unit.first - 1])
    ]
    return list(pairwise([*starts, len(units)]))


def _source(lines: Sequence[str], start: int, end: int, last: ast.stmt) -> str:
    """The lines of a cell, without empty ones at its ends and without markers of sections; `last` ends it."""
    kept = list(lines[start:end])
    if isinstance(last, ast.Expr) and not _is_silent(last.value):
        line = (last.end_lineno or last.lineno) - 1 - start
        column = len(kept[line].encode()[: last.end_col_offset].decode())
        if not kept[line][column:].lstrip().startswith(";"):
            kept[line] = f"{kept[line][:column]};{kept[line][column:]}"
    return "\n".join(line for line in kept if not _MARKER.match(line)).strip("\n")


def _is_silent(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    called = value.func
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name in _SILENT


def _opening(title: str, snippet: Snippet, run: Run) -> str:
    versions = ", ".join(f"{_NAMES.get(name, name)} {version}" for name, version in run.versions)
    return (
        f"# {title}\n\n`{snippet.stem}.py` as a notebook, with its notes. The outputs are those of the run that the book was "
        f"verified with: {versions}."
    )


def _metadata(run: Run) -> dict[str, object]:
    version = dict(run.versions).get("python", "3")
    return {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {
            "file_extension": ".py",
            "mimetype": "text/x-python",
            "name": "python",
            "pygments_lexer": "ipython3",
            "version": version,
        },
    }
