"""summary: the line below the title of a page: how long it takes to read, and what of it is verified."""

from html import escape

from backprop_book.ledger import Reading
from backprop_book.render.drawn import fit


def summary(reading: Reading, href: str) -> str:
    """HTML of the line, well-formed as XML.

    Args:
        reading: What is on the page.
        href: The page on how the book is verified, as a link of the page; no link if empty.
    """
    verified = escape(fit(_verified(reading)))
    linked = f'<a href="{escape(href)}">{verified}</a>' if href else verified
    return f'<p class="bb-summary" data-search-exclude="">{times(reading)} · {linked}</p>'


def times(*readings: Reading) -> str:
    """How long it takes to read pages one after the other, in words."""
    short, full = sum(each.minutes for each in readings), sum(each.minutes_with_notes for each in readings)
    rest = f", {duration(full)} with every note" if full > short else ""
    return f"{duration(short)} to read{rest}"


def duration(minutes: int) -> str:
    """A number of minutes in words, in hours where there are many."""
    hours, rest = divmod(minutes, 60)
    if minutes < _LONG:
        return _count(minutes, "minute")
    return f"{_count(hours, 'hour')} {_count(rest, 'minute')}" if rest else _count(hours, "hour")


_LONG = 100
"""So many minutes are told in hours."""


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _verified(reading: Reading) -> str:
    count = reading.count
    if not count.total:
        return f"its numbers are not looked at: {reading.unchecked}" if reading.unchecked else "no numbers to verify"
    if count.bare and not count.verified:
        return f"its {_count(count.total, 'number')} not verified: {reading.unchecked}"
    if count.verified == count.total:
        return "its one number verified" if count.total == 1 else f"all {count.total} numbers verified"
    rest = f", {count.excused} excused with a reason" if count.excused else ""
    bare = f", the rest not looked at: {reading.unchecked}" if count.bare else ""
    return f"{count.verified} of {_count(count.total, 'number')} verified{rest}{bare}"
