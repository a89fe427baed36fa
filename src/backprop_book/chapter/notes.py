"""notes: what the notes of a snippet consist of: headings that quote statements, and links to other listings."""

from dataclasses import dataclass

from backprop_book.chapter.count import Count


@dataclass(frozen=True, slots=True)
class Quote:
    """Code quoted in the heading of a note."""

    start: int
    """Start of the quoted code, after the backtick."""
    end: int
    """End of the quoted code."""
    text: str
    """The quoted code."""
    statement: int
    """The statement that it matches."""


@dataclass(frozen=True, slots=True)
class Link:
    """The beginning of a paragraph of notes that names statements of another listing which do the same."""

    start: int
    """Start of the paragraph."""
    end: int
    """End of the last quote; what follows is prose."""
    snippet_start: int
    """Where the other snippet is named."""
    snippet_end: int
    """End of that name."""
    snippet: str
    """Stem of the other snippet."""
    quotes: tuple[Quote, ...]
    """Its statements, as they are quoted."""


@dataclass(frozen=True, slots=True)
class Note:
    """One section of a notes file: the explanation of one or several statements."""

    start: int
    """Start of the heading's line."""
    end: int
    """End of the section (start of the next heading or end of the file)."""
    quotes: tuple[Quote, ...]
    """The statements that it explains, in the order of the heading."""
    title_start: int
    """Start of the heading's words after the code and the colon."""
    title_end: int
    """End of the heading's line."""
    body_start: int
    """Start of the line after the heading."""
    count: "Count"
    """How the numerals of its title and its text are covered."""
    words: int
    """How many words its title and its text have."""
