"""stopped: how a build ends that must not be."""

from backprop_book.chapter import Document
from backprop_book.errors import BookError, Problem


class BuildStoppedError(BookError, SystemExit):
    """Problems of the book that stop a build.

    MkDocs prints what is a `SystemExit` without a traceback, also while it serves.
    """

    code = 1


def bad_formula(document: Document, formula: str, reason: str) -> Problem:
    """The problem of a formula that cannot be shown."""
    offset = max(document.source.text.find(formula.strip()), 0)
    return document.source.problem(
        offset, f"this formula cannot be shown: {reason}", found=formula.strip(), remedy="write it in simple LaTeX"
    )
