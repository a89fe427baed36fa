"""holders: place holders as regions of a page, with the snippets that they name."""

from backprop_book.chapter.blocks import Hole
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.listings import nearest
from backprop_book.chapter.regions import Slot
from backprop_book.chapter.slots import slot_stems
from backprop_book.chapter.trouble import Trouble


def read_slot(chapter: Chapter, hole: Hole, shown: str) -> tuple[tuple[Slot, ...], tuple[Trouble, ...]]:
    """Read a place holder that is written as `shown`.

    Returns:
        The region, unless a snippet that it names is missing or broken, and what is wrong.
    """
    stems = slot_stems(shown)
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
