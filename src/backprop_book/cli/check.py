"""check: `backprop-book check`."""

import sys
from pathlib import Path

import click

from backprop_book.cli.counts import count
from backprop_book.cli.selection import FRESH, PATHS, select


@click.command()
@PATHS
@FRESH
def check(paths: tuple[Path, ...], fresh: bool) -> None:
    """Run the snippets, draw the figures, and report everything that does not hold.

    PATHS are pages, notes files, snippets or scripts of figures; without any, the whole book is checked.
    """
    with select(paths, fresh) as selection:
        problems = selection.problems()
        verdicts = [verdict for _, verdict in selection.verdicts()]
        figures = len(selection.figures())
        undrawn = sum(bool(selection.gallery.broken(name)) for name in selection.figures())
    for problem in problems:
        click.echo(str(problem))
    skipped = sum(verdict.status == "not evaluated" for verdict in verdicts)
    if skipped:
        click.echo(f"{count(skipped, 'statement')} not evaluated, because a snippet did not finish.")
    if undrawn:
        click.echo(f"{count(undrawn, 'figure')} not drawn, because a snippet did not finish.")
    if problems:
        files = len({problem.path for problem in problems})
        click.echo(f"{count(len(problems), 'problem')} in {count(files, 'file')}.")
        sys.exit(1)
    what = count(len(verdicts), "statement") + (f" and {count(figures, 'figure')}" if figures else "")
    click.echo(f"{what} in {count(len(selection.documents), 'file')}: all hold.")
