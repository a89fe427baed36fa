"""parts: the stretches of a text that are scanned: all of a page, of the README what stands between markers."""

import re
from dataclasses import dataclass

from backprop_book.chapter.blocks import Block, Hole
from backprop_book.chapter.book import Place
from backprop_book.chapter.fences import Fence, Include
from backprop_book.chapter.slots import is_like, words_of
from backprop_book.chapter.trouble import Trouble

_MARKER = re.compile(r"[ \t]*<!--[ \t]*book:[ \t]*(\S+)[ \t]*-->[ \t]*")
_COMMENT = re.compile(r"[ \t]*<!--.*?-->[ \t]*")
_FENCE = re.compile(
    r"[ \t>]*(`{3,}(?=[^`]*$)|~{3,})"
)  # as in the module `fences`: code between three backticks opens none
Element = Block | Fence | Include | Hole
"""What a part consists of."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text that is scanned."""

    start: int
    """Offset of the start of its first line."""
    end: int
    """Offset after its last line."""
    place: Place
    """What it speaks of before its first listing."""


@dataclass(frozen=True, slots=True)
class Reached:
    """One element of a part, as the scan came to it."""

    part: int
    """Which part it belongs to."""
    index: int
    """Which element of the part it is."""
    element: Element
    """The element."""
    before: Place
    """What was spoken of there."""
    after: Place
    """What is spoken of after it."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A part of a file that is no page, between `<!-- book: stem -->` and `<!-- book: end -->`."""

    start: int
    """Offset of the start of its first line."""
    end: int
    """Offset after its last line."""
    stem: str
    """The snippet that it speaks of."""
    stem_start: int
    """Where that is said."""


def marked(text: str) -> tuple[tuple[Marked, ...], tuple[Trouble, ...]]:
    """The marked parts of a text, outside of fences, and what is wrong with the markers."""
    parts: list[Marked] = []
    troubles: list[Trouble] = []
    begun: tuple[int, int, str, int] | None = None
    fence = ""
    at = 0
    for line in text.split("\n"):
        ticks = _FENCE.match(line)
        marker = _MARKER.fullmatch(line)
        start, at = at, at + len(line) + 1
        if ticks and (not fence or line.strip(" \t>") == fence):
            fence = "" if fence else ticks[1]
        elif fence or marker is None:
            if not fence and begun is None and _COMMENT.fullmatch(line) and _is_meant(words_of(line)):
                remedy = "write <!-- book: snippet --> or <!-- book: end -->, or remove it"
                troubles.append(Trouble(start, "this comment marks no part of the file", remedy, line.strip()))
        elif marker[1] != "end":
            if begun is not None:
                troubles.append(_unclosed(text, begun[0], begun[1]))
            begun = (start, min(at, len(text)), marker[1], start + len(line) - len(line.lstrip()))
        elif begun is None:
            remedy = "write <!-- book: snippet --> above it, or remove it"
            troubles.append(Trouble(start, "a verified part ends that has not begun", remedy, line.strip()))
        else:
            parts.append(Marked(begun[1], start, begun[2], begun[3]))
            begun = None
    if begun is not None:
        troubles.append(_unclosed(text, begun[0], begun[1]))
    elif not parts and not troubles:
        remedy = "write <!-- book: snippet --> above the part that is to be verified, and <!-- book: end --> below it"
        troubles.append(Trouble(0, "no part of this file is verified", remedy))
    return tuple(parts), tuple(troubles)


def _is_meant(words: tuple[str, ...]) -> bool:
    """Whether a comment that is no marker was meant as one: two that are overlooked would leave out a part, and nobody would know."""
    return words[:1] == ("book:",) or (len(words) == 2 and is_like(words[0], "book:"))


def _unclosed(text: str, start: int, end: int) -> Trouble:
    shown = text[start:end].strip()
    return Trouble(start, "this verified part does not end", "write <!-- book: end --> below it", shown)
