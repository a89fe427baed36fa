"""site: a Python-Markdown extension that shows listings, claims and formulas as they were verified.

Python-Markdown plug-ins fail silently by habit. This one scans and verifies the whole book before it touches the first page, and
raises every problem at once; a page is only ever built from a book that holds. Which page it is given, Markdown does not say,
so the page is found by its text. Only while the book is being edited, `live`, problems are shown in the pages instead.
"""

from backprop_book.site.errors import BuildStoppedError
from backprop_book.site.plugin import BookExtension

desk = BookExtension.books.desk
"""Returns the desk at which a book is edited; it stays until the process ends."""

__all__ = ["BookExtension", "BuildStoppedError", "desk"]
