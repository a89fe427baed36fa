"""scan: scans pages, notes and the README into regions with offsets. No other package parses Markdown.

`scan` reads the configuration, the snippets and the scripts of figures. For each Markdown file, `scan_text` splits the text into
blocks (`block_parser`) and its prose into inline elements (`inline_parser`), and reads these as claims, waivers, equations and
mentions (`prose`), listings, outputs, figures and placeholders (`embeds`), headings and links of notes (`notes`). An expression
becomes a `Question` (`question`). The result is a `Chapter` of `Document`s. For the site, `formulas` converts LaTeX,
`InsertionPoints` says where a page takes HTML, and `notebooks` checks the words of notebooks.
"""

from backprop_book.scan import formulas, notebooks
from backprop_book.scan.block_parser import Placeholder
from backprop_book.scan.book import Chapter, Datum, Script, names_entry
from backprop_book.scan.closeness import Closeness, closenesses
from backprop_book.scan.code_spans import describe
from backprop_book.scan.document import (
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
    Relation,
    Waiver,
)
from backprop_book.scan.figure_scripts import ROLES, Phase, Role
from backprop_book.scan.file_snapshot import FileSnapshot
from backprop_book.scan.insertion_points import InsertionPoints, Spot, plain
from backprop_book.scan.question import Part, Question
from backprop_book.scan.scan import scan
from backprop_book.scan.scanner import scan_text
from backprop_book.scan.source import Source

__all__ = [
    "ROLES", "Binding", "Chapter", "Claim", "Closeness", "Count", "Datum", "Document", "Equation", "Figure",
    "FileSnapshot", "InsertionPoints", "Link", "Listing", "Mention", "Note", "Output", "Pair", "Part", "Phase",
    "Placeholder", "Question", "Relation", "Role", "Script", "Source", "Spot", "Waiver",
    "closenesses", "describe", "formulas", "names_entry", "notebooks", "plain", "scan", "scan_text",
]  # fmt: skip
