"""reading_order: a hook of MkDocs by which the search prefers, of what it finds alike, what comes first in the book.

What is explained once stands again in later listings, with a note that says no more than "as before".
"""

from typing import Any


def on_page_markdown(_: str, *, page: Any, config: Any, files: Any) -> None:  # noqa: ARG001 - the framework's names
    """Give a page a weight in the search, a little more than the next one has."""
    before = 0
    each = page
    while each := each.previous_page:
        before += 1
    page.meta["search"] = {"boost": round(1.1 - 0.01 * before, 3), **page.meta.get("search", {})}
