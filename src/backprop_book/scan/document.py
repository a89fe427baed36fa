"""The scanned form of one Markdown file: a `Document` and the regions that the scanner found in it.

Regions do not overlap, except that a `Listing`, a `Figure` and a `Note` contain other regions. All offsets count characters of
`Source.text`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import zip_longest
from typing import Literal

from backprop_book.core.expressions import ClaimExpression
from backprop_book.core.model import Probe
from backprop_book.core.problems import Problem
from backprop_book.numbers import numerals, tokens
from backprop_book.numbers.equations import Fault
from backprop_book.scan.question import Question, probes_of
from backprop_book.scan.source import Diagnostic, Source, TextRange


@dataclass(frozen=True, slots=True)
class Listing(TextRange):
    """A snippet shown on a page: a fence that holds nothing but an include."""

    snippet: str
    """Stem of the snippet."""
    section: str | None
    """Name of the section shown (`NAME.py:section`), or None for the whole file."""
    title: str
    """The fence's title; the file name where it has none."""


@dataclass(frozen=True, slots=True)
class Figure(TextRange):
    """A paragraph of a page that begins with the image of a figure script; the rest of it is the caption."""

    name: str
    """Stem of the script that draws it."""
    alt: str
    """The image's alternative text, in one line."""
    caption: int
    """Offset of the caption, which ends with the paragraph."""


@dataclass(frozen=True, slots=True)
class Claim(TextRange):
    """Words of the prose and the expression that checks them. It includes brackets, backticks and braces."""

    form: Literal["claim", "span", "cell"]
    """`claim`: `[words]{expression}`. `span`: `name = value` in code or math. `cell`: a cell of a bound table column."""
    words_start: int
    """Start of the words that state the value (for a span: right of the relation)."""
    words_end: int
    """End of those words."""
    words: str
    """The words as written, Markdown included."""
    expression_start: int
    """Start of the expression (for a cell: in the header of its column)."""
    listing: str
    """Stem of the snippet that plain names belong to."""
    question: Question
    """The probes that the expression asks for."""
    shifted: Question | None = None
    """For an expression with a tolerance: the same question about values that differ, which shows a tolerance that is too wide."""

    @property
    def expression(self) -> ClaimExpression:
        """The expression; in a cell with `row` and `cell[k]` filled in."""
        return self.question.expression


SIDE = "\ue000"
"""Stands in the text of a relation for what a claim states."""
_FIGURES = 11
"""So many digits of values are compared, which leaves room for rounding errors."""


@dataclass(frozen=True, slots=True)
class Relation(TextRange):
    """Neighbouring claims and waivers with signs between them, as in `[9]{n} = [4]{a} + [5]{b}`."""

    text: str
    """The equation that they make, with `SIDE` in place of each claim or waiver."""
    words: tuple[str, ...]
    """The words of each."""
    distances: tuple[int, ...]
    """How many characters after the beginning of the relation each begins."""

    def written(self, given: Sequence[Sequence[float] | None] = ()) -> str:
        """The equation with its numbers; a side that states nothing is a question mark, which no equation holds.

        Args:
            given: What the run gave for the numbers of each side; by default, and for None, they are taken as they are written.
        """
        sides = iter(arithmetic(words, values) for words, values in zip_longest(self.words, given))
        return "".join(next(sides) or "?" if character == SIDE else character for character in self.text)


def arithmetic(words: str, values: Sequence[float] | None = None) -> str | None:
    """Write the numbers that the words of a claim state as arithmetic reads them.

    Args:
        words: The words.
        values: What the run gave for these numbers; by default they are taken as they are written.

    Returns:
        A number, or a list of numbers in brackets; None if the words state nothing of the kind.
    """
    stated = numerals(words)
    if len(stated) == 1 and not stated[0].compound:
        return f"{stated[0].value}{'%' if stated[0].percent else ''}" if values is None else _exact(values[0])
    if not stated or not tokens(words, math=False):
        return None
    for numeral, value in zip(reversed(stated), reversed(values or ()), strict=False):
        words = f"{words[: numeral.start]}{_exact(value)}{words[numeral.end :]}"
    return f"({words.strip()})"


def _exact(value: float) -> str:
    """A value in digits, without the last ones, in which rounding errors may differ."""
    return f"{value}.0" if isinstance(value, int) else f"{value:.{max(_FIGURES - math.frexp(value)[1] * 3 // 10, 1)}f}"


@dataclass(frozen=True, slots=True)
class Binding(TextRange):
    """The header cell of a bound table column, `[words]{expression}`: each cell below it is a claim."""

    words_start: int
    """Start of the words that head the column."""
    words_end: int
    """End of those words."""
    expression_start: int
    """Start of the expression."""
    expression: str
    """The expression as written, with `row` and `cell[k]`."""


@dataclass(frozen=True, slots=True)
class Equation(TextRange):
    """The content of a code or math span that is pure arithmetic."""

    text: str
    """The content, without delimiters."""
    math: bool
    """Whether it is LaTeX."""


@dataclass(frozen=True, slots=True)
class Output(TextRange):
    """A fence titled "Output": what the listing above it prints."""

    text_start: int
    """Start of the first line inside."""
    text_end: int
    """End of the last line inside, its newline included."""
    text: str
    """The lines inside, without the fence's indentation; a line `...` stands for any lines."""
    indent: int
    """Number of characters before the fence, which `text` does not have."""
    listing: str
    """Stem of the snippet."""


@dataclass(frozen=True, slots=True)
class Mention(TextRange):
    """The content of a code span that names something of a listing: a name, a dotted name, a call, or quoted code."""

    text: str
    """The content, without backticks."""
    name: str
    """The dotted name without a call's parentheses; empty for quoted code."""
    listing: str
    """Stem of the snippet."""
    question: Question | None
    """Whether the name exists in the run; None for quoted code, which stands in the snippet's source."""


@dataclass(frozen=True, slots=True)
class Waiver(TextRange):
    """Words excused from being checked, with a reason: `[words]{# reason}`."""

    words_start: int
    """Start of the words."""
    words_end: int
    """End of the words."""
    reason: str
    """Why nothing can check them."""


@dataclass(frozen=True, slots=True)
class ConfiguredTerm(TextRange):
    """An occurrence of a term of the book's configuration, which contains a numeral."""

    text: str
    """The term as configured."""


@dataclass(frozen=True, slots=True)
class Bare(TextRange):
    """A numeral of the prose, or the content of a code span, that nothing checks."""

    text: str
    """The characters from start to end."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many numerals of a document's prose are covered by what. Numerals in code are not prose."""

    claims: int = 0
    """In the words of claims, cells excepted."""
    equations: int = 0
    """In equations."""
    tables: int = 0
    """In cells of bound columns."""
    outputs: int = 0
    """In output fences."""
    waived: int = 0
    """In waivers."""
    terms: int = 0
    """In terms of the configuration."""
    bare: int = 0
    """Covered by nothing."""

    @property
    def total(self) -> int:
        """All numerals of the prose."""
        return self.verified + self.excused + self.bare

    @property
    def verified(self) -> int:
        """Numerals that a run or a calculation checks."""
        return self.claims + self.equations + self.tables + self.outputs

    @property
    def excused(self) -> int:
        """Numerals that are excused with a reason."""
        return self.waived + self.terms

    def __add__(self, other: "Count") -> "Count":
        """The counts of two texts together."""
        return Count(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Count)))

    def __sub__(self, other: "Count") -> "Count":
        """The counts of this text without those of a part of it."""
        return Count(*(getattr(self, each.name) - getattr(other, each.name) for each in fields(Count)))


@dataclass(frozen=True, slots=True)
class Quote(TextRange):
    """Code quoted in the heading of a note or in a link, without backticks."""

    text: str
    """The quoted code."""
    statement: int
    """Index of the statement that it quotes."""


@dataclass(frozen=True, slots=True)
class Link(TextRange):
    """The beginning of a paragraph of notes, up to its last quote: statements of another listing that do the same."""

    snippet_start: int
    """Start of the other snippet's name."""
    snippet: str
    """Stem of the other snippet."""
    quotes: tuple[Quote, ...]
    """The statements of the other snippet."""


@dataclass(frozen=True, slots=True)
class Note(TextRange):
    """A section of notes, from its heading to the next one: the explanation of one or several statements."""

    quotes: tuple[Quote, ...]
    """The statements that it explains, in the order of the heading."""
    title_start: int
    """Start of the heading's words after the code and the colon."""
    title_end: int
    """End of the heading's line."""
    body_start: int
    """Start of the line after the heading."""
    count: Count
    """How the numerals of its title and its text are covered."""
    words: int
    """Number of words of its title and its text."""


@dataclass(frozen=True, slots=True)
class Placeholder(TextRange):
    """A comment `<!-- book: NAME -->` on lines of its own, where the site inserts what it computes from the whole book.

    It begins with the first line of the comment, and ends with the comment.
    """

    mark: int
    """Offset of the comment's first character."""
    name: str
    """`verification`: the tables of what was verified. `beside`: two snippets side by side. `reading-time`: pages with the minutes
    that reading them takes."""
    stems: tuple[str, ...] = ()
    """The snippets that it names."""
    pages: tuple[tuple[int, str], ...] = ()
    """The pages that it names: the offset of each name, and the path of the page relative to the root."""


@dataclass(frozen=True)
class Document:
    """One scanned Markdown file: a page, the notes of a snippet, or the README. Its regions are in the order of the text."""

    source: Source
    """The file."""
    kind: Literal["page", "notes", "readme"]
    """Which of the three it is."""
    snippet: str | None
    """For notes: the stem of the snippet that they explain."""
    unchecked: str
    """The reason, from the front matter, why bare numbers and code spans of this page are not reported; else empty."""
    listings: tuple[Listing, ...]
    claims: tuple[Claim, ...]
    equations: tuple[Equation, ...]
    outputs: tuple[Output, ...]
    mentions: tuple[Mention, ...]
    waivers: tuple[Waiver, ...]
    terms: tuple[ConfiguredTerm, ...]
    bare: tuple[Bare, ...]
    notes: tuple[Note, ...]
    count: Count
    """How its numerals are covered."""
    problems: tuple[Problem, ...]
    """Its problems before anything runs; a bare number is one."""
    bindings: tuple[Binding, ...] = ()
    """The headers of bound table columns."""
    placeholders: tuple[Placeholder, ...] = ()
    title: str = ""
    """The words of its first heading of level one, without markup; else the title of its front matter."""
    words: int = 0
    """Number of words of its prose. A code span or formula counts as one word; fences count as none."""
    figures: tuple[Figure, ...] = ()
    links: tuple[Link, ...] = ()
    """For notes: the statements of other listings that do the same."""
    relations: tuple[Relation, ...] = ()
    """Claims with signs between them."""

    @cached_property
    def includes_more(self) -> bool:
        """Whether it includes files other than listings."""
        return self.source.text.count("8<") > len(self.listings)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions of its claims and mentions."""
        asking: tuple[Claim | Mention, ...] = (*self.claims, *self.mentions)
        asked = (region.question for region in asking)
        return tuple(each for each in (*asked, *(claim.shifted for claim in self.claims)) if each is not None)

    @cached_property
    def combined(self) -> tuple[Question, ...]:
        """The questions that combine several runs."""
        return tuple(question for question in self.questions if question.combination)

    @cached_property
    def probes(self) -> Mapping[str, tuple[Probe, ...]]:
        """The probes of its questions, by the stem of the snippet in whose run they are evaluated."""
        return probes_of(self.questions)

    @cached_property
    def spoken_of(self) -> frozenset[str]:
        """Stems of the snippets that its claims read, or whose listing or output it shows."""
        shown = {output.listing for output in self.outputs} | {listing.snippet for listing in self.listings}
        return frozenset({*self.probes, *shown})


@dataclass(frozen=True, slots=True)
class Pair:
    """Statements of two listings that do the same."""

    here: str
    """Stem of the snippet whose notes contain the link."""
    statements: tuple[int, ...]
    """Indices of the statements that the note around the link explains."""
    there: str
    """Stem of the other snippet."""
    others: tuple[int, ...]
    """Indices of the other snippet's statements."""


def pairs(documents: Iterable[Document]) -> tuple[Pair, ...]:
    """The pairs of statements that notes link."""
    return tuple(
        Pair(
            document.snippet,
            tuple(quote.statement for quote in note.quotes),
            link.snippet,
            tuple(quote.statement for quote in link.quotes),
        )
        for document in documents
        if document.snippet is not None
        for link in document.links
        for note in document.notes
        if link.quotes and note.start <= link.start < note.end
    )


def describe(start: int, fault: Fault) -> Diagnostic:
    """The diagnostic of an equation that begins at `start`."""
    at = start + fault.offset
    if fault.expected:
        remedy = "correct the numbers, or write ≈ where the result is rounded"
        return Diagnostic(at, "this equation does not hold", remedy, fault.written, fault.expected, "equation")
    remedy = "claim the numbers, [words]{expression}, or write the arithmetic so that each digit counts"
    message = "this equation would hold with another digit here, so it does not check it"
    return Diagnostic(at, message, remedy, fault.written, "", "equation")
