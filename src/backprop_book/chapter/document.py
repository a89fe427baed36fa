"""The scanned form of one Markdown file: a `Document` and the regions that the scanner found in it.

Regions do not overlap, except that a `Listing`, a `Figure` and a `Note` contain other regions. All offsets count characters of
`Source.text`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal

from backprop_book.chapter.asked import Question, probes_of
from backprop_book.chapter.source import Source
from backprop_book.errors import Problem
from backprop_book.model import Probe


@dataclass(frozen=True, slots=True)
class Listing:
    """A snippet shown on a page: a fence that holds nothing but an include."""

    start: int
    """Start of the line of the opening fence."""
    end: int
    """End of the closing fence, without its newline."""
    snippet: str
    """Stem of the snippet."""
    section: str | None
    """Name of the section shown (`NAME.py:section`), or None for the whole file."""
    title: str
    """The fence's title; the file name where it has none."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place holder, `<!-- book: NAME -->`: the site fills in what is computed from the whole book."""

    start: int
    """Start of its first line."""
    end: int
    """End of the comment."""
    mark: int
    """Offset of the comment's first character."""
    name: str
    """What is to stand there: `verification`, the tables of what was verified; `beside`, two snippets side by side; or
    `reading-time`, pages with their minutes."""
    stems: tuple[str, ...] = ()
    """The snippets that it names."""
    pages: tuple[tuple[int, str], ...] = ()
    """The pages that it names, each with the offset of its name, by their paths relative to the root."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing shown on a page: a paragraph that begins with the image of a script, and goes on with the caption."""

    start: int
    """Start of the image."""
    end: int
    """End of the paragraph."""
    name: str
    """Stem of the script that draws it."""
    alt: str
    """What the drawing shows, for those who cannot see it; in one line."""
    caption: int
    """Start of the caption, which goes on to the end."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of the prose tied to a question that the code answers."""

    start: int
    """Start of all that was written (the bracket, the code span, the cell's content)."""
    end: int
    """End of all that was written."""
    form: Literal["claim", "span", "cell"]
    """`claim`: `[words]{expression}`. `span`: `name = value` in code or math. `cell`: a cell of a bound table column."""
    words_start: int
    """Start of the words that state the value (for a span: right of the relation)."""
    words_end: int
    """End of those words."""
    words: str
    """The words as written, Markdown included."""
    expression_start: int
    """Where the expression is written (for a cell: in the header of its column)."""
    expression: str
    """The expression as written; in a cell with `row` and `cell[k]` filled in."""
    listing: str
    """Stem of the snippet that it speaks of."""
    question: Question
    """What the runs are asked."""
    shifted: Question | None = None
    """What they are asked to see whether a tolerance in the expression is too wide, if it has one."""


@dataclass(frozen=True, slots=True)
class Binding:
    """The header cell of a bound table column, `[words]{expression}`: each cell below is a claim."""

    start: int
    """Start of the bracket."""
    end: int
    """End of the brace."""
    words_start: int
    """Start of the words that head the column."""
    words_end: int
    """End of those words."""
    expression_start: int
    """Where the expression is written."""
    expression: str
    """The expression as written, with `row` and `cell[k]`."""


@dataclass(frozen=True, slots=True)
class Equation:
    """A code or math span that is pure arithmetic: checked as it stands."""

    start: int
    """Start of the content, after the delimiter."""
    end: int
    """End of the content."""
    text: str
    """The content."""
    math: bool
    """Whether it is LaTeX."""


@dataclass(frozen=True, slots=True)
class Output:
    """A fence titled "Output": what the listing above it prints."""

    start: int
    """Start of the line of the opening fence."""
    end: int
    """End of the closing fence, without its newline."""
    text_start: int
    """Start of the first line inside."""
    text_end: int
    """End of the last line inside, its newline included."""
    text: str
    """The lines inside, without the fence's indentation; a line `...` stands for any lines."""
    indent: int
    """Indentation of the fence, taken off each line of `text`."""
    listing: str
    """Stem of the snippet."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An inline-code span that names something of the listing: a name, a dotted name, a call of one, or quoted code."""

    start: int
    """Start of the content, after the backtick."""
    end: int
    """End of the content."""
    text: str
    """The content."""
    name: str
    """The dotted name without a call's parentheses; empty where the span is `quoted` code of the listing."""
    listing: str
    """Stem of the snippet."""
    question: Question | None
    """Asks the run whether the name resolves; None where the snippet's source already holds the quoted code."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """Words excused from being checked, with a reason: `[words]{# reason}`."""

    start: int
    """Start of the bracket."""
    end: int
    """End of the brace."""
    words_start: int
    """Start of the words."""
    words_end: int
    """End of the words."""
    reason: str
    """Why nothing can check them."""


@dataclass(frozen=True, slots=True)
class Term:
    """An occurrence of a term of the book's configuration that merely contains a numeral."""

    start: int
    """Start of the occurrence."""
    end: int
    """End of the occurrence."""
    text: str
    """The term as configured."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A numeral of the prose, or a code span, that nothing checks."""

    start: int
    """Start of the numeral or of the span's content."""
    end: int
    """End."""
    text: str
    """What is written."""


@dataclass(frozen=True, slots=True)
class Count:
    """How the numerals of a document's prose are covered. Numerals inside listings and other code are not prose."""

    claims: int = 0
    """Numerals in the words of claims (of every form but cells)."""
    equations: int = 0
    """Numerals in equations."""
    tables: int = 0
    """Numerals in cells of bound columns."""
    outputs: int = 0
    """Numerals in output fences."""
    waived: int = 0
    """Numerals in waivers."""
    terms: int = 0
    """Numerals in terms of the configuration."""
    bare: int = 0
    """Numerals that nothing checks."""

    @property
    def total(self) -> int:
        """All numerals of the prose."""
        return self.verified + self.excused + self.bare

    @property
    def verified(self) -> int:
        """Numerals that a run or a calculation has to bear out."""
        return self.claims + self.equations + self.tables + self.outputs

    @property
    def excused(self) -> int:
        """Numerals that are excused with a reason."""
        return self.waived + self.terms

    def __add__(self, other: "Count") -> "Count":
        """The counts of two texts together."""
        return self._with(other, 1)

    def __sub__(self, other: "Count") -> "Count":
        """The counts of what a text has beyond another."""
        return self._with(other, -1)

    def _with(self, other: "Count", sign: int) -> "Count":
        return Count(*(getattr(self, each.name) + sign * getattr(other, each.name) for each in fields(Count)))


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


@dataclass(frozen=True, slots=True)
class Pair:
    """Statements of two listings that do the same."""

    here: str
    """Stem of the snippet in whose notes the link is written."""
    statements: tuple[int, ...]
    """The statements of that snippet: those that the note explains."""
    there: str
    """Stem of the other snippet."""
    others: tuple[int, ...]
    """The statements of the other snippet."""


def pairs(documents: Iterable[Document]) -> tuple[Pair, ...]:
    """What is linked in all notes."""
    return tuple(
        Pair(document.snippet, tuple(quote.statement for quote in note.quotes), link.snippet, others)
        for document in documents
        if document.kind == "notes" and document.snippet is not None
        for link in document.links
        if (note := _note(document, link)) is not None and (others := tuple(quote.statement for quote in link.quotes))
    )


def _note(document: Document, link: Link) -> Note | None:
    return next((note for note in document.notes if note.start <= link.start < note.end), None)
