"""render: HTML of listings, claims and values. It is complete without JavaScript."""

from backprop_book.render.beside import Side, Twin, beside, twins
from backprop_book.render.claims import Whence, claim
from backprop_book.render.downloads import Download, downloads
from backprop_book.render.drawn import show
from backprop_book.render.figure import figure
from backprop_book.render.listing import listing, weight
from backprop_book.render.network import graph, loop, network
from backprop_book.render.origin import Origin, origin
from backprop_book.render.pages import Stop, pages, total
from backprop_book.render.parts import parts
from backprop_book.render.payload import LIMIT
from backprop_book.render.problems import board, box, ident, mark, pending, spot_of
from backprop_book.render.remembered import remembered
from backprop_book.render.report import Form, report
from backprop_book.render.summary import summary
from backprop_book.render.values import table
from backprop_book.render.verification import verification
from backprop_book.render.views import ListingView, NoteView

__all__ = [
    "LIMIT",
    "Download",
    "Form",
    "ListingView",
    "NoteView",
    "Origin",
    "Side",
    "Stop",
    "Twin",
    "Whence",
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
    "origin",
    "pages",
    "parts",
    "pending",
    "remembered",
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
