"""fix: `backprop-book fix`."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import unified_diff
from pathlib import Path

import click

from backprop_book.core.problems import Problem, as_text, lines, place, visible
from backprop_book.scan import scan_text
from backprop_book.scan.document import Document, Equation, Output
from backprop_book.tools.cli.formats import as_json, fields
from backprop_book.tools.cli.output import count, rewrite
from backprop_book.tools.cli.selection import FRESH, PATHS, Selection, select
from backprop_book.verify import Verifier
from backprop_book.verify.reread_hints import Reread, rereads, urgency
from backprop_book.verify.verdict import Edit, Region, regions


@dataclass(frozen=True, slots=True)
class Mending:
    """The edits of digits, and the problems that they do not solve."""

    edits: tuple[tuple[Document, tuple[Edit, ...]], ...]
    """The edits of each document that has some."""
    rereads: tuple[Reread, ...]
    """The passages that a person must read again after the edits."""
    rest: tuple[Problem, ...]
    """The problems that no edit mends, and those that the edits bring about."""

    @property
    def places(self) -> int:
        """How many places are rewritten."""
        return sum(len(edits) for _, edits in self.edits)


@click.command()
@PATHS
@FRESH
@click.option("--write", is_flag=True, help="Write the files instead of showing the diff.")
@click.option("--json", "wants_json", is_flag=True, help="Print JSON instead of text.")
def fix(paths: tuple[Path, ...], fresh: bool, write: bool, wants_json: bool) -> None:
    """Show what brings drifted digits up to date; --write writes it.

    Only numbers are rewritten, in digits or in words: of claims, bound tables, outputs and `name = value` spans, with as many
    digits as the author chose. Listed for a person to reread are sentences whose words may no longer fit: where a number has another sign,
    another magnitude or another order to its neighbours, stands among words that compare or speak of two things, or no longer fits its article. What a
    person has to decide is listed, too, and the exit status is then 1. PATHS are as those of `check`.
    """
    with select(paths, fresh) as selection:
        mending = _mending(selection)
        root = selection.verifier.chapter.config.root
    for document, edits in mending.edits if write else ():
        rewrite(root, document.source.path, _edited(document, edits), document.source.newline)
    if wants_json:
        click.echo(as_json(_content(mending, write)))
    else:
        _show(mending, write)
    sys.exit(bool(mending.rest))


def _mending(selection: Selection) -> Mending:
    edits: dict[str, list[Edit]] = {}
    mended: set[Problem | None] = set()
    for document, verdict in selection.verdicts():
        if verdict.edits and not _is_refused(document, verdict.region):
            edits.setdefault(document.source.path, []).extend(verdict.edits)
            mended.add(verdict.problem)
    changed = [(each, tuple(edits[each.source.path])) for each in selection.documents if each.source.path in edits]
    again = [reread for document, found in changed for reread in rereads(document, found)]
    rest = [problem for problem in selection.problems() if problem not in mended]
    rest += [problem for document, found in changed for problem in _following(selection.verifier, document, found)]
    return Mending(tuple(changed), tuple(sorted(again, key=urgency)), tuple(sorted(rest)))


def _is_refused(document: Document, region: Region) -> bool:
    """Whether the scan found something wrong inside a region, as where markup splits a number: its digits may not be what is read."""
    start, end = (place(document.source.text, offset) for offset in (region.start, region.end))
    return any(start <= (problem.line, problem.column) < end for problem in document.problems)


def _following(verifier: Verifier, document: Document, edits: Sequence[Edit]) -> Iterator[Problem]:
    """The problems that a document has only after its edits: a title that repeats an old number, a cell that depends on another one."""
    source = document.source
    edited = scan_text(verifier.chapter, source.path, _edited(document, edits), source.newline)
    asked = {region.question for region in regions(document) if not isinstance(region, Equation | Output)}
    fresh = {region.question for region in regions(edited) if not isinstance(region, Equation | Output)} - asked
    verifier.ask(
        question
        for question in fresh
        if question is not None and not any(verifier.runs.failure(part.snippet) for part in question.parts)
    )
    before = {_known_by(problem) for problem in _problems(verifier, document)}
    yield from (problem for problem in _problems(verifier, edited) if _known_by(problem) not in before)


def _problems(verifier: Verifier, document: Document) -> Iterator[Problem]:
    yield from document.problems
    verdicts = [verifier.verdict(document, region) for region in regions(document)]
    yield from (verdict.problem for verdict in verdicts if verdict is not None and verdict.problem is not None)


def _known_by(problem: Problem) -> tuple[int, str, str]:
    """The parts of a problem that edits do not change; they may move it along its line."""
    return problem.line, problem.message, problem.found


def _edited(document: Document, edits: Sequence[Edit]) -> str:
    """The text of a document with its edits made, back to front."""
    text = document.source.text
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _show(mending: Mending, write: bool) -> None:
    for document, edits in () if write else mending.edits:
        _show_diff(document, edits)
    for reread in mending.rereads:
        reasons = "; ".join(reason.text for reason in reread.reasons)
        click.echo(f"{reread.path}:{reread.line}:{reread.column}: reread this: {reasons}")
        click.echo(f"    old:      {visible(reread.old)}\n    new:      {visible(reread.new)}")
    if mending.rest:
        click.echo(as_text(mending.rest))
    if mending.places:
        click.echo(f"{count(mending.places, 'place')} {'rewritten' if write else 'to rewrite'}.")
    if mending.rereads:
        click.echo(f"{count(len(mending.rereads), 'passage')} for a person to reread.")
    if mending.rest:
        click.echo(f"{count(len(mending.rest), 'problem')} for a person to decide.")
    elif not mending.places:
        click.echo("Nothing to fix.")
    if mending.places and not write:  # last, because it is the next thing to do
        click.echo("Nothing was written: the same command with --write writes this.")


def _show_diff(document: Document, edits: Sequence[Edit]) -> None:
    path = document.source.path
    old, new = lines(document.source.text), lines(_edited(document, edits))
    for line in unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="", n=1):
        color = "red" if line.startswith("-") else "green" if line.startswith("+") else None
        shown = visible(line)
        click.echo(shown if os.environ.get("NO_COLOR") else click.style(shown, fg=color))


def _content(mending: Mending, write: bool) -> dict[str, object]:
    edits = []
    for document, found in mending.edits:
        text = document.source.text
        for edit in sorted(found, key=lambda edit: edit.start):
            line, column = place(text, edit.start)
            old = text[edit.start : edit.end]
            edits.append({"path": document.source.path, "line": line, "column": column, "old": old, "new": edit.text})
    return {
        "written": write,
        "edits": edits,
        "reread": [asdict(reread) for reread in mending.rereads],
        "problems": [fields(problem) for problem in mending.rest],
    }
