"""views: what a caller says about a listing and its notes."""

from dataclasses import dataclass, field

from backprop_book.model import Trace
from backprop_book.symbols import Symbols


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as the page shows it."""

    statements: tuple[int, ...]
    """Indices of the statements that it explains."""
    title_html: str
    """Its title, rendered; may be empty."""
    body_html: str
    """Its text, rendered."""
    foot_html: str = ""
    """What stands below its values, rendered."""


@dataclass(frozen=True, slots=True)
class ListingView:
    """A listing as the page shows it."""

    stem: str
    """Name of the snippet's file, without `.py`."""
    number: int
    """The how many-th listing of the page this is, from 1."""
    title: str
    """Its caption, as plain text."""
    trace: Trace
    """What its run did."""
    notes: tuple[NoteView, ...] = ()
    """Its notes, in the order in which they were written."""
    first_line: int | None = None
    """The first line that is shown; None for the first of the file."""
    last_line: int | None = None
    """The last line that is shown; None for the last of the file."""
    ident: str = ""
    """What the ids in it begin with, so that they are unique on the page; by default the stem."""
    href: str = ""
    """Where the snippet can be downloaded; no link if empty."""
    footer_html: str = ""
    """A line below the listing, rendered: versions, how the run ended."""
    output: bool = True
    """Whether what it printed is shown below the code."""
    symbols: Symbols = field(default_factory=Symbols)
    """Which names have a colour."""
