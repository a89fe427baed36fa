"""regions: what the scanner finds in a document. Every region knows where it stands, to the character.

Regions are leaves: no two of them overlap, except that a `Listing`, a `Figure` and a `Note` span what is inside them.
All offsets count characters of `Source.text`.
"""

from dataclasses import dataclass
from typing import Literal

from backprop_book.chapter.asked import Question
from backprop_book.expressions import ClaimExpression


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
    listing: str
    """Stem of the snippet that it speaks of."""
    question: Question
    """What the runs are asked."""
    shifted: Question | None = None
    """What they are asked to see whether a tolerance in the expression is too wide, if it has one."""

    @property
    def expression(self) -> ClaimExpression:
        """The expression; in a cell with `row` and `cell[k]` filled in."""
        return self.question.expression


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
