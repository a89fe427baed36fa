"""Scans one Markdown file, from its front matter to its last numeral, and returns a `Document`."""

from dataclasses import replace
from typing import Literal

from backprop_book.core.cache import Memo
from backprop_book.core.problems import place as place_of
from backprop_book.core.problems import shorten
from backprop_book.scan.block_parser import Block, Fence, Include, Layout, blanked, includes, layout, marked
from backprop_book.scan.book import Chapter
from backprop_book.scan.collector import Found
from backprop_book.scan.document import (
    Bare,
    Binding,
    Claim,
    ConfiguredTerm,
    Count,
    Document,
    Equation,
    Figure,
    Link,
    Listing,
    Mention,
    Note,
    Output,
    Placeholder,
    Relation,
    Waiver,
)
from backprop_book.scan.embeds import (
    check_all_includes,
    check_include,
    enclosing_element,
    is_listing,
    misspelt_include,
    nearest,
    read_figure,
    read_listing,
    read_placeholder,
    refuse_figures,
    unchecked_fence,
    unchecked_include,
)
from backprop_book.scan.notes import check_link, read_heading, read_link
from backprop_book.scan.prose import Prose
from backprop_book.scan.question import Place
from backprop_book.scan.source import Diagnostic, Front, Said, Source, conflicts, eaten, front_matter

_SHOWN = 200
"""Characters that a problem quotes at most."""


def scan_text(
    chapter: Chapter,
    path: str,
    text: str,
    newline: str = "\n",
    memo: Memo | None = None,
) -> Document:
    """Scan one document.

    Args:
        chapter: The configuration, the snippets and the figure scripts.
        path: The file's path relative to the root. A file below the folder of the pages is a page, one below the folder of the
            snippets is notes; of any other file only the marked parts are scanned.
        text: The file's text, front matter included.
        newline: The file's line ending.
        memo: Paragraphs of earlier versions of this document in the same chapter, which are not read again.

    Returns:
        The document; what is wrong with it is among its `problems`.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    scan = _Scan(chapter, path, text, newline, memo or Memo())
    scan.whole()
    return scan.document()


class _Notes:
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
        quotes, title_start = read_heading(self._prose, block, self._stem)
        for quote in quotes:
            if quote.statement in self._quoted:
                line = place_of(self._text, self._quoted[quote.statement])[0]
                message = f"this statement is explained in line {line} already"
                remedy = "join the notes, or quote another statement"
                self._prose.diagnose(quote.start, message, remedy, quote.text, "", "notes")
            self._quoted.setdefault(quote.statement, quote.start)
        end = len(self._text)
        body = self._text.find("\n", block.end) + 1 or end
        place = Place(self._stem, silent=True)
        if quotes:
            place = Place(self._stem, quotes[0].statement)
            self.notes.append(Note(block.line, end, quotes, title_start, block.end, body, Count(), 0))
            self._begun = (self._prose.count(), self._prose.found.words)
        self._prose.words(title_start, block.end, place)
        return place

    def finish(self) -> None:
        """End the last note, and report the notes without words."""
        self._measure()
        for note in self.notes:
            if not note.words:
                remedy = "say below the heading what the statement does and why, or remove the heading"
                shown = self._text[note.start : note.title_end]
                self._prose.diagnose(note.start, "this note has no words", remedy, shown, "", "notes")

    def _measure(self) -> None:
        if self._begun is not None:
            count, words = self._begun
            prose = self._prose
            self.notes[-1] = replace(self.notes[-1], count=prose.count() - count, words=prose.found.words - words)
            self._begun = None


class _Scan:
    """The scan of one document."""

    def __init__(self, chapter: Chapter, path: str, text: str, newline: str, memo: Memo) -> None:
        config = chapter.config
        self.kind: Literal["page", "notes", "readme"] = "readme"
        self.stem: str | None = None
        if path.startswith(f"{config.docs}/"):
            self.kind = "page"
        elif path.startswith(f"{config.snippets}/"):
            self.kind = "notes"
            self.stem = chapter.files.get(f"{path.removesuffix('.md')}.py", path.rpartition("/")[2].removesuffix(".md"))
        self.front = Front(0) if self.kind == "readme" else front_matter(text)
        self.chapter = chapter
        self.source = Source(path, text, self.front.body, newline)
        self.memo = memo
        self.no_figures = {"page": "", "notes": "notes", "readme": "a file that is no page"}[self.kind]
        self.listings: list[Listing] = []
        self.broken: list[Fence] = []
        self.outputs: list[Output] = []
        self.placeholders: list[Placeholder] = []
        self.title = ""
        self.said: list[Said] = []
        self.prose = Prose(chapter, bool(self.front.unchecked), is_built=self.kind != "readme")
        self.prose.found.diagnostics += self.front.diagnostics
        self.diagnose = self.prose.diagnose
        self.notes = _Notes(self.prose, self.stem or "", text)

    def whole(self) -> None:
        """Scan the whole file. Notes whose snippet does not exist are reported by `cross_checks`."""
        text, body = self.source.text, self.source.body
        self.prose.found.diagnostics += conflicts(text)
        if self.kind == "page":
            self._add(None if body else eaten(text))
            self._part(body, len(text), self._place(self.front.listing, self.front.listing_at))
            self.said += self.front.said
        elif self.kind == "notes":
            self._part(body, len(text), Place(self.stem, silent=self.stem not in self.chapter.snippets))
            self.notes.finish()
        else:
            markers, diagnostics = marked(text)
            self.prose.found.diagnostics += diagnostics
            for each in markers:
                self._part(each.start, each.end, self._place(each.stem, each.stem_start))
        self.prose.said(self.said)

    def document(self) -> Document:
        """The document with all that was found."""
        found = self.prose.found
        figures = found.of(Figure)
        for number, figure in enumerate(figures):
            if any(figure.name == other.name for other in figures[:number]):
                message, remedy = "this page shows the figure already", "refer to it in words"
                self.diagnose(figure.start, message, remedy, figure.name, "", "figure")
        problems = {
            self.source.problem(
                each.offset,
                each.message,
                found=_one_line(each.found),
                expected=_one_line(each.expected),
                remedy=_one_line(each.remedy),
                kind=each.kind,
            )
            for each in found.diagnostics
        }
        return Document(
            self.source, self.kind, self.stem, self.front.unchecked, tuple(self.listings), found.of(Claim),
            found.of(Equation), tuple(self.outputs), found.of(Mention), found.of(Waiver), found.of(ConfiguredTerm), found.of(Bare),
            tuple(self.notes.notes), self.prose.count(), tuple(sorted(problems)), found.of(Binding),
            tuple(self.placeholders), self.title or self.front.title, found.words, figures, found.of(Link),
            found.of(Relation),
        )  # fmt: skip

    def _add(self, diagnostic: Diagnostic | None) -> None:
        if diagnostic is not None:
            self.prose.found.diagnostics.append(diagnostic)

    def _place(self, stem: str | None, at: int) -> Place:
        """The place below a text that names a snippet at an offset."""
        if stem is not None and stem not in self.chapter.stems:
            near = nearest(stem, tuple(self.chapter.files.values()))
            self.diagnose(at, "there is no such snippet", "correct the name", stem, near, "listing")
            return Place(None, silent=True)
        return Place(stem, silent=stem is not None and stem not in self.chapter.snippets)

    def _part(self, start: int, end: int, above: Place) -> None:
        """Scan lines: all of a page or of notes, or a marked part of another file. Names before the first listing refer to `above`."""
        found = layout(self.source.text, start, end)
        self.prose.found.diagnostics += found.diagnostics
        self.prose.clean = blanked(self.source.text, found.hidden)
        self.prose.references = found.references
        for first, last in found.titles:
            self.prose.title(first, last)
        place = above
        for element in found.parts:
            match element:
                case Fence():
                    place = self._fence(element, place)
                case Include():
                    self._include(element)
                case Placeholder():
                    self._placeholder(element, found)
                case Block(level=level) if self.kind == "notes" and 0 < level <= 2:
                    place = self.notes.heading(element, above)
                case Block():
                    self._block(element, place)
        if self.kind == "page":
            shown: list[Listing | Fence] = [*self.listings, *self.broken]
            for each in check_all_includes(self.chapter, self.source.text, start, end):
                if not any(fence.start <= each.offset < fence.end for fence in shown):
                    self._add(each)

    def _block(self, block: Block, place: Place) -> None:
        """Read a paragraph, a table, a heading, or a figure with its caption, unless it was read before."""
        if block.level == 1 and not self.title:
            self.title = self.prose.plain(block.start, block.end)
        key = self.prose.clean[block.start : block.end], block.level, place, self.prose.references
        start, found = self.memo(lambda: self._paragraph(block, place), key)
        self.prose.found.add(found, block.start - start)

    def _paragraph(self, block: Block, place: Place) -> tuple[int, Found]:
        """Read a paragraph, and return its offset and what was found in it."""
        whole, self.prose.found = self.prose.found, Found()
        self._prose(block, place)
        whole, self.prose.found = self.prose.found, whole
        return block.start, whole

    def _prose(self, block: Block, place: Place) -> None:
        if self.no_figures:
            refuse_figures(self.prose, block, self.no_figures)
            if self.kind != "notes" or not self._link(block, place):
                self.prose.read(block, place)
            return
        figure = read_figure(self.prose, block)
        if figure is None:
            self.prose.read(block, place)
            return
        if figure.name in self.chapter.scripts:
            self.prose.found.regions.append(figure)
        self.prose.words(figure.caption, figure.end, place)

    def _link(self, block: Block, place: Place) -> bool:
        """Read a paragraph of notes as a link, and say whether it is one."""
        own = self.stem
        if own is None or own not in self.chapter.snippets or block.level:
            return False
        before = len(self.prose.found.diagnostics)
        link = read_link(self.prose, block, own)
        wrong = len(self.prose.found.diagnostics) > before
        if link is None:
            return wrong
        self.prose.words(link.end, block.end, place)
        if not (wrong or place.silent):
            check_link(self.prose, link, own)
        self.prose.found.regions.append(link)
        return True

    def _include(self, include: Include) -> None:
        wrong = check_include(self.chapter, include)
        if wrong is None and not (include.escaped or self.front.unchecked):
            wrong = unchecked_include(self.source.text, include)
        self._add(wrong)

    def _placeholder(self, placeholder: Placeholder, around: Layout) -> None:
        shown = self.source.text[placeholder.mark : placeholder.end]
        if self.kind == "notes":
            self.diagnose(placeholder.mark, "a place holder stands in notes", "move it to a page", shown)
            return
        before = [each for each in around.parts if isinstance(each, Block) and each.end <= placeholder.start]
        element = enclosing_element(self.prose, before)
        if element and placeholder.name == "verification":
            message = "this place holder stands inside HTML, where nothing is filled in"
            self.diagnose(
                placeholder.mark, message, "move it out of the element", shown, f"no open <{element}> before it"
            )
        elif found := read_placeholder(self.prose, self.source.path, placeholder, shown):
            self.placeholders.append(found)

    def _fence(self, fence: Fence, place: Place) -> Place:
        """Read a fence, and return what names after it refer to."""
        if fence.title:
            end = fence.title_start + len(fence.title)
            self.said.append(Said(fence.title_start, end, "title of this fence", fence.title))
        if (fence.title or "").lower() == "output":
            self._output(fence, place)
            return place
        found, is_alone = includes(self.source.text, fence)
        if not is_listing(self.chapter, fence, found):
            return self._other_fence(fence, found, place)
        if self.kind == "notes":
            remedy = "show the snippet on a page, and explain its statements here"
            self.diagnose(fence.mark, "a listing stands in notes", remedy, kind="notes")
            return place
        listing = read_listing(self.prose, self.source.text, fence, found, is_alone)
        if listing is None:
            self.broken.append(fence)
            return Place(None, silent=True)
        is_broken = listing.snippet not in self.chapter.snippets
        if not is_broken:
            self.listings.append(listing)
        return Place(listing.snippet, silent=is_broken)

    def _other_fence(self, fence: Fence, found: tuple[Include, ...], place: Place) -> Place:
        """Read a fence that is neither an output nor a listing, and return what names after it refer to."""
        wrong = [each for include in found if (each := check_include(self.chapter, include)) is not None]
        self.prose.found.diagnostics += wrong
        if wrong or not fence.closed or self.front.unchecked:
            return place
        if found:
            self._add(unchecked_include(self.source.text, found[0]))
        elif nearly := misspelt_include(self.source.text, fence):
            self._add(nearly)
            return Place(None, silent=True) if fence.language in ("python", "py") else place
        else:
            self._add(unchecked_fence(fence))
        return place

    def _output(self, fence: Fence, place: Place) -> None:
        """Read a fence titled "Output", which shows what the listing above it prints."""
        self.prose.cover("outputs", fence.text)
        if place.silent:
            return
        if place.listing is None:
            remedy = "show the listing above it, or give the fence another title"
            message = "there is no listing above whose output this could be"
            self.diagnose(fence.mark, message, remedy, kind="output")
            return
        self.outputs.append(
            Output(fence.start, fence.end, fence.text_start, fence.text_end, fence.text, fence.indent, place.listing)
        )


def _one_line(text: str) -> str:
    return shorten(" ".join(text.split()), _SHOWN)
