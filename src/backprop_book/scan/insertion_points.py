"""Where HTML can be inserted into a document without breaking its Markdown, and parts of it as plain Markdown."""

import re
from dataclasses import dataclass
from typing import Literal

from backprop_book.scan.block_parser import FOOTNOTE, Block, Element, Fence, Include, Layout, blanked, includes, layout
from backprop_book.scan.document import Document, Placeholder
from backprop_book.scan.inline_parser import Span, spans
from backprop_book.scan.source import TextRange


@dataclass(frozen=True, slots=True)
class Spot(TextRange):
    """A range of a document where HTML can be inserted. It ends where it begins if it is between two characters."""

    kind: Literal["words", "point", "line", "block"]
    """`words`: inline content that tags can enclose. `point`: a point between inline content. `line`: the start of a line, above
    which a block can be inserted. `block`: whole lines that a block can replace."""
    indent: str = ""
    """For `line` and `block`: the indentation that the lines of a block need."""


class InsertionPoints:
    """The structure of one document, for any number of offsets."""

    def __init__(self, document: Document) -> None:
        self._document = document
        source = document.source
        self._layout: Layout = layout(source.text, source.body, len(source.text))
        self._clean = blanked(source.text, self._layout.hidden)

    def at(self, offset: int) -> Spot | None:
        """The spot nearest to an offset; None if there is none, as in the front matter or in HTML."""
        for part in self._layout.parts:
            start = part.line if isinstance(part, Block) else part.start
            if start <= offset <= part.end:
                return self._inside(part, offset)
        return None

    def including(self) -> tuple[tuple[Spot, tuple[str, ...]], ...]:
        """The fences and lines that include files, each with what it includes."""
        text = self._document.source.text
        found: list[tuple[Spot, tuple[str, ...]]] = []
        for part in self._layout.parts:
            if isinstance(part, Include) and part.target and not part.escaped:
                found.append((self._whole(part), (part.target,)))
            elif isinstance(part, Fence):
                targets = tuple(include.target for include in includes(text, part)[0] if include.target)
                if targets:
                    found.append((self._whole(part), targets))
        return tuple(found)

    def _inside(self, part: Element, offset: int) -> Spot:
        if not isinstance(part, Block):
            return self._whole(part)
        # Python-Markdown shows no footnote inside a footnote.
        if part.level or FOOTNOTE.match(self._clean, offset):
            return Spot(part.line, part.line, "line", self._indent(part.line))
        bare = next((bare for bare in self._document.bare if bare.start == offset), None)
        span = self._span(part, offset)
        if span is None:
            return Spot(offset, bare.end, "words") if bare else Spot(offset, offset, "point")
        if span.kind in ("code", "math"):
            return Spot(span.start, span.end, "words")
        if span.has_braces:
            return Spot(span.start, span.start, "point")
        return self._end(part)

    def _span(self, block: Block, offset: int) -> Span | None:
        found = spans(self._clean, block.start, block.end, self._layout.references)[0]
        return next((span for span in found if span.start <= offset < span.end), None)

    def _end(self, block: Block) -> Spot:
        """The end of a paragraph or of the last cell of a table."""
        text = self._document.source.text
        end = block.end
        while end > block.start and text[end - 1] in " \t|":
            end -= 1
        return Spot(end, end, "point")

    def _whole(self, part: Fence | Include | Placeholder) -> Spot:
        start = self._document.source.text.rfind("\n", 0, part.start) + 1
        return Spot(start, part.end, "block", self._indent(start))

    def _indent(self, start: int) -> str:
        text = self._document.source.text
        end = start
        while text[end : end + 1] in (" ", "\t"):
            end += 1
        return text[start:end]


_FAR = re.compile(r"\(\s*<?[A-Za-z][A-Za-z0-9+.-]+:")


def plain(document: Document, start: int, end: int) -> str:
    """A part of a document as Markdown that other programs show, too.

    Claims, waivers and bound headers become their words, links to other pages of the book become their words, and attribute lists
    are removed. Links to other sites stay.

    Args:
        document: The document.
        start: Start of a line.
        end: End of the part.
    """
    text = document.source.text
    found = layout(text, start, end)
    clean = blanked(text, found.hidden)
    gone: list[tuple[int, int]] = []
    for part in found.parts:
        if isinstance(part, Block):
            for span in spans(clean, part.start, part.end, found.references)[0]:
                gone += _gone(clean, span)
    pieces = []
    at = start
    for begin, stop in sorted(gone):
        pieces.append(text[at:begin])
        at = max(at, stop)
    return "".join([*pieces, text[at:end]]).strip()


def _gone(clean: str, span: Span) -> list[tuple[int, int]]:
    """The ranges of an inline element to remove."""
    if span.has_braces:
        inner = [each for within in span.inner for each in _gone(clean, within)]
        return [(span.start, span.inner_start), *inner, (span.inner_end, span.end)]
    if span.kind != "hidden":
        return []
    if clean[span.start] == "{":
        return [(span.start, span.end)]
    before = clean[span.start - 1 : span.start]
    if before == "]" and clean[span.start] in "([" and not _FAR.match(clean, span.start):
        opening = _opening(clean, span.start - 1)
        return [(opening, clean.index("[", opening) + 1), (span.start - 1, span.end)]
    return []


def _opening(clean: str, closing: int) -> int:
    """The offset of the bracket that `closing` closes, or of the exclamation mark before it."""
    depth = 0
    for at in range(closing, -1, -1):
        depth += (clean[at] == "]") - (clean[at] == "[")
        if not depth:
            return at - (clean[at - 1 : at] == "!")
    return closing  # pragma: no cover - the scanner has found the opening bracket
