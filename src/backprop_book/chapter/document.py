"""document: one scanned Markdown file, with all that was found in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from backprop_book.chapter.asked import Question, probes_of
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
from backprop_book.model import Probe


@dataclass(frozen=True)
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
    sought: frozenset[str] = frozenset()
    """The code that was searched for in snippets, in the form in which that is done."""

    @cached_property
    def includes_more(self) -> bool:
        """Whether it includes something that is no listing."""
        return self.source.text.count("8<") > len(self.listings)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What its claims and mentions ask."""
        asking: tuple[Claim | Mention, ...] = (*self.claims, *self.mentions)
        asked = (region.question for region in asking)
        return tuple(each for each in (*asked, *(claim.shifted for claim in self.claims)) if each is not None)

    @cached_property
    def combined(self) -> tuple[Question, ...]:
        """Those questions that put parts of several runs together."""
        return tuple(question for question in self.questions if question.combination)

    @cached_property
    def probes(self) -> Mapping[str, tuple[Probe, ...]]:
        """What it asks of the run of each snippet."""
        return probes_of(self.questions)

    @cached_property
    def spoken_of(self) -> frozenset[str]:
        """The snippets that it asks, or whose output or listing it shows."""
        shown = {output.listing for output in self.outputs} | {listing.snippet for listing in self.listings}
        return frozenset({*self.probes, *shown})
