"""check: `backprop-book check`."""

import sys
from pathlib import Path

import click

from backprop_book.core.problems import BookError, Problem
from backprop_book.tools.cli.counts import count
from backprop_book.tools.cli.formats import FORMATS, Format, formatted
from backprop_book.tools.cli.matrix import check_matrix
from backprop_book.tools.cli.overview import causes, numbers_by_file
from backprop_book.tools.cli.selection import FRESH, PATHS, STATING, Selection, refuse_nothing, select
from backprop_book.verify import Reproducibility, check_reproducibility


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
@click.option(
    "--twice",
    is_flag=True,
    help="Run every snippet a second time, with other hashes, random numbers and threads, and report what then differs.",
)
@click.option(
    "--matrix",
    is_flag=True,
    help="Run the snippets that need NumPy alone on the oldest and the newest NumPy, too, and keep the result for the verification page.",
)
def check(paths: tuple[Path, ...], fresh: bool, form: Format, twice: bool, matrix: bool) -> None:
    """Run the snippets, draw the figures, and report what does not hold.

    PATHS are pages, notes files, snippets or scripts of figures; without any, the whole book is checked. A page stands for the
    listings and figures that it shows, too, a snippet for all that is stated and drawn of it, a folder for what is in it.
    """
    if matrix and paths:
        raise click.UsageError("--matrix checks the whole book: leave the paths out.")
    try:
        with select(paths, fresh) as selection:
            if not paths and not selection.verifier.chapter.problems and not selection.documents:
                config = selection.verifier.chapter.config
                raise click.ClickException(f"no page is in {config.root / config.docs}, so there is nothing to check.")
            problems = selection.problems()
            if twice and not problems:
                refuse_nothing(selection.documents, paths, "compare with a second run", STATING)
            again = _again(selection) if twice else None
            lines, differing = check_matrix(selection.verifier) if matrix else ([], ())
            problems = tuple(sorted({*problems, *(again.problems if again else ()), *differing}))
            summary = [*lines, *_summary(selection, problems, again)]
    except BookError as error:  # told in the same form as all others, which editors read
        problems, summary = error.problems, []
    if form == "text":
        summary = [*numbers_by_file(problems), *summary]
        for line in causes(problems):
            click.echo(line)
    if problems or form == "json":
        click.echo(formatted(problems, form))
    for line in summary if form != "json" else ():
        click.echo(line)
    sys.exit(bool(problems))


def _again(selection: Selection) -> Reproducibility:
    root = selection.verifier.chapter.config.root
    return check_reproducibility(selection.verifier, selection.documents, root)


def _summary(selection: Selection, problems: tuple[Problem, ...], again: Reproducibility | None) -> list[str]:
    """What was checked, and what was not, in sentences."""
    verdicts = [verdict for _, verdict in selection.verdicts()]
    figures = len(selection.figures())
    skipped = sum(verdict.status == "not evaluated" for verdict in verdicts)
    undrawn = sum(bool(selection.gallery.broken(name)) for name in selection.figures())
    lines = []
    if again is not None and again.beyond:
        lines.append(
            f"{count(again.beyond, 'value')} that a second run gives otherwise, beyond the digits that are stated."
        )
    if skipped:
        lines.append(f"{count(skipped, 'statement')} not evaluated, because a snippet did not finish.")
    if undrawn:
        lines.append(f"{count(undrawn, 'figure')} not drawn, because a snippet did not finish.")
    if problems:
        files = len({problem.path for problem in problems})
        return [*lines, f"{count(len(problems), 'problem')} in {count(files, 'file')}."]
    stated = f"{count(len(verdicts), 'statement')} in {count(len(selection.documents), 'file')}"
    what = " and ".join([stated] * bool(selection.documents) + [count(figures, "figure")] * bool(figures))
    return [*lines, f"{what}: all hold." if what else "The code runs; nothing is stated about it."]
