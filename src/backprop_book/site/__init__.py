"""site: a Python-Markdown extension that shows listings, claims and formulas as they were verified.

Python-Markdown reports no errors, so the whole book is verified before the first page is converted, and all problems are raised at
once. It does not say which page a text is, so the page is found by its text. `live` serves the book while it is edited and shows
problems in the pages; `lab` is a MkDocs hook for the notebook page.
"""

from backprop_book.site.errors import BuildStoppedError
from backprop_book.site.markdown_extension import BookExtension

session_of = BookExtension.books.edit_session
"""Returns the session in which a book is edited; it stays until the process ends."""

__all__ = ["BookExtension", "BuildStoppedError", "session_of"]
