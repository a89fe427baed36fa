"""check: `backprop-book check`."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from backprop_book.core.problems import BookError, Problem, visible
from backprop_book.record.dependencies import visible_environment
from backprop_book.run import Tracer, environment
from backprop_book.tools.cli.formats import FORMATS, Format, formatted
from backprop_book.tools.cli.output import count
from backprop_book.tools.cli.selection import FRESH, PATHS, STATING, Selection, refuse_nothing, select
from backprop_book.verify import Verifier
from backprop_book.verify.matrix import Matrix, column, digest, save, supported, with_numpy_alone
from backprop_book.verify.reproducibility import Reproducibility, check_reproducibility


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
            lines, differing = _check_matrix(selection.verifier) if matrix else ([], ())
            problems = tuple(sorted({*problems, *(again.problems if again else ()), *differing}))
            summary = [*lines, *_summary(selection, problems, again)]
    except BookError as error:  # told in the same form as all others, which editors read
        problems, summary = error.problems, []
    if form == "text":
        summary = [*_numbers_by_file(problems), *summary]
        for line in _causes(problems):
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
    """The numbers of statements that hold, of problems, and of what was not evaluated, in sentences."""
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


_MANY = 10
"""Number of problems from which on the probable causes are named."""


def _causes(problems: Iterable[Problem]) -> list[str]:
    """Lines that name, for each snippet, the first statement that gives another value than the book states.

    After a change of a snippet this is the changed statement, or the first one whose value it changed. A problem that several statements
    gave rise to names no single one of them, so it is left out.
    """
    origins = [problem.origins[0] for problem in problems if len(problem.origins) == 1]
    if len(origins) < _MANY:
        return []
    numbers = Counter(origin.snippet for origin in origins)
    lines = [
        f"  {visible(str(min(each for each in origins if each.snippet == snippet)))} ({count(number, 'problem')})"
        for snippet, number in numbers.most_common()
    ]
    return ["Probably from these statements, the first of each snippet whose value is not the stated one:", *lines]


def _numbers_by_file(problems: Iterable[Problem]) -> list[str]:
    numbers = Counter(problem.path for problem in problems)
    if len(numbers) == 1 or numbers.total() < _MANY:
        return []
    return [f"{number:6} {visible(path)}" for path, number in numbers.items()]


def _check_matrix(verifier: Verifier) -> tuple[list[str], tuple[Problem, ...]]:
    """Verify what the book states about snippets that need NumPy alone on each NumPy, and keep the result in the book.

    Returns:
        What came out, in sentences, and what does not hold.

    Raises:
        BookError: The versions are not known, or an environment with them cannot be made.
    """
    chapter = verifier.chapter
    root = chapter.config.root
    stems = with_numpy_alone(chapter)
    columns, problems, lines = [], set[Problem](), []
    for version in supported(chapter.config):
        requirements = (f"numpy=={version}", "click")
        python = environment(root / ".cache" / "matrix" / f"numpy-{version}", requirements)
        with Tracer(root, python=python, environment=visible_environment(chapter.config.environment)) as tracer:
            found, wrong = column(verifier, tracer)
        columns.append(found)
        problems |= set(wrong)
        on = ", ".join(f"{name} {number}" for name, number in found.versions)
        lines.append(f"{on}: {found.holds} of {count(found.holds + found.fails, 'statement')} hold.")
    place = save(chapter, Matrix(digest(chapter, stems), len(stems), tuple(columns)))
    lines.append(f"{click.format_filename(place.relative_to(root))}: the result for the verification page is written.")
    return lines, tuple(sorted(problems))
