"""Scans one Markdown file, from its front matter to its last numeral, and returns a `Document`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from backprop_book.core.problems import place as place_of
from backprop_book.core.problems import shorten
from backprop_book.numbers import numerals
from backprop_book.scan.block_parser import Block, Element, Fence, Include, Layout, Placeholder, blanked, layout, marked
from backprop_book.scan.book import Chapter
from backprop_book.scan.context import Place
from backprop_book.scan.document import (
    Bare,
    Binding,
    Claim,
    Count,
    Document,
    Equation,
    Figure,
    Link,
    Listing,
    Mention,
    Note,
    Output,
    Term,
    Waiver,
)
from backprop_book.scan.embeds import (
    check_all_includes,
    check_include,
    enclosing_element,
    inside_html,
    misplaced_figures,
    misspelt_include,
    nearest,
    read_figure,
    read_listing,
    read_output,
    read_placeholder,
    unchecked_fence,
    unchecked_include,
)
from backprop_book.scan.notes import read_heading, read_link, uncompared
from backprop_book.scan.prose import Prose, read_said, read_title
from backprop_book.scan.source import Diagnostic, Front, Said, Source, TextRange, conflicts, eaten, front_matter

_R = TypeVar("_R", Claim, Equation, Mention, Waiver, Term, Bare, Binding)
_SHOWN = 200
"""Characters that a problem quotes at most."""


@dataclass(frozen=True, slots=True)
class Part(TextRange):
    """Lines of a text that are scanned: all of a page or of notes, or a marked part of another file."""

    place: Place
    """What names refer to before its first listing."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A block of a part, with what names refer to around it."""

    part: int
    """Index of the part."""
    index: int
    """Index of the block in the part."""
    element: Element
    """The block."""
    before: Place
    """What names in it refer to."""
    after: Place
    """What names after it refer to."""


def scan_text(chapter: Chapter, path: str, text: str, newline: str = "\n") -> Document:
    """Scan one document.

    Args:
        chapter: The configuration, the snippets and the figure scripts.
        path: The file's path relative to the root. A file below the folder of the pages is a page, one below the folder of the
            snippets is notes; of any other file only the marked parts are scanned.
        text: The file's text, front matter included.
        newline: The file's line ending.

    Returns:
        The document; what is wrong with it is among its `problems`.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    scan = Scan(chapter, path, text, newline)
    scan.whole()
    return scan.document()


class Explanations:
    """Reads the headings of one snippet's notes, and counts the words and numerals below each of them."""

    def __init__(self, prose: Prose, stem: str, text: str) -> None:
        self.notes: list[Note] = []
        """The notes so far; the last one has not ended."""
        self._prose = prose
        self._stem = stem
        self._text = text
        self._quoted: dict[int, int] = {}
        self._begun: tuple[Count, int] | None = None

    def heading(self, block: Block, above: Place) -> Place:
        """Begin a note at a heading of level two, or end one at a heading of level one.

        Args:
            block: The heading.
            above: What names outside of a note refer to.

        Returns:
            What names below the heading refer to.
        """
        self._measure()
        if self.notes:
            self.notes[-1] = replace(self.notes[-1], end=min(self.notes[-1].end, block.line))
        if block.level == 1:
            self._prose.read(block, above)
            return above
        heading = read_heading(self._prose.clean, block, self._prose.chapter.snippets.get(self._stem))
        self._prose.diagnostics += heading.diagnostics
        for quote in heading.quotes:
            if quote.statement in self._quoted:
                line = place_of(self._text, self._quoted[quote.statement])[0]
                message = f"this statement is explained in line {line} already"
                remedy = "join the notes, or quote another statement"
                self._prose.diagnostics.append(Diagnostic(quote.start, message, remedy, quote.text, "", "notes"))
            self._quoted.setdefault(quote.statement, quote.start)
        end = len(self._text)
        body = self._text.find("\n", block.end) + 1 or end
        place = Place(self._stem, silent=True)
        if heading.quotes:
            place = Place(self._stem, heading.quotes[0].statement)
            self.notes.append(Note(block.line, end, heading.quotes, heading.title_start, block.end, body, Count(), 0))
            self._begun = (self._prose.count(), self._prose.size)
        self._prose.words(heading.title_start, block.end, place)
        return place

    def finish(self) -> None:
        """End the last note, and report the notes without words."""
        self._measure()
        for note in self.notes:
            if not note.words:
                remedy = "say below the heading what the statement does and why, or remove the heading"
                shown = self._text[note.start : note.title_end]
                self._prose.diagnostics.append(
                    Diagnostic(note.start, "this note has no words", remedy, shown, "", "notes")
                )

    def _measure(self) -> None:
        if self._begun is not None:
            count, words = self._begun
            self.notes[-1] = replace(self.notes[-1], count=self._prose.count() - count, words=self._prose.size - words)
            self._begun = None


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
        self.broken: list[Fence] = []
        self.outputs: list[Output] = []
        self.placeholders: list[Placeholder] = []
        self.links: list[Link] = []
        self.title = ""
        self.said: list[Said] = []
        self.diagnostics: list[Diagnostic] = [*front.diagnostics]
        self.prose = Prose(chapter, bool(front.unchecked), is_built=self.kind != "readme")
        self.explanations = Explanations(self.prose, self.stem or "", self.source.text)

    def whole(self) -> None:
        """Scan the whole file. Notes whose snippet does not exist are reported by `cross_checks`."""
        end = len(self.source.text)
        self.diagnostics += conflicts(self.source.text)
        if self.kind == "page":
            self.diagnostics += () if self.front.body or (first := eaten(self.source.text)) is None else (first,)
            self._part(Part(self.front.body, end, self._place(self.front.listing, self.front.listing_at)))
            self.said += self.front.said
        elif self.kind == "notes":
            self._part(Part(self.front.body, end, Place(self.stem, silent=self.stem not in self.chapter.snippets)))
            self.explanations.finish()
        else:
            markers, diagnostics = marked(self.source.text)
            self.diagnostics += diagnostics
            for each in markers:
                self._part(Part(each.start, each.end, self._place(each.stem, each.stem_start)))
        read_said(self.prose, self.said)

    def document(self) -> Document:
        """The document with all that was found so far."""
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
            for each in (*self.diagnostics, *prose.diagnostics)
        }
        return Document(
            self.source, self.kind, self.stem, self.front.unchecked, tuple(self.listings), _in_order(prose.claims),
            _in_order(prose.equations), tuple(self.outputs), _in_order(prose.mentions), _in_order(prose.waivers),
            _in_order(prose.terms), _in_order(prose.bare), tuple(self.explanations.notes), prose.count(),
            tuple(sorted(problems)), _in_order(prose.bindings), tuple(self.placeholders), self.title or self.front.title,
            prose.size, tuple(self.figures), tuple(self.links),
            tuple(prose.relations), frozenset(prose.sought),
        )  # fmt: skip

    def _place(self, stem: str | None, at: int) -> Place:
        """What names refer to where a snippet is named at an offset."""
        if stem is not None and stem not in self.chapter.stems:
            near = nearest(stem, tuple(self.chapter.files.values()))
            self.diagnostics.append(
                Diagnostic(at, "there is no such snippet", "correct the name", stem, near, "listing")
            )
            return Place(None, silent=True)
        return Place(stem, silent=stem is not None and stem not in self.chapter.snippets)

    def _part(self, part: Part) -> None:
        found = layout(self.source.text, part.start, part.end)
        self.diagnostics += found.diagnostics
        self.enter(part, found)
        for start, end in found.titles:
            read_title(self.prose, start, end)
        place = part.place
        for index, element in enumerate(found.parts):
            after = self.element(element, place, part)
            self.reached.append(Reached(len(self.parts) - 1, index, element, place, after))
            place = after
        if self.kind == "page":
            shown: list[Listing | Fence] = [*self.listings, *self.broken]
            self.diagnostics += [
                each
                for each in check_all_includes(self.chapter, self.source.text, part.start, part.end)
                if not any(fence.start <= each.offset < fence.end for fence in shown)
            ]

    def enter(self, part: Part, found: Layout) -> None:
        """Prepare for the blocks of a part."""
        self.parts.append((part, found))
        self.prose.clean = blanked(self.source.text, found.hidden)
        self.prose.references = found.references

    def element(self, element: Element, place: Place, part: Part) -> Place:
        """Scan one block.

        Args:
            element: The block. In notes, headings of level two quote statements.
            place: What names in it refer to.
            part: The part that it belongs to.

        Returns:
            What names after it refer to.
        """
        is_notes = self.kind == "notes"
        match element:
            case Fence():
                return self._fence(element, place)
            case Include():
                self._include(element)
            case Placeholder():
                self._placeholder(element)
            case Block(level=level) if is_notes and 0 < level <= 2:
                return self.explanations.heading(element, part.place)
            case _:
                if element.level == 1 and not self.title:
                    self.title = self.prose.plain(element.start, element.end)
                self._prose(element, place)
        return place

    def _prose(self, block: Block, place: Place) -> None:
        """Read a paragraph, a table, a heading, or a figure with its caption."""
        if self.no_figures:
            self.diagnostics += misplaced_figures(self.chapter, self.prose.clean, block, self.no_figures)
            if self.kind != "notes" or not self._link(block, place):
                self.prose.read(block, place)
            return
        figure, diagnostics = read_figure(self.chapter, self.prose.clean, block)
        self.diagnostics += diagnostics
        if figure is None:
            self.prose.read(block, place)
            return
        if any(shown.name == figure.name for shown in self.figures):
            message, remedy = "this page shows the figure already", "refer to it in words"
            self.diagnostics.append(Diagnostic(block.start, message, remedy, figure.name, "", "figure"))
        if figure.name in self.chapter.scripts:
            self.figures.append(figure)
        self.prose.words(figure.caption, figure.end, place)

    def _link(self, block: Block, place: Place) -> bool:
        """Read a paragraph of notes as a link, and say whether it is one."""
        own = self.stem
        if own is None or own not in self.chapter.snippets or block.level:
            return False
        link, diagnostics = read_link(self.chapter, self.prose.clean, block, own)
        self.diagnostics += diagnostics
        if link is None:
            return bool(diagnostics)
        before = len(self.prose.claims)
        self.prose.words(link.end, block.end, place)
        if not (diagnostics or place.silent):
            self.diagnostics += uncompared(self.chapter, link, own, self.prose.claims[before:])
        self.links.append(link)
        return True

    def _include(self, include: Include) -> None:
        wrong = check_include(self.chapter, include)
        self.diagnostics += wrong
        if not (wrong or include.escaped or self.front.unchecked):
            self.diagnostics.append(unchecked_include(self.source.text, include))

    def _placeholder(self, placeholder: Placeholder) -> None:
        shown = self.source.text[placeholder.mark : placeholder.end]
        if self.kind == "notes":
            self.diagnostics.append(
                Diagnostic(placeholder.mark, "a place holder stands in notes", "move it to a page", shown)
            )
            return
        elements = self.parts[-1][1].parts
        before = [each for each in elements if isinstance(each, Block) and each.end <= placeholder.start]
        element = enclosing_element(self.prose.clean, before, self.prose.references)
        if element and placeholder.name == "verification":
            self.diagnostics.append(inside_html(placeholder.mark, shown, element))
            return
        found, diagnostics = read_placeholder(self.chapter, self.source.path, placeholder, shown)
        self.diagnostics += diagnostics
        self.placeholders += found

    def _fence(self, fence: Fence, place: Place) -> Place:
        """Read a fence, and return what names after it refer to."""
        if fence.title:
            end = fence.title_start + len(fence.title)
            self.said.append(Said(fence.title_start, end, "title of this fence", fence.title))
        if (fence.title or "").lower() == "output":
            output, diagnostics = read_output(fence, place)
            self.prose.counts["outputs"] += len(numerals(fence.text))
            self.outputs += output
            self.diagnostics += diagnostics
            return place
        listing, is_listing, diagnostics = read_listing(self.chapter, self.source.text, fence)
        self.diagnostics += diagnostics
        if is_listing and listing is None:
            self.broken.append(fence)
        if not is_listing:
            if not fence.closed or self.front.unchecked or diagnostics:
                return place
            if nearly := misspelt_include(self.source.text, fence):
                self.diagnostics.append(nearly)
                return Place(None, silent=True) if fence.language in ("python", "py") else place
            self.diagnostics += unchecked_fence(self.source.text, fence)
            return place
        if self.kind == "notes":
            remedy = "show the snippet on a page, and explain its statements here"
            self.diagnostics.append(Diagnostic(fence.mark, "a listing stands in notes", remedy, "", "", "notes"))
            return place
        if listing is None:
            return Place(None, silent=True)
        is_broken = listing.snippet not in self.chapter.snippets
        if not is_broken:
            self.listings.append(listing)
        return Place(listing.snippet, silent=is_broken)


def _in_order(regions: Sequence[_R]) -> tuple[_R, ...]:
    return tuple(sorted(regions, key=lambda region: region.start))


def _one_line(text: str) -> str:
    return shorten(" ".join(text.split()), _SHOWN)
