"""The block structure of Markdown: paragraphs, headings, fences, includes and comments of the form `<!-- book: ... -->`.

The scanner calls `layout` for each file. It follows Python-Markdown with the extensions of Material: list items, admonitions,
tabs and footnotes indent their content by four columns, a list begins after an empty line, and a fence may be indented.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from backprop_book.chapter.source import Trouble

FORMS = (
    "<!-- book: verification -->",
    "<!-- book: beside first_snippet second_snippet -->",
    "<!-- book: reading-time first-page.md second-page.md -->",
)
"""What a page may hold a place for."""
_EXACT = re.compile(r"book:[ \t]*(\S+)((?:[ \t]+\S+)*)")
READING_TIME = "reading-time"
"""The place for a list of pages with their minutes; with no page, for the minutes of all pages that are listed so."""
_NAMED = {"verification": range(1), "beside": range(2, 3), READING_TIME: range(1000)}
"""How many snippets, or pages, are named after it."""
_ALIKE = 0.7


def words_of(comment: str) -> tuple[str, ...]:
    """The words of a comment in small letters, each colon at the end of one: ours begin with `book:`."""
    inside = comment.strip().removeprefix("<!--").removesuffix("-->")
    return tuple(re.sub(r"\s*:\s*", ": ", inside.lower()).split())


def is_like(words: str, form: str) -> bool:
    """Whether words that are not those of a form may be meant as them."""
    return difflib.SequenceMatcher(None, words, form).ratio() >= _ALIKE


def slot_stems(comment: str) -> tuple[str, ...]:
    """The snippets, or the pages, that a place holder names."""
    return tuple(comment.removeprefix("<!--").removesuffix("-->").split()[2:])


def slot_name(comment: str) -> str | None:
    """What a comment holds a place for.

    Args:
        comment: The comment, with its delimiters.

    Returns:
        One of `NAMES`; an empty string if the comment is meant as a place holder but is misspelt; None for any other comment,
        which is nobody's business.
    """
    inside = comment.removeprefix("<!--").removesuffix("-->").strip()
    found = _EXACT.fullmatch(inside)
    if found is not None and len(found[2].split()) in _NAMED.get(found[1], ()):
        return found[1]
    # A place holder that is overlooked would be a page without its tables, and nobody would know. What it names says nothing of it.
    words = words_of(comment)
    said = (" ".join(words), " ".join(words[:2]))
    is_meant = words[:1] == ("book:",) or any(is_like(each, f"book: {name}") for each in said for name in _NAMED)
    return "" if is_meant else None


def slot_trouble(offset: int, comment: str, name: str) -> Trouble:
    """What is wrong with a comment that is meant as a place holder: its spelling, or its place in a line of text."""
    if name:
        return Trouble(offset, "a place holder stands in a line of text", "give it a line of its own", comment)
    expected = f"{', '.join(FORMS[:-1])} or {FORMS[-1]}"
    return Trouble(offset, "this comment holds a place for nothing", "correct it, or remove it", comment, expected)


_OPENING = re.compile(r"(`{3,})([^`\n]*)$|(~{3,})([^\n]*)$", re.MULTILINE)
_LANGUAGE = re.compile(r"[ \t]*\{?[ \t]*\.?([\w#.+-]+)(?![\w=\"'])")
_FENCE_TITLE = re.compile(r"""(?<![\w-])title=(?:"([^"\n]*)"|'([^'\n]*)')""")
_INCLUDE = re.compile(r"""(;*)-+8<-+(?:[ \t]+(?:"((?:\\"|[^"\n])+)"|'((?:\\'|[^'\n])+)')[ \t]*)?$""", re.MULTILINE)
_PREFIX = re.compile(r"[ \t>]*")


@dataclass(frozen=True, slots=True)
class Include:
    """A line that includes a file."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    target: str
    """The file and, after colons, its section or lines, as written; empty for the line that begins or ends a block of includes."""
    escaped: bool
    """Whether a semicolon makes it plain text."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Fenced code."""

    start: int
    """Start of the line of the opening fence."""
    end: int
    """End of the closing fence, without its newline."""
    mark: int
    """Offset of its first backtick or tilde."""
    ticks_end: int
    """Offset after its last backtick or tilde."""
    text_start: int
    """Start of the first line inside."""
    text_end: int
    """End of the last line inside, its newline included."""
    language: str
    """The language in lower case, or an empty string."""
    title: str | None
    """The title, if it has one."""
    title_start: int
    """Offset of its first character; without meaning if there is none."""
    indent: int
    """How many characters stand before the fence: indentation and quotation marks."""
    text: str
    """The lines inside, without what stands before the fence."""
    closed: bool
    """Whether there is a closing fence."""


def fence_at(text: str, start: int, at: int, end: int) -> Fence | None:
    """The fence that begins on the line at `start`, whose content begins at `at`; it ends before `end`."""
    stop = text.find("\n", at, end)
    found = _OPENING.match(text, at, end if stop < 0 else stop)
    if found is None:
        return None
    ticks = found[1] or found[3]
    info = found[2] or found[4] or ""
    inside = min(found.end() + 1, end)
    closing = re.compile(rf"^[ \t>]*{re.escape(ticks)}[ \t]*$", re.MULTILINE).search(text, inside, end)
    text_end = closing.start() if closing else end
    indent = at - start
    language = _LANGUAGE.match(info)
    title = _FENCE_TITLE.search(info)
    return Fence(
        start, closing.end() if closing else end, at, at + len(ticks), min(inside, text_end), text_end,
        language[1].lower() if language else "", (title[1] or title[2] or "") if title else None,
        at + len(ticks) + (title.start(title.lastindex or 0) if title else 0), indent,
        "".join(_stripped(line, indent) for line in re.split(r"(?<=\n)", text[inside:text_end])), closing is not None,
    )  # fmt: skip


def include_at(text: str, at: int, stop: int) -> Include | None:
    """The include that is written on the line from `at` to `stop`, if it is one."""
    found = _INCLUDE.match(text, at, stop)
    if found is None:
        return None
    return Include(at, stop, found[2] or found[3] or "", bool(found[1]))


def includes(text: str, fence: Fence) -> tuple[tuple[Include, ...], bool]:
    """The includes inside a fence, and whether the fence holds anything else."""
    found = []
    other = False
    at = fence.text_start
    while at < fence.text_end:
        stop = text.find("\n", at, fence.text_end)
        stop = fence.text_end if stop < 0 else stop
        prefix = _PREFIX.match(text, at, stop)
        assert prefix is not None, "the pattern matches nothing, too"
        include = include_at(text, prefix.end(), stop)
        if include is not None and not include.escaped:
            found.append(include)
        elif prefix.end() < stop:
            other = True
        at = stop + 1
    return tuple(found), other


def _stripped(line: str, indent: int) -> str:
    prefix = _PREFIX.match(line[:indent])
    return line[prefix.end() :] if prefix else line


TAB = 4


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a table, the text of a list item or of a title: prose that is read as a whole."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    level: int = 0
    """For a heading, 1 to 6."""
    line: int = 0
    """Offset of the start of its first line."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A comment on lines of its own that holds a place for what the site fills in."""

    start: int
    """Start of its first line."""
    mark: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    name: str
    """What is to stand there."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a text consists of."""

    parts: tuple[Block | Fence | Include | Hole, ...]
    """Prose, fences, includes and place holders, in the order of the text."""
    hidden: tuple[tuple[int, int], ...]
    """Stretches inside blocks that are no prose: markers and indentation at the beginning of lines."""
    references: frozenset[str]
    """Labels that reference definitions of this text define, in lower case."""
    troubles: tuple[Trouble, ...]
    """What is wrong with the structure."""
    titles: tuple[tuple[int, int], ...]
    """Where reference definitions give their links a title."""


def blanked(text: str, hidden: Sequence[tuple[int, int]]) -> str:
    """The text with spaces in place of what is hidden."""
    pieces = []
    at = 0
    for start, end in hidden:
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


_MARKER = re.compile(r"[ \t]*<!--[ \t]*book:[ \t]*(\S+)[ \t]*-->[ \t]*")
_COMMENT = re.compile(r"[ \t]*<!--.*?-->[ \t]*")
_FENCE = re.compile(
    r"[ \t>]*(`{3,}(?=[^`]*$)|~{3,})"
)  # as in the module `fences`: code between three backticks opens none


@dataclass(frozen=True, slots=True)
class Marked:
    """A part of a file that is no page, between `<!-- book: stem -->` and `<!-- book: end -->`."""

    start: int
    """Offset of the start of its first line."""
    end: int
    """Offset after its last line."""
    stem: str
    """The snippet that it speaks of."""
    stem_start: int
    """Where that is said."""


def marked(text: str) -> tuple[tuple[Marked, ...], tuple[Trouble, ...]]:
    """The marked parts of a text, outside of fences, and what is wrong with the markers."""
    parts: list[Marked] = []
    troubles: list[Trouble] = []
    begun: tuple[int, int, str, int] | None = None
    fence = ""
    at = 0
    for line in text.split("\n"):
        ticks = _FENCE.match(line)
        marker = _MARKER.fullmatch(line)
        start, at = at, at + len(line) + 1
        if ticks and (not fence or line.strip(" \t>") == fence):
            fence = "" if fence else ticks[1]
        elif fence or marker is None:
            if not fence and begun is None and _COMMENT.fullmatch(line) and _is_meant(words_of(line)):
                remedy = "write <!-- book: snippet --> or <!-- book: end -->, or remove it"
                troubles.append(Trouble(start, "this comment marks no part of the file", remedy, line.strip()))
        elif marker[1] != "end":
            if begun is not None:
                troubles.append(_unclosed(text, begun[0], begun[1]))
            begun = (start, min(at, len(text)), marker[1], start + len(line) - len(line.lstrip()))
        elif begun is None:
            remedy = "write <!-- book: snippet --> above it, or remove it"
            troubles.append(Trouble(start, "a verified part ends that has not begun", remedy, line.strip()))
        else:
            parts.append(Marked(begun[1], start, begun[2], begun[3]))
            begun = None
    if begun is not None:
        troubles.append(_unclosed(text, begun[0], begun[1]))
    elif not parts and not troubles:
        remedy = "write <!-- book: snippet --> above the part that is to be verified, and <!-- book: end --> below it"
        troubles.append(Trouble(0, "no part of this file is verified", remedy))
    return tuple(parts), tuple(troubles)


def _is_meant(words: tuple[str, ...]) -> bool:
    """Whether a comment that is no marker was meant as one: two that are overlooked would leave out a part, and nobody would know."""
    return words[:1] == ("book:",) or (len(words) == 2 and is_like(words[0], "book:"))


def _unclosed(text: str, start: int, end: int) -> Trouble:
    shown = text[start:end].strip()
    return Trouble(start, "this verified part does not end", "write <!-- book: end --> below it", shown)


@lru_cache(maxsize=256)  # it depends on nothing else, like front matter
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
