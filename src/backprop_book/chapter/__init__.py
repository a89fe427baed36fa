"""chapter: scans pages, notes and the README into regions with offsets; the only place where Markdown is read."""

from backprop_book.chapter.book import Chapter
from backprop_book.chapter.codes import describe
from backprop_book.chapter.config import Config, Excuse, Family, book_root, load_config
from backprop_book.chapter.document import scan_text
from backprop_book.chapter.plain import plain
from backprop_book.chapter.question import Mistake, Part, Question, ask, fill
from backprop_book.chapter.regions import (
    Bare,
    Binding,
    Claim,
    Count,
    Document,
    Equation,
    Listing,
    Mention,
    Note,
    Output,
    Quote,
    Slot,
    Source,
    Term,
    Waiver,
)
from backprop_book.chapter.scan import scan

__all__ = [
    "Bare", "Binding", "Chapter", "Claim", "Config", "Count", "Document", "Equation", "Excuse", "Family", "Listing", "Mention", "Mistake",
    "Note", "Output", "Part", "Question", "Quote", "Slot", "Source", "Term", "Waiver",
    "ask", "book_root", "describe", "fill", "load_config", "plain", "scan", "scan_text",
]  # fmt: skip
