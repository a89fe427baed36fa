"""source: a Markdown file or a script as it was read."""

from dataclasses import dataclass

from backprop_book.errors import Kind, Problem, place


@dataclass(frozen=True, slots=True)
class Source:
    """A Markdown file as read, with plain line feeds, whatever the file has."""

    path: str
    """Relative to the root of the book, with forward slashes."""
    text: str
    """The whole file, front matter included."""
    body: int
    """Offset at which the Markdown begins, after the front matter."""
    newline: str = "\n"
    """What ends a line of the file: `fix` writes it back."""

    def problem(
        self,
        offset: int,
        message: str,
        *,
        found: str = "",
        expected: str = "",
        remedy: str = "",
        kind: Kind = "markup",
    ) -> Problem:
        """A problem at `offset` of this file; where what is found stands there, that is where it ends, too."""
        line, column = place(self.text, offset)
        end = place(self.text, offset + len(found)) if found and self.text.startswith(found, offset) else ()
        return Problem(self.path, line, column, message, found, expected, remedy, kind, (), end)
