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
    minutes = "1 minute" if reading.minutes == 1 else f"{reading.minutes} minutes"
    verified = escape(fit(_verified(reading)))
    linked = f'<a href="{escape(href)}">{verified}</a>' if href else verified
    return f'<p class="bb-summary" data-search-exclude="">{minutes} to read · {linked}</p>'


def _verified(reading: Reading) -> str:
    count = reading.count
    if not count.total:
        return f"its numbers are not looked at: {reading.unchecked}" if reading.unchecked else "no numbers to verify"
    if count.bare and not count.verified:
        return f"its {_numbers(count.total)} not verified: {reading.unchecked}"
    if count.verified == count.total:
        return "its one number verified" if count.total == 1 else f"all {count.total} numbers verified"
    rest = f", {count.excused} excused with a reason" if count.excused else ""
    bare = f", the rest not looked at: {reading.unchecked}" if count.bare else ""
    return f"{count.verified} of {_numbers(count.total)} verified{rest}{bare}"


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"
