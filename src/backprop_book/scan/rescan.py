"""rescan: scans a document again after a change inside one element. `tools.mutate` uses it for each mutant."""

from backprop_book.scan.block_parser import Block, Element, Fence, Layout, Placeholder, layout
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Document
from backprop_book.scan.scanner import Part, Reached, Scan, scan_text


class Rescan:
    """A scanned document that can be scanned again after changes inside one element: a paragraph, table, heading or fence.

    The regions of an element depend on its text, on the listing above it, and on the labels of links in the document. So
    after a change only its element is read again, if the structure is unchanged: the same elements in the same order, and
    the same listing after the changed element. The structure is parsed again to find that out, which is cheap. If it has
    changed, the whole document is scanned again.
    """

    def __init__(self, chapter: Chapter, document: Document) -> None:
        self._chapter = chapter
        self._source = document.source
        self._scan = Scan(chapter, document.source.path, document.source.text, document.source.newline)
        self._scan.whole()
        self._ends = [_from_the_end(part.end, found.parts) for part, found in self._scan.parts]
        self._quotes = {
            note.start: [quote.statement for quote in note.quotes] for note in self._scan.explanations.notes
        }

    def change(self, start: int, end: int, text: str) -> Document:
        """Return the document with `text` in place of the characters from `start` to `end`.

        Returns:
            A document with only the regions and problems of the changed element, at their new places, if all others are
            unchanged; else the whole document, scanned again.
        """
        old = self._source.text
        changed = f"{old[:start]}{text}{old[end:]}"
        reached = next((each for each in self._scan.reached if _holds(each.element, start, end)), None)
        if reached is not None and not self._scan.parts[reached.part][1].diagnostics:
            found = self._read(reached, changed, len(changed) - len(old))
            if found is not None:
                return found
        return scan_text(self._chapter, self._source.path, changed, self._source.newline)

    def _read(self, reached: Reached, changed: str, shift: int) -> Document | None:
        """Read one element of the changed text; None if the change reaches further."""
        part, before = self._scan.parts[reached.part]
        moved = Part(part.start, part.end + shift, part.place)
        found = layout(changed, moved.start, moved.end)
        if not self._is_alike(reached, before, moved, found):
            return None
        element = found.parts[reached.index]
        scan = Scan(self._chapter, self._source.path, changed, self._source.newline, self._scan.front)
        scan.enter(moved, found)
        after = scan.element(element, reached.before, moved)
        document = scan.document()
        if document.problems:
            return document
        # A heading of notes that now means other statements changes what the claims below it speak of.
        quotes = [[quote.statement for quote in note.quotes] for note in scan.explanations.notes]
        figures = [figure.name for figure in self._scan.figures if figure.start == element.start]
        if (
            [figure.name for figure in scan.figures] != figures
            or after != reached.after
            or quotes != [self._quotes.get(note.start) for note in scan.explanations.notes]
        ):
            return None
        return document

    def _is_alike(self, reached: Reached, before: Layout, part: Part, found: Layout) -> bool:
        """Whether the structure is the same before and after the element, and the element of the same sort."""
        index, old_end = reached.index, self._scan.parts[reached.part][0].end
        if len(found.parts) != len(before.parts) or found.diagnostics or found.references != before.references:
            return False
        sort, *offsets = _outline(found.parts[index])
        old_sort, *old_offsets = _outline(reached.element)
        return (
            (sort, offsets[:-1], part.end - offsets[-1]) == (old_sort, old_offsets[:-1], old_end - old_offsets[-1])
            and found.parts[:index] == before.parts[:index]
            and _from_the_end(part.end, found.parts[index + 1 :]) == self._ends[reached.part][index + 1 :]
            and _hidden(found, offsets, part.end) == _hidden(before, old_offsets, old_end)
        )


def _holds(element: Element, start: int, end: int) -> bool:
    if isinstance(element, Fence):
        return element.text_start <= start and end <= element.text_end
    return element.start <= start and end <= element.end


def _outline(element: Element) -> tuple[int, ...]:
    """What sort of element it is, and its offsets, the last of them that of its end."""
    match element:
        case Block():
            return element.level, element.line, element.start, element.end
        case Fence():
            return -1, element.start, element.mark, element.text_start, element.end
        case Placeholder():
            return -3, element.start, element.mark, element.end
    return -2, element.start, element.end


def _from_the_end(end: int, elements: tuple[Element, ...]) -> list[tuple[int, ...]]:
    """The outlines of elements, their offsets counted from the end of the part."""
    outlines = map(_outline, elements)
    return [(sort, *(end - offset for offset in offsets)) for sort, *offsets in outlines]


def _hidden(found: Layout, offsets: list[int], end: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """What is hidden before an element with these offsets, and behind it, there counted from the end of the part."""
    before = [(start, stop) for start, stop in found.hidden if stop <= offsets[0]]
    return before, [(end - start, end - stop) for start, stop in found.hidden if start >= offsets[-1]]
