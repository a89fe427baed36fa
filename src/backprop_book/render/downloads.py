"""downloads: links that carry content in their address: files to keep, and the form on which a reader reports a problem."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Download:
    """A file that a reader can download."""

    label: str
    """The words of the link."""
    name: str
    """Name of the file."""
    media: str
    """Its media type."""
    text: str
    """Its content."""


def downloads(files: Sequence[Download], remark: str = "") -> str:
    """HTML of links to files, and a remark after them as plain text.

    The content is percent-encoded, not Base64: it stays text, which a server compresses to about half the size.
    """
    links = "".join(f"{_link(file)} " for file in files)
    return f'<span class="bb-downloads" data-search-exclude>{links}{escape(remark)}</span>'


def _link(file: Download) -> str:
    address = f"data:{file.media};charset=utf-8,{quote(file.text, safe=_LEGAL)}"
    return (
        f'<a download="{escape(file.name)}" href="{escape(address)}" '
        f'aria-label="{escape(f"{file.label}: {file.name}")}">{escape(file.label)}</a>'
    )


_LEGAL = "!$()*+,-./:;=@_~[]"
"""Characters that stand in an address as they are, besides letters and digits."""


def report(repository: str, page: str, file: str, lines: Sequence[int], code: str) -> str:
    """HTML of a link to the form on which readers report a problem, filled in; nothing without a repository.

    Args:
        repository: The address of the repository, such as https://github.com/someone/book; empty if there is none.
        page: The page: its title and its path.
        file: The name of the snippet's file.
        lines: The first line and the last one.
        code: The code of these lines.
    """
    if not repository:
        return ""
    place = f"line {lines[0]}" if lines[0] == lines[-1] else f"lines {lines[0]} to {lines[-1]}"
    fields = {
        "template": "wrong-number.yml",
        "page": page,
        "listing": f"{file}, {place}",
        "stated": code[:_LONGEST],
    }
    # Half a surrogate pair, which Python can write and no address can hold, becomes a question mark.
    query = "&".join(f"{name}={quote(text.encode('utf-8', 'replace'), safe='')}" for name, text in fields.items())
    address = f"{repository.rstrip('/')}/issues/new?{query}"
    return f'<p class="bb-report" data-search-exclude><a href="{escape(address)}">Report a problem with {place}</a></p>'


_LONGEST = 400
"""The largest number of characters that are quoted: servers refuse addresses that are too long."""
