"""plain: Markdown that stands for itself, without what only this book understands or can reach."""

import re

from backprop_book.chapter.blocks import Block, blanked
from backprop_book.chapter.document import Document
from backprop_book.chapter.inline import spans
from backprop_book.chapter.layout import layout
from backprop_book.chapter.span import Span

_FAR = re.compile(r"\(\s*<?[A-Za-z][A-Za-z0-9+.-]+:")


def plain(document: Document, start: int, end: int) -> str:
    """Markdown of a part of a document, from the start of a line, as any program shows it.

    Claims, waivers and bound headers are reduced to their words, attribute lists are dropped, and of links to other pages of the book
    only the words stay; links to other sites stay as they are.
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
    """What has to go of an inline element."""
    if span.kind == "tied":
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
    """Where the bracket that `closing` closes opens, the exclamation mark of an image included."""
    depth = 0
    for at in range(closing, -1, -1):
        depth += (clean[at] == "]") - (clean[at] == "[")
        if not depth:
            return at - (clean[at - 1 : at] == "!")
    return closing  # pragma: no cover - the scanner has found the opening bracket
