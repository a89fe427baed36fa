"""search_boost: a MkDocs hook that ranks earlier pages higher in the search.

Later pages repeat code of earlier ones, where it is explained.
"""

from typing import Any


def on_page_markdown(_: str, *, page: Any, config: Any, files: Any) -> None:  # noqa: ARG001 - the framework's names
    """Set the `boost` of a page in the search: slightly higher than that of the next page."""
    before = 0
    each = page
    while each := each.previous_page:
        before += 1
    page.meta["search"] = {"boost": round(1.1 - 0.01 * before, 3), **page.meta.get("search", {})}
