"""errors: the error that ends a build."""

from typing import IO, Any

from backprop_book.core.problems import BookError


class BuildStoppedError(BookError, SystemExit):
    """Problems of the book that stop a build.

    MkDocs prints what is a `SystemExit` without a traceback, also while it serves. A build logs it behind the page that was read,
    wherever the problems are, and then lets it end the process, where click would show it once more.
    """

    code = 1

    def __str__(self) -> str:
        """The problems as they are logged, from the next line on, so that each begins with its place."""
        return f"the book does not hold\n{self.message}"

    def show(self, file: IO[Any] | None = None) -> None:
        """Print nothing: the log has the problems."""
