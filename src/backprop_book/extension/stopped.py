"""stopped: how a build ends that must not be."""

from backprop_book.errors import BookError


class BuildStoppedError(BookError, SystemExit):
    """Problems of the book that stop a build.

    MkDocs prints what is a `SystemExit` without a traceback, also while it serves.
    """

    code = 1
