"""matrix: `backprop-book check --matrix`, the snippets that need NumPy alone on the oldest and the newest NumPy."""

import click

from backprop_book.core.problems import Problem
from backprop_book.run import Tracer, environment, visible_environment
from backprop_book.tools.cli.counts import count
from backprop_book.verify import Matrix, Verifier
from backprop_book.verify.matrix import column, digest, save, supported, with_numpy_alone


def check_matrix(verifier: Verifier) -> tuple[list[str], tuple[Problem, ...]]:
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
