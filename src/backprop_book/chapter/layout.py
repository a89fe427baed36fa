"""layout: the block structure of a Markdown text, line by line: what is prose, what is a fence, and what is neither.

It follows Python-Markdown with the extensions of Material: a list item, an admonition, a tab and a footnote indent what they hold
by four columns, a list begins after an empty line, a fence may be indented.
"""

import re

from backprop_book.chapter.blocks import TAB, Block, Hole, Layout
from backprop_book.chapter.fences import Fence, Include, fence_at, include_at
from backprop_book.chapter.slots import slot_name, slot_trouble
from backprop_book.chapter.trouble import Trouble


def layout(text: str, start: int, end: int) -> Layout:
    """Read the structure of `text` from `start` to `end`, which is the start of a line."""
    reader = _Reader(text, end)
    at = start
    while at < end:
        at = reader.line(at)
    reader.flush()
    return Layout(
        tuple(reader.parts),
        tuple(reader.hidden),
        frozenset(reader.references),
        tuple(reader.troubles),
        tuple(reader.titles),
    )


_SPACE = re.compile(r"[ \t]*")
_ITEM = re.compile(r"(?:[-*+]|[0-9]+\.)(?:[ \t]+|$)", re.MULTILINE)
_HEADING = re.compile(r"(#{1,6})[ \t]*")
_CLOSING_HASHES = re.compile(r"(?<!\\)#+[ \t]*\Z")
_TITLED = re.compile(r"(?:!!!|\?\?\?\+?|===[!+]{0,2})(?=[ \t])[^\"\n]*")
_TITLE = re.compile(r'"(.*)"[ \t]*$', re.MULTILINE)
FOOTNOTE = re.compile(r"\[\^[^\]\n]+\]:[ \t]*")
_ABBREVIATION = re.compile(r"\*\[[^\]\n]+\]:[ \t]*")
_REFERENCE = re.compile(r"""\[([^\[\]\n]+)\]:[ \t]*\S+[ \t]*(?:(["'])(.*)\2|\(([^\n]*)\))?[ \t]*$""", re.MULTILINE)
_PRINTED = ("pre", "textarea")
_RAW = re.compile(r"<(script|style|svg|pre|textarea)\b", re.IGNORECASE)


class _Reader:
    """Reads lines; remembers the containers that are open and the paragraph that is being read."""

    def __init__(self, text: str, end: int) -> None:
        self.text = text
        self.end = end
        self.parts: list[Block | Fence | Include | Hole] = []
        self.hidden: list[tuple[int, int]] = []
        self.references: set[str] = set()
        self.titles: list[tuple[int, int]] = []
        self.troubles: list[Trouble] = []
        self.bases: list[list[int]] = [[0]]  # for each depth of quotation, the columns at which open containers begin
        self.paragraph: tuple[int, int, int] | None = None
        self.in_item = False
        self.after_blank = True
        self.code: int | None = None

    def flush(self) -> None:
        """End the paragraph that is being read."""
        if self.paragraph is not None:
            line, start, end = self.paragraph
            self.parts.append(Block(start, end, line=line))
        self.paragraph = None
        self.in_item = False
        self.after_blank = True

    def line(self, start: int) -> int:
        """Read the line at `start`, and all of what begins there if it is more than a paragraph; give the next line's offset."""
        stop = self.text.find("\n", start, self.end)
        stop = self.end if stop < 0 else stop
        at, column, depth = self._prefix(start, stop)
        if at == stop:
            self._blank(depth)
            return stop + 1
        if depth != len(self.bases) - 1:
            self.flush()
            self.code = None
            self.bases[depth + 1 :] = []
            self.bases += [[0] for _ in range(depth + 1 - len(self.bases))]
        bases = self.bases[-1]
        item = _ITEM.match(self.text, at, stop)
        is_item = item is not None and (self.after_blank or self.in_item)
        if self.after_blank or is_item:
            while column < bases[-1]:
                bases.pop()
        if self.code is not None and column >= self.code:
            return stop + 1
        self.code = None
        if self.after_blank and column >= bases[-1] + TAB:
            self.flush()
            self.code = bases[-1] + TAB
            remedy = "write it between fences, or indent it less"
            self.troubles.append(Trouble(at, "nothing checks what is indented as code", remedy, self.text[at:stop]))
            return stop + 1
        if (after := self._whole(start, at, stop)) is not None:
            return after
        if self.paragraph is None or is_item:
            self.flush()
        return self._text(start, at, stop, item if is_item else None)

    def _prefix(self, start: int, stop: int) -> tuple[int, int, int]:
        """Where the content of a line begins, at which column (from the last quotation mark), and how deep it is quoted."""
        at, column, depth = self._indentation(start, stop)
        while at < stop and self.text[at] == ">" and (column < self._base(depth) + TAB or not self.after_blank):
            space = self.text[at + 1 : at + 2] == " " and at + 1 < stop
            at, column, _ = self._indentation(at + 1 + space, stop)
            depth += 1
        return at, column, depth

    def _base(self, depth: int) -> int:
        return self.bases[depth][-1] if depth < len(self.bases) else 0

    def _indentation(self, start: int, stop: int) -> tuple[int, int, int]:
        found = _SPACE.match(self.text, start, stop)
        assert found is not None, "the pattern matches nothing, too"
        return found.end(), len(found[0].expandtabs(TAB)), 0

    def _blank(self, depth: int) -> None:
        if self.code is None:
            self.flush()
        if depth < len(self.bases) - 1:
            self.bases[depth + 1 :] = []

    def _whole(self, start: int, at: int, stop: int) -> int | None:
        """Read what is no paragraph; None if the line is one."""
        text = self.text
        if (fence := fence_at(text, start, at, self.end)) is not None:
            self.flush()
            self.parts.append(fence)
            if not fence.closed:
                remedy = f"close it with a line {text[at : fence.ticks_end]} that is indented as the first"
                self.troubles.append(Trouble(at, "this fence is left open", remedy, text[at:stop].strip()))
            return fence.end + 1
        if (include := include_at(text, at, stop)) is not None:
            self.flush()
            self.parts.append(include)
            return stop + 1
        if text.startswith("<!--", at) or _RAW.match(text, at, stop):
            return self._raw(start, at, stop)
        if found := _HEADING.match(text, at, stop):
            self.flush()
            closing = _CLOSING_HASHES.search(text[found.end() : stop])
            end = found.end() + closing.start() if closing else stop
            self.parts.append(Block(found.end(), max(end, found.end()), len(found[1]), start))
            return stop + 1
        if found := _TITLED.match(text, at, stop):
            self.flush()
            if title := _TITLE.match(text, found.end(), stop):
                self.parts.append(Block(title.start(1), title.end(1), line=start))
            self.bases[-1].append(self.bases[-1][-1] + TAB)
            return stop + 1
        if (found := _REFERENCE.match(text, at, stop)) and not found[1].startswith("^"):
            self.flush()
            self.references.add(" ".join(found[1].lower().split()))
            if found.lastindex is not None and found.lastindex > 1:
                self.titles.append(found.span(4 if found[4] is not None else 3))
            return stop + 1
        return None

    def _raw(self, start: int, at: int, stop: int) -> int:
        """Skip a comment or an element whose content is no prose; what stands after it on its last line is a paragraph."""
        name = _RAW.match(self.text, at, stop)
        closing = "-->" if name is None else f"</{name[1]}>"
        found = re.compile(re.escape(closing), re.IGNORECASE).search(self.text, at, self.end)
        self.flush()
        if found is None:
            what = "comment" if name is None else f"element <{name[1]}>"
            self.troubles.append(
                Trouble(at, f"this {what} is left open", f"close it with {closing}", self.text[at:stop])
            )
            return stop + 1
        if name is not None and name[1].lower() in _PRINTED:
            message = f"nothing checks what stands in <{name[1]}>"
            self.troubles.append(Trouble(at, message, "write it between fences", self.text[at:stop]))
        line_end = self.text.find("\n", found.end(), self.end)
        line_end = self.end if line_end < 0 else line_end
        rest, _, _ = self._indentation(found.end(), line_end)
        if name is None and (meant := slot_name(comment := self.text[at : found.end()])) is not None:
            if meant and rest == line_end:
                self.parts.append(Hole(start, at, found.end(), meant))
            else:
                self.troubles.append(slot_trouble(at, comment, meant))
        return self._text(rest, rest, line_end, None) if rest < line_end else line_end + 1

    def _text(self, start: int, at: int, stop: int, item: re.Match[str] | None) -> int:
        """Read a line of a paragraph, an item's or a footnote's first line included."""
        begin = at
        if item is not None:
            self.in_item = True
            self.bases[-1].append(self.bases[-1][-1] + TAB)
            begin = item.end()
        elif found := FOOTNOTE.match(self.text, at, stop):
            self.flush()
            self.bases[-1] = [self.bases[-1][0], TAB]
            begin = found.end()
            if FOOTNOTE.match(self.text, begin, stop):
                message, remedy = "a footnote begins inside a footnote", "give it a line of its own"
                self.troubles.append(Trouble(begin, message, remedy, self.text[begin:stop]))
        elif found := _ABBREVIATION.match(self.text, at, stop):
            self.flush()
            begin = found.end()
        if self.paragraph is None:
            self.paragraph = (start, begin, stop)
        else:
            self.hidden.append((start, begin))
            self.paragraph = (*self.paragraph[:2], stop)
        self.after_blank = False
        return stop + 1
