"""claims: words of the prose with the value that stands behind them, and where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from backprop_book.errors import legible


@dataclass(frozen=True, slots=True)
class Whence:
    """A place that a value comes from, as the reader is told of it."""

    title: str
    """What the place is called: the title of a listing, or the name of a file that no page lists."""
    place: str = ""
    """Where in it, in words: `line 24, moment 8 of 25`."""
    code: str = ""
    """The statement there; empty where it is none in particular."""
    href: str = ""
    """Where it can be seen; empty where it cannot."""
    link: str = ""
    """What the link says, or why there is none."""
    parts: tuple[str, ...] = ()
    """Which of the values there it comes from, as `parts` gives them."""


def claim(words_html: str, *, expression: str, value: str, whence: Sequence[Whence], ident: str) -> str:
    """HTML of an inline claim: only the words show, until they are pointed at or focused.

    Args:
        words_html: The words, rendered.
        expression: The expression of the probe, as written.
        value: The value at full precision, as text.
        whence: The places that the value comes from: one for each run that it speaks of.
        ident: An id that no other element of the page has.

    The explanation is a description of the words (read once, when they get the focus) and stays hidden otherwise, so
    it is not read a second time with the text around it. It needs no script: without one, it shows while the words have the
    focus or the pointer; with the script, Enter or a press opens it.
    """
    places = "".join(_whence(each) for each in whence)
    return (
        f'<span class="bb-claim"><span class="bb-words" role="button" tabindex="0" aria-expanded="false" '
        f'aria-describedby="{escape(ident)}">{words_html}</span>'
        f'<small class="bb-tip" data-search-exclude><span id="{escape(ident)}"><code>{escape(legible(expression))}</code> '
        f"gives <code>{escape(value)}</code></span>{places}</small></span>"
    )


def _whence(place: Whence) -> str:
    """One place: what it is called, the statement, and the way there."""
    words = ", ".join(escape(legible(part)) for part in (place.title, place.place) if part)
    code = f": <code>{escape(legible(place.code))}</code>" if place.code else ""
    parts = f' data-parts="{escape(" ".join(place.parts))}"' if place.parts else ""
    way = (
        f'<a class="bb-jump" href="{escape(place.href)}"{parts}>{escape(legible(place.link))}</a>'
        if place.href
        else f'<span class="bb-jump">{escape(legible(place.link))}</span>'
    )
    return f'<span class="bb-whence">{words}{code} {way}</span>'
