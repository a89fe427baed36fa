"""check: `backprop-book check`."""

import sys
from pathlib import Path

import click

from backprop_book.cli.counts import count
from backprop_book.cli.formats import FORMATS, Format, formatted
from backprop_book.cli.selection import FRESH, PATHS, Selection, select
from backprop_book.errors import BookError, Problem


@click.command()
@PATHS
@FRESH
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How problems are written: as text for people and editors, as one JSON list, as annotations for a workflow on GitHub.",
)
def check(paths: tuple[Path, ...], fresh: bool, form: Format) -> None:
    """Run the snippets, draw the figures, and report everything that does not hold.

    PATHS are pages, notes files, snippets or scripts of figures; without any, the whole book is checked.
    """
    try:
        with select(paths, fresh) as selection:
            problems = selection.problems()
            summary = _summary(selection, problems)
    except BookError as error:
        if form == "text":
            raise
        problems, summary = error.problems, []
    if problems or form == "json":
        click.echo(formatted(problems, form))
    for line in summary if form != "json" else ():
        click.echo(line)
    sys.exit(bool(problems))


def _summary(selection: Selection, problems: tuple[Problem, ...]) -> list[str]:
    """What was checked, and what was not, in sentences."""
    verdicts = [verdict for _, verdict in selection.verdicts()]
    figures = len(selection.figures())
    skipped = sum(verdict.status == "not evaluated" for verdict in verdicts)
    undrawn = sum(bool(selection.gallery.broken(name)) for name in selection.figures())
    lines = []
    if skipped:
        lines.append(f"{count(skipped, 'statement')} not evaluated, because a snippet did not finish.")
    if undrawn:
        lines.append(f"{count(undrawn, 'figure')} not drawn, because a snippet did not finish.")
    if problems:
        files = len({problem.path for problem in problems})
        return [*lines, f"{count(len(problems), 'problem')} in {count(files, 'file')}."]
    what = count(len(verdicts), "statement") + (f" and {count(figures, 'figure')}" if figures else "")
    return [*lines, f"{what} in {count(len(selection.documents), 'file')}: all hold."]
