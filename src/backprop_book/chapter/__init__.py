"""chapter: scans pages, notes and the README into regions with offsets; the only place where Markdown is read.

`scan` reads the configuration, the snippets and the scripts of figures. For each Markdown file, `scan_text` splits the text into
blocks (`block_parser`) and its prose into inline elements (`inline_parser`), and reads these as claims, waivers, equations and
mentions (`prose`), listings, outputs, figures and placeholders (`embeds`), headings and links of notes (`notes`). An expression
becomes a `Question` (`question`). The result is a `Chapter` of `Document`s.
"""

from backprop_book.chapter.asked import Mistake, Part, Question
from backprop_book.chapter.block_parser import Placeholder
from backprop_book.chapter.book import Chapter, Column, Datum, Grid, Script
from backprop_book.chapter.codes import describe
from backprop_book.chapter.document import (
    Bare,
    Binding,
    Claim,
    Count,
    Document,
    Equation,
    Figure,
    Link,
    Listing,
    Mention,
    Note,
    Output,
    Pair,
    Term,
    Waiver,
)
from backprop_book.chapter.figure_scripts import ROLES, Phase, Role, is_series
from backprop_book.chapter.insertion_points import Spot, Surroundings, plain
from backprop_book.chapter.question import ask
from backprop_book.chapter.rescan import Rescan
from backprop_book.chapter.scan import scan
from backprop_book.chapter.scanner import scan_text
from backprop_book.chapter.shelf import Shelf, Stamp
from backprop_book.chapter.source import Source
from backprop_book.chapter.tables import fill

__all__ = [
    "ROLES", "Bare", "Binding", "Chapter", "Claim", "Column", "Count", "Datum", "Document", "Equation",
    "Figure", "Grid", "Link", "Listing", "Mention", "Mistake", "Note", "Output", "Pair", "Part", "Phase", "Placeholder",
    "Question", "Rescan", "Role", "Script", "Shelf", "Source", "Spot", "Stamp", "Surroundings", "Term",
    "Waiver",
    "ask", "describe", "fill", "is_series", "plain", "scan", "scan_text",
]  # fmt: skip
