"""fix: `backprop-book fix`."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from difflib import unified_diff
from pathlib import Path

import click

from backprop_book.chapter import Document
from backprop_book.cli.counts import count
from backprop_book.cli.files import rewrite
from backprop_book.cli.formats import fields
from backprop_book.cli.selection import FRESH, PATHS, Selection, select
from backprop_book.errors import Problem, place
from backprop_book.verify import Edit, Reread, rereads, urgency


@dataclass(frozen=True, slots=True)
class Mending:
    """What can be mended by rewriting digits, and what cannot."""

    edits: tuple[tuple[Document, tuple[Edit, ...]], ...]
    """The edits of each document that has some."""
    rereads: tuple[Reread, ...]
    """What a person must read again when they are made."""
    rest: tuple[Problem, ...]
    """The problems that no edit mends."""

    @property
    def places(self) -> int:
        """How many places are rewritten."""
        return sum(len(edits) for _, edits in self.edits)


@click.command()
@PATHS
@FRESH
@click.option("--write", is_flag=True, help="Write the files instead of showing the diff.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def fix(paths: tuple[Path, ...], fresh: bool, write: bool, as_json: bool) -> None:
    """Show what would bring drifted digits up to date, and write it with --write.

    Only digits are rewritten: of numbers, bound tables, outputs and `name = value` spans, with as many digits as the
    author chose. Listed for a person to reread are sentences whose words may no longer fit: where a number has another sign,
    another magnitude or another order to its neighbours, or stands among words that compare. What a person has to decide is
    listed, too, and the exit status is then 1.
    """
    with select(paths, fresh) as selection:
        mending = _mending(selection)
        root = selection.verifier.chapter.config.root
    for document, edits in mending.edits if write else ():
        rewrite(root / document.source.path, _edited(document, edits), document.source.newline)
    if as_json:
        click.echo(json.dumps(_as_json(mending, write), indent=2, ensure_ascii=False))
    else:
        _show(mending, write)
    sys.exit(bool(mending.rest))


def _mending(selection: Selection) -> Mending:
    edits: dict[str, list[Edit]] = {}
    mended: set[Problem | None] = set()
    for document, verdict in selection.verdicts():
        if verdict.edits:
            edits.setdefault(document.source.path, []).extend(verdict.edits)
            mended.add(verdict.problem)
    changed = [(each, tuple(edits[each.source.path])) for each in selection.documents if each.source.path in edits]
    again = [reread for document, found in changed for reread in rereads(document, found)]
    rest = [problem for problem in selection.problems() if problem not in mended]
    return Mending(tuple(changed), tuple(sorted(again, key=urgency)), tuple(rest))


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
        click.echo(f"    old:      {reread.old}\n    new:      {reread.new}")
    for problem in mending.rest:
        click.echo(str(problem))
    if mending.places:
        done = "rewritten" if write else "to rewrite; nothing is written without --write"
        click.echo(f"{count(mending.places, 'place')} {done}.")
    if mending.rereads:
        click.echo(f"{count(len(mending.rereads), 'passage')} for a person to reread.")
    if mending.rest:
        click.echo(f"{count(len(mending.rest), 'problem')} for a person to decide.")
    elif not mending.places:
        click.echo("Nothing to fix.")


def _show_diff(document: Document, edits: Sequence[Edit]) -> None:
    path = document.source.path
    old, new = document.source.text.splitlines(), _edited(document, edits).splitlines()
    for line in unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="", n=1):
        color = "red" if line.startswith("-") else "green" if line.startswith("+") else None
        click.echo(click.style(line, fg=color))


def _as_json(mending: Mending, write: bool) -> dict[str, object]:
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
