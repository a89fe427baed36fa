"""scanner: reads one Markdown text, from its front matter to its last numeral, as regions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeVar

from backprop_book.chapter.asides import read_front, read_title
from backprop_book.chapter.blocks import Block, Hole, Layout, Trouble, blanked, layout
from backprop_book.chapter.book import Chapter, Place
from backprop_book.chapter.count import Count
from backprop_book.chapter.document import Document
from backprop_book.chapter.drawings import misplaced, read_figure
from backprop_book.chapter.fences import Fence, Include
from backprop_book.chapter.front import Front, front_matter
from backprop_book.chapter.headings import read_heading
from backprop_book.chapter.holders import read_slot
from backprop_book.chapter.links import read_link, uncompared
from backprop_book.chapter.listings import check_include, nearest, read_listing
from backprop_book.chapter.loose import loose, unseen
from backprop_book.chapter.notes import Link, Note
from backprop_book.chapter.parts import Element, Part, Reached, marked
from backprop_book.chapter.prose import Prose
from backprop_book.chapter.regions import (
    Bare,
    Binding,
    Claim,
    Equation,
    Figure,
    Listing,
    Mention,
    Output,
    Slot,
    Term,
    Waiver,
)
from backprop_book.chapter.source import Source
from backprop_book.digits import numerals
from backprop_book.errors import place as place_of

_R = TypeVar("_R", Claim, Equation, Mention, Waiver, Term, Bare, Binding)
_SHOWN = 200


def scan_text(chapter: Chapter, path: str, text: str, newline: str = "\n") -> Document:
    """Scan one document.

    Args:
        chapter: The configuration and the snippets that the document can speak of.
        path: Its path relative to the root. Below the folder of the pages it is a page, below the folder of the snippets it
            is notes; elsewhere only its marked parts are scanned.
        text: Its text, front matter included.
        newline: What ends its lines in the file.

    Returns:
        The document; what is wrong with it is among its `problems`.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    scan = Scan(chapter, path, text, newline)
    scan.whole()
    return scan.document()


class Scan:
    """The scan of one document."""

    def __init__(self, chapter: Chapter, path: str, text: str, newline: str = "\n", front: Front | None = None) -> None:
        config = chapter.config
        self.kind: Literal["page", "notes", "readme"] = "readme"
        self.stem: str | None = None
        if path.startswith(f"{config.docs}/"):
            self.kind = "page"
        elif path.startswith(f"{config.snippets}/"):
            self.kind = "notes"
            self.stem = chapter.files.get(f"{path.removesuffix('.md')}.py", path.rpartition("/")[2].removesuffix(".md"))
        if front is None:
            front = Front(0) if self.kind == "readme" else front_matter(text)
        self.chapter = chapter
        self.source = Source(path, text, front.body, newline)
        self.front = front
        self.parts: list[tuple[Part, Layout]] = []
        self.reached: list[Reached] = []
        self.listings: list[Listing] = []
        self.figures: list[Figure] = []
        self.no_figures = {"page": "", "notes": "notes", "readme": "a file that is no page"}[self.kind]
        self.outputs: list[Output] = []
        self.notes: list[Note] = []
        self.quoted: dict[int, int] = {}
        self.output_numerals = 0
        self.slots: list[Slot] = []
        self.links: list[Link] = []
        self.title = ""
        self.sizes: list[tuple[Count, int]] = []
        self.troubles: list[Trouble] = [*front.troubles]
        self.prose = Prose(chapter, bool(front.unchecked))

    def whole(self) -> None:
        """Scan all of it; that the snippet of notes does not exist is a problem of the chapter."""
        end = len(self.source.text)
        if self.kind == "page":
            self._part(Part(self.front.body, end, self._place(self.front.listing, self.front.listing_at)))
            read_front(self.prose, self.front.said)
        elif self.kind == "notes":
            self._part(Part(self.front.body, end, Place(self.stem, silent=self.stem not in self.chapter.snippets)))
            self._measured()
            for n, note in enumerate(self.notes[:-1]):
                self.notes[n] = replace(note, end=min(note.end, self.notes[n + 1].start))
        else:
            markers, troubles = marked(self.source.text)
            self.troubles += troubles
            for each in markers:
                self._part(Part(each.start, each.end, self._place(each.stem, each.stem_start)))

    def document(self) -> Document:
        """All that was found so far."""
        prose = self.prose
        problems = {
            self.source.problem(
                each.offset,
                each.message,
                found=_one_line(each.found),
                expected=_one_line(each.expected),
                remedy=_one_line(each.remedy),
                kind=each.kind,
            )
            for each in (*self.troubles, *prose.troubles)
        }
        return Document(
            self.source, self.kind, self.stem, self.front.unchecked, tuple(self.listings), _in_order(prose.claims),
            _in_order(prose.equations), tuple(self.outputs), _in_order(prose.mentions), _in_order(prose.waivers),
            _in_order(prose.terms), _in_order(prose.bare), tuple(self.notes), prose.count(self.output_numerals),
            tuple(sorted(problems)), _in_order(prose.bindings), tuple(self.slots), self.title or self.front.title,
            prose.size, tuple(self.figures), tuple(self.links),
        )  # fmt: skip

    def _place(self, stem: str | None, at: int) -> Place:
        """What is spoken of where a snippet is named at `at`."""
        if stem is not None and stem not in self.chapter.files.values():
            stems = tuple(self.chapter.files.values())
            self.troubles.append(
                Trouble(at, "there is no such snippet", "correct the name", stem, nearest(stem, stems), "listing")
            )
            return Place(None, silent=True)
        return Place(stem, silent=stem is not None and stem not in self.chapter.snippets)

    def _part(self, part: Part) -> None:
        """Scan one part."""
        found = layout(self.source.text, part.start, part.end)
        self.troubles += found.troubles
        self.enter(part, found)
        for start, end in found.titles:
            read_title(self.prose, start, end)
        place = part.place
        for index, element in enumerate(found.parts):
            after = self.element(element, place, part)
            self.reached.append(Reached(len(self.parts) - 1, index, element, place, after))
            place = after

    def enter(self, part: Part, found: Layout) -> None:
        """Get ready for the elements of a part."""
        self.parts.append((part, found))
        self.prose.clean = blanked(self.source.text, found.hidden)
        self.prose.references = found.references

    def element(self, element: Element, place: Place, part: Part) -> Place:
        """Scan one element of a part; what is spoken of after it. In notes, headings of level two quote statements."""
        notes = self.stem if self.kind == "notes" else None
        match element:
            case Fence():
                return self._fence(element, place, notes)
            case Include():
                self._include(element)
            case Hole():
                self._hole(element, notes)
            case Block(level=level) if notes is not None and 0 < level <= 2:
                return self._heading(element, part, notes)
            case _:
                if element.level == 1 and not self.title:
                    self.title = self.prose.plain(element.start, element.end)
                self._prose(element, place)
        return place

    def _prose(self, block: Block, place: Place) -> None:
        """Read a paragraph, a table or a heading; of a figure, the caption is prose."""
        if self.no_figures:
            self.troubles += misplaced(self.chapter, self.prose.clean, block, self.no_figures)
            if self.kind != "notes" or not self._link(block, place):
                self.prose.read(block, place)
            return
        figure, troubles = read_figure(self.chapter, self.prose.clean, block)
        self.troubles += troubles
        if figure is None:
            self.prose.read(block, place)
            return
        if any(shown.name == figure.name for shown in self.figures):
            remedy = "refer to it in words"
            self.troubles.append(
                Trouble(block.start, "this page shows the figure already", remedy, figure.name, "", "figure")
            )
        if figure.name in self.chapter.scripts:
            self.figures.append(figure)
        self.prose.words(figure.caption, figure.end, place)

    def _link(self, block: Block, place: Place) -> bool:
        """Read a paragraph of notes that links statements with those of another listing; whether it is one."""
        own = self.stem
        if own is None or own not in self.chapter.snippets or block.level:
            return False
        link, troubles = read_link(self.chapter, self.prose.clean, block, own)
        self.troubles += troubles
        if link is None:
            return bool(troubles)
        before = len(self.prose.claims)
        self.prose.words(link.end, block.end, place)
        if not troubles:
            self.troubles += uncompared(self.chapter, link, own, self.prose.claims[before:])
        self.links.append(link)
        return True

    def _include(self, include: Include) -> None:
        """A file that becomes a part of the prose would bring words along that nothing checks."""
        wrong = check_include(self.chapter, include)
        self.troubles += wrong
        if not (wrong or include.escaped or self.front.unchecked):
            self.troubles.append(unseen(self.source.text, include))

    def _hole(self, hole: Hole, notes: str | None) -> None:
        """Read a place holder."""
        shown = self.source.text[hole.mark : hole.end]
        if notes is not None:
            self.troubles.append(Trouble(hole.mark, "a place holder stands in notes", "move it to a page", shown))
            return
        slot, troubles = read_slot(self.chapter, hole, shown)
        self.troubles += troubles
        self.slots += slot

    def _so_far(self) -> tuple[Count, int]:
        """The numerals and words read so far."""
        return self.prose.count(self.output_numerals), self.prose.size

    def _measured(self) -> None:
        """End the note that is being read, if there is one: what was read since its heading is its size."""
        if self.sizes:
            (count, words), (before, words_before) = self._so_far(), self.sizes.pop()
            self.notes[-1] = replace(self.notes[-1], count=count - before, words=words - words_before)

    def _fence(self, fence: Fence, place: Place, notes: str | None) -> Place:
        """Read a fence; what is spoken of after it."""
        if (fence.title or "").lower() == "output":
            self._output(fence, place)
            return place
        listing, is_listing, troubles = read_listing(self.chapter, self.source.text, fence)
        self.troubles += troubles
        if not is_listing:
            if fence.closed and not (self.front.unchecked or troubles):
                self.troubles += loose(self.source.text, fence)
            return place
        if notes is not None:
            remedy = "show the snippet on a page, and explain its statements here"
            self.troubles.append(Trouble(fence.mark, "a listing stands in notes", remedy, "", "", "notes"))
            return place
        if listing is None:
            return Place(None, silent=True)
        broken = listing.snippet not in self.chapter.snippets
        if not broken:
            self.listings.append(listing)
        return Place(listing.snippet, silent=broken)

    def _output(self, fence: Fence, place: Place) -> None:
        self.output_numerals += len(numerals(fence.text))
        if place.silent:
            return
        if place.listing is None:
            remedy = "show the listing above it, or give the fence another title"
            self.troubles.append(
                Trouble(fence.mark, "there is no listing above whose output this could be", remedy, "", "", "output")
            )
            return
        self.outputs.append(
            Output(fence.start, fence.end, fence.text_start, fence.text_end, fence.text, fence.indent, place.listing)
        )

    def _heading(self, block: Block, part: Part, notes: str) -> Place:
        """Begin a note, or end one at a heading of the first level; what is spoken of below the heading."""
        text = self.source.text
        self._measured()
        if self.notes:
            self.notes[-1] = replace(self.notes[-1], end=min(self.notes[-1].end, block.line))
        if block.level == 1:
            self.prose.read(block, part.place)
            return part.place
        snippet = self.chapter.snippets.get(notes)
        heading = read_heading(self.prose.clean, block, snippet)
        self.troubles += heading.troubles
        for quote in heading.quotes:
            if quote.statement in self.quoted:
                line = place_of(text, self.quoted[quote.statement])[0]
                remedy = "join the notes, or quote another statement"
                self.troubles.append(
                    Trouble(
                        quote.start,
                        f"this statement is explained in line {line} already",
                        remedy,
                        quote.text,
                        "",
                        "notes",
                    )
                )
            self.quoted.setdefault(quote.statement, quote.start)
        body = text.find("\n", block.end)
        body = len(text) if body < 0 else body + 1
        place = Place(notes, heading.quotes[0].statement) if heading.quotes else Place(notes, silent=True)
        if heading.quotes:
            self.notes.append(
                Note(block.line, len(text), heading.quotes, heading.title_start, block.end, body, Count(), 0)
            )
            self.sizes.append(self._so_far())
        self.prose.words(heading.title_start, block.end, place)
        return place


def _in_order(regions: Sequence[_R]) -> tuple[_R, ...]:
    return tuple(sorted(regions, key=lambda region: region.start))


def _one_line(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
