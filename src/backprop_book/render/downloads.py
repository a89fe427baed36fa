"""downloads: files that a page carries in itself, as links that need no server and cannot drift."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Download:
    """A file that the reader can keep."""

    label: str
    """The words of the link."""
    name: str
    """The name that the file gets."""
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
"""What may stand in an address as it is, besides letters and digits."""
