"""document: one scanned Markdown file, with all that was found in it."""

from dataclasses import dataclass
from typing import Literal

from backprop_book.chapter.count import Count
from backprop_book.chapter.notes import Link, Note
from backprop_book.chapter.regions import (
    Bare,
    Binding,
    Claim,
    Equation,
    Figure,
    Listing,
    Mention,
    Output,
    Slot,
    Term,
    Waiver,
)
from backprop_book.chapter.source import Source
from backprop_book.errors import Problem


@dataclass(frozen=True, slots=True)
class Document:
    """One scanned Markdown file: a page, the notes of a snippet, or the README. All regions are in order of place."""

    source: Source
    """The file."""
    kind: Literal["page", "notes", "readme"]
    """What it is."""
    snippet: str | None
    """For notes: the stem of the snippet that they explain."""
    unchecked: str
    """The reason, from the front matter, why this page's bare numbers and code spans are not looked at; else empty."""
    listings: tuple[Listing, ...]
    claims: tuple[Claim, ...]
    equations: tuple[Equation, ...]
    outputs: tuple[Output, ...]
    mentions: tuple[Mention, ...]
    waivers: tuple[Waiver, ...]
    terms: tuple[Term, ...]
    bare: tuple[Bare, ...]
    notes: tuple[Note, ...]
    count: Count
    """How its numerals are covered."""
    problems: tuple[Problem, ...]
    """What is wrong with the document before anything runs (a bare number is one)."""
    bindings: tuple[Binding, ...] = ()
    """The headers of bound table columns."""
    slots: tuple[Slot, ...] = ()
    """Places for what the site fills in."""
    title: str = ""
    """The words of its first heading of level one, without markup; the title of its front matter where it has none."""
    words: int = 0
    """How many words of prose it has: an inline code span or formula is one; fenced code and outputs have none."""
    figures: tuple[Figure, ...] = ()
    """The drawings that it shows."""
    links: tuple[Link, ...] = ()
    """For notes: which statements of other listings do the same."""
