"""What weight a page has in the search."""

from dataclasses import dataclass, field
from typing import Any

from backprop_book.site.search_boost import on_page_markdown


@dataclass
class Page:
    """A page of MkDocs, as far as the hook looks at it."""

    previous_page: "Page | None"
    meta: dict[str, Any] = field(default_factory=dict)


def test_an_earlier_page_weighs_more_and_front_matter_has_the_last_word() -> None:
    first = Page(None)
    second = Page(first)
    third = Page(second, {"search": {"boost": 2, "exclude": False}})
    for page in (first, second, third):
        on_page_markdown("", page=page, config=None, files=None)
    assert [page.meta["search"]["boost"] for page in (first, second, third)] == [1.1, 1.09, 2]
    assert third.meta["search"]["exclude"] is False
