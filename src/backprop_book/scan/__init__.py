"""scan: scans pages, notes and the README into regions with offsets. No other package parses Markdown.

`scan` reads the configuration, the snippets and the scripts of figures. For each Markdown file, `scan_text` splits the text into
blocks (`block_parser`) and its prose into inline elements (`inline_parser`), and reads these as claims, waivers, equations and
mentions (`prose`), listings, outputs, figures and placeholders (`embeds`), headings and links of notes (`notes`). An expression
becomes a `Question` (`question`). The result is a `Chapter` of `Document`s. For the site, `formulas` converts LaTeX,
`InsertionPoints` says where a page takes HTML, and `notebooks` checks the words of notebooks.
"""

from backprop_book.scan.file_snapshot import FileSnapshot
from backprop_book.scan.scan import scan
from backprop_book.scan.scanner import scan_text
from backprop_book.scan.source import Source

__all__ = [
    "FileSnapshot",
    "Source",
    "book",
    "closeness",
    "document",
    "figure_scripts",
    "formulas",
    "insertion_points",
    "notebooks",
    "question",
    "scan",
    "scan_text",
]
