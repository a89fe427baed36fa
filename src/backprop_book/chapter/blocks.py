"""blocks: what a Markdown text consists of: prose, and places that the site fills in."""

from collections.abc import Sequence
from dataclasses import dataclass

from backprop_book.chapter.fences import Fence, Include
from backprop_book.chapter.trouble import Trouble

TAB = 4


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a table, the text of a list item or of a title: prose that is read as a whole."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    level: int = 0
    """For a heading, 1 to 6."""
    line: int = 0
    """Offset of the start of its first line."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A comment on lines of its own that holds a place for what the site fills in."""

    start: int
    """Start of its first line."""
    mark: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    name: str
    """What is to stand there."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a text consists of."""

    parts: tuple[Block | Fence | Include | Hole, ...]
    """Prose, fences, includes and place holders, in the order of the text."""
    hidden: tuple[tuple[int, int], ...]
    """Stretches inside blocks that are no prose: markers and indentation at the beginning of lines."""
    references: frozenset[str]
    """Labels that reference definitions of this text define, in lower case."""
    troubles: tuple[Trouble, ...]
    """What is wrong with the structure."""
    titles: tuple[tuple[int, int], ...]
    """Where reference definitions give their links a title."""


def blanked(text: str, hidden: Sequence[tuple[int, int]]) -> str:
    """The text with spaces in place of what is hidden."""
    pieces = []
    at = 0
    for start, end in hidden:
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])
