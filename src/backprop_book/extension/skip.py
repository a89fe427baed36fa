"""skip: a link past the prose of a page to its listing, for those who go through a page by its links and buttons."""

import re
from html import escape

_LISTING = re.compile(r'<figure class="bb-listing" id="([^"]+)"')
_TITLE = re.compile(r"</h1>")


def with_skip(html: str) -> str:
    """A page with the link below its title; as it is, if it has no listing. The link shows while it has the focus."""
    found = _LISTING.search(html)
    if found is None:
        return html
    title = _TITLE.search(html)
    at = title.end() if title else 0
    link = f'<a class="bb-skip" href="#{escape(found[1])}" data-search-exclude>Skip to the listing</a>'
    return f"{html[:at]}{link}{html[at:]}"
