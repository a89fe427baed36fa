"""fix: `backprop-book fix`."""

import sys
from difflib import unified_diff
from pathlib import Path

import click

from backprop_book.chapter import Document
from backprop_book.cli.counts import count
from backprop_book.cli.selection import FRESH, PATHS, select
from backprop_book.errors import Problem
from backprop_book.verify import Edit


@click.command()
@PATHS
@FRESH
@click.option("--write", is_flag=True, help="Write the files instead of showing the diff.")
def fix(paths: tuple[Path, ...], fresh: bool, write: bool) -> None:
    """Show what would bring drifted digits up to date, and write it with --write.

    Only digits are rewritten: of numbers, bound tables, outputs and `name = value` spans, with as many digits as the
    author chose. What a person has to decide is listed, and the exit status is then 1.
    """
    with select(paths, fresh) as selection:
        edits: dict[str, list[Edit]] = {}
        mended: set[Problem | None] = set()
        for document, verdict in selection.verdicts():
            if verdict.edits:
                edits.setdefault(document.source.path, []).extend(verdict.edits)
                mended.add(verdict.problem)
        rest = [problem for problem in selection.problems() if problem not in mended]
        root = selection.verifier.chapter.config.root
        for document in selection.documents:
            if found := edits.get(document.source.path):
                _rewrite(root, document, found, write)
    for problem in rest:
        click.echo(str(problem))
    done = "rewritten" if write else "to rewrite; nothing is written without --write"
    if mended:
        click.echo(f"{count(sum(map(len, edits.values())), 'place')} {done}.")
    if rest:
        click.echo(f"{count(len(rest), 'problem')} for a person to decide.")
        sys.exit(1)
    if not mended:
        click.echo("Nothing to fix.")


def _rewrite(root: Path, document: Document, edits: list[Edit], write: bool) -> None:
    """Apply the edits of one document, back to front; show them as a diff unless they are written."""
    old = document.source.text
    new = old
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        new = new[: edit.start] + edit.text + new[edit.end :]
    path = document.source.path
    if write:
        (root / path).write_text(new, encoding="utf-8", newline=document.source.newline)
        return
    lines = unified_diff(old.splitlines(), new.splitlines(), f"a/{path}", f"b/{path}", lineterm="", n=1)
    for line in lines:
        color = "red" if line.startswith("-") else "green" if line.startswith("+") else None
        click.echo(click.style(line, fg=color))
