"""holders: place holders as regions of a page, with the snippets that they name."""

import posixpath
import re

from backprop_book.chapter.blocks import Hole
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.listings import nearest
from backprop_book.chapter.regions import Slot
from backprop_book.chapter.slots import READING_TIME, slot_stems
from backprop_book.chapter.trouble import Trouble


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
