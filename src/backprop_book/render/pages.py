"""pages: pages that are read one after the other, with the time that each takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from backprop_book.ledger import Reading
from backprop_book.render.summary import duration, times


@dataclass(frozen=True, slots=True)
class Stop:
    """One page on the way."""

    title: str
    """Its title."""
    href: str
    """Its address."""
    reading: Reading
    """What there is to read."""


def pages(stops: Sequence[Stop]) -> str:
    """HTML of a list of pages with the minutes of each, and those of all together."""
    items = "".join(
        f'<li><a href="{escape(stop.href)}">{escape(stop.title)}</a> <span>{duration(stop.reading.minutes)}</span></li>'
        for stop in stops
    )
    return f'<ol class="bb-pages" data-search-exclude>{items}</ol>{total([stop.reading for stop in stops], "Together")}'


def total(readings: Sequence[Reading], what: str) -> str:
    """HTML of the time that several pages take together.

    Args:
        readings: What there is to read.
        what: What the pages are called, as the first words of a sentence.
    """
    return f'<p class="bb-total" data-search-exclude>{escape(what)} {times(*readings)}.</p>'
