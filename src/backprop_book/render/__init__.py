"""render: HTML that is complete without JavaScript.

`listing` lays out a listing and its notes; `moments` says what each step changed, `states` and `values` draw it, and `payload` is the
data for `book.js`. `claims`, `problems`, `figure`, `network`, `source` and `verification` draw the rest of a page.
"""

from backprop_book.render.claims import ProvenanceView, claim, parts
from backprop_book.render.downloads import Download, downloads, report
from backprop_book.render.figure import figure
from backprop_book.render.listing import ListingView, NoteView, listing, too_heavy
from backprop_book.render.network import network
from backprop_book.render.problems import board, box, mark, pending
from backprop_book.render.source import SnippetSide, beside, lines, twins
from backprop_book.render.verification import pages, summary, total, verification

__all__ = [
    "Download", "ListingView", "NoteView", "ProvenanceView", "SnippetSide",
    "beside", "board", "box", "claim", "downloads", "figure", "lines", "listing", "mark", "network", "pages", "parts", "pending",
    "report", "summary", "too_heavy", "total", "twins", "verification",
]  # fmt: skip
