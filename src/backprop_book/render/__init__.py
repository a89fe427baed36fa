"""render: HTML that is complete without JavaScript.

`listing` lays out a listing and its notes; `moments` says what each step changed, `states` and `values` draw it, and `payload` is the
data for `book.js`. `claims`, `problems`, `figure`, `network`, `source` and `verification` draw the rest of a page.
"""

from backprop_book.render.claims import ProvenanceView, claim, parts
from backprop_book.render.downloads import Download, ReportForm, downloads, report
from backprop_book.render.figure import figure
from backprop_book.render.listing import ListingView, NoteView, listing, weight
from backprop_book.render.network import graph, loop, network
from backprop_book.render.payload import LIMIT
from backprop_book.render.problems import board, box, ident, mark, pending, spot_of
from backprop_book.render.source import SnippetSide, Twin, beside, twins
from backprop_book.render.values import show, table
from backprop_book.render.verification import Stop, pages, summary, total, verification

__all__ = [
    "LIMIT",
    "Download",
    "ListingView",
    "NoteView",
    "ProvenanceView",
    "ReportForm",
    "SnippetSide",
    "Stop",
    "Twin",
    "beside",
    "board",
    "box",
    "claim",
    "downloads",
    "figure",
    "graph",
    "ident",
    "listing",
    "loop",
    "mark",
    "network",
    "pages",
    "parts",
    "pending",
    "report",
    "show",
    "spot_of",
    "summary",
    "table",
    "total",
    "twins",
    "verification",
    "weight",
]
