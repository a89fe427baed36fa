"""chapter: scans pages, notes and the README into regions with offsets; the only place where Markdown is read."""

from backprop_book.chapter.asked import Mistake, Part, Question
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.codes import describe
from backprop_book.chapter.count import Count
from backprop_book.chapter.document import Document
from backprop_book.chapter.filling import fill
from backprop_book.chapter.networks import ROLES, Phase, Role, is_series
from backprop_book.chapter.notes import Link, Note, Quote
from backprop_book.chapter.pairs import Pair
from backprop_book.chapter.plain import plain
from backprop_book.chapter.question import ask
from backprop_book.chapter.regions import (
    Bare,
    Binding,
    Claim,
    Equation,
    Figure,
    Listing,
    Mention,
    Output,
    Slot,
    Term,
    Waiver,
)
from backprop_book.chapter.rescan import Rescan
from backprop_book.chapter.scan import scan
from backprop_book.chapter.scanner import scan_text
from backprop_book.chapter.script import Column, Datum, Grid, Script
from backprop_book.chapter.shelf import Shelf, Stamp
from backprop_book.chapter.source import Source
from backprop_book.chapter.surroundings import Spot, Surroundings

__all__ = [
    "ROLES", "Bare", "Binding", "Chapter", "Claim", "Column", "Count", "Datum", "Document", "Equation",
    "Figure", "Grid", "Link", "Listing", "Mention", "Mistake", "Note", "Output", "Pair", "Part", "Phase",
    "Question", "Quote", "Rescan", "Role", "Script", "Shelf", "Slot", "Source", "Spot", "Stamp", "Surroundings", "Term",
    "Waiver",
    "ask", "describe", "fill", "is_series", "plain", "scan", "scan_text",
]  # fmt: skip
