"""holders: place holders as regions of a page, with the snippets that they name."""

import posixpath
import re
from collections.abc import Iterable

from markdown.util import BLOCK_LEVEL_ELEMENTS

from backprop_book.chapter.blocks import Block, Hole
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.inline import TAG, spans
from backprop_book.chapter.listings import nearest
from backprop_book.chapter.regions import Slot
from backprop_book.chapter.slots import READING_TIME, slot_stems
from backprop_book.chapter.trouble import Trouble

_ELEMENTS = frozenset(BLOCK_LEVEL_ELEMENTS) - {"hr"}
"""Elements whose content Markdown leaves as it is."""


def enclosing(clean: str, blocks: Iterable[Block], references: frozenset[str]) -> str:
    """The name of the element of HTML that is still open after some blocks and whose content is no Markdown; empty without one."""
    opened: list[tuple[str, bool]] = []
    for block in blocks:
        for span in spans(clean, block.start, block.end, references)[0]:
            tag = TAG.fullmatch(clean, span.start, span.end) if span.kind == "hidden" else None
            name = tag["name"].lower() if tag is not None else ""
            if tag is None or name not in _ELEMENTS or tag[0].endswith("/>"):
                continue
            if not tag[0].startswith("</"):
                if opened or span.start == block.start:
                    opened.append((name, re.search(r"\smarkdown\b", tag[0]) is not None))
            elif name in [each for each, _ in opened]:
                while opened.pop()[0] != name:
                    pass
    return next((name for name, is_read in opened if not is_read), "")


def misplaced_slot(at: int, shown: str, element: str) -> Trouble:
    """What is wrong with a place holder inside of an element of HTML."""
    message, remedy = "this place holder stands inside HTML, where nothing is filled in", "move it out of the element"
    return Trouble(at, message, remedy, shown, f"no open <{element}> before it")


def read_slot(chapter: Chapter, path: str, hole: Hole, shown: str) -> tuple[tuple[Slot, ...], tuple[Trouble, ...]]:
    """Read a place holder that is written as `shown` in the document at `path`.

    Returns:
        The region, unless a snippet that it names is missing or broken, and what is wrong. Whether there are pages that it
        names is known when all of them are read.
    """
    stems = slot_stems(shown)
    if hole.name == READING_TIME:
        folder = posixpath.dirname(path)
        names = list(re.finditer(r"\S+", shown.removesuffix("-->")))[-len(stems) :] if stems else ()
        pages = tuple((hole.mark + name.start(), posixpath.normpath(posixpath.join(folder, name[0]))) for name in names)
        return (Slot(hole.start, hole.end, hole.mark, hole.name, (), pages),), ()
    known = tuple(chapter.files.values())
    troubles = tuple(
        Trouble(
            hole.mark + shown.index(stem),
            "there is no such snippet",
            "correct the name",
            stem,
            nearest(stem, known),
            "link",
        )
        for stem in stems
        if stem not in known
    )
    if all(stem in chapter.snippets for stem in stems):
        return (Slot(hole.start, hole.end, hole.mark, hole.name, stems),), troubles
    return (), troubles
