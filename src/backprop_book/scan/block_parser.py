"""The block structure of Markdown: paragraphs, headings, fences, includes and comments of the form `<!-- book: ... -->`.

The scanner calls `layout` for each file. It follows Python-Markdown with the extensions of Material: list items, admonitions,
tabs and footnotes indent their content by four columns, a list begins after an empty line, and a fence may be indented.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from backprop_book.scan.document import Placeholder
from backprop_book.scan.source import Diagnostic, TextRange

TAB = 4
FORMS = (
    "<!-- book: verification -->",
    "<!-- book: beside first_snippet second_snippet -->",
    "<!-- book: reading-time first-page.md second-page.md -->",
)
"""How placeholders are written."""
READING_TIME = "reading-time"
"""Name of the placeholder for a list of pages with their minutes; without pages, for the minutes of all pages so listed."""
_ARGUMENTS = {"verification": range(1), "beside": range(2, 3), READING_TIME: range(1000)}
"""How many snippets or pages may follow the name of each placeholder."""
_ALIKE = 0.7
_PLACEHOLDER = re.compile(r"book:[ \t]*(\S+)((?:[ \t]+\S+)*)")
_OPENING = re.compile(r"(`{3,})([^`\n]*)$|(~{3,})([^\n]*)$", re.MULTILINE)
_LANGUAGE = re.compile(r"[ \t]*\{?[ \t]*\.?([\w#.+-]+)(?![\w=\"'])")
_FENCE_TITLE = re.compile(r"""(?<![\w-])title=(?:"([^"\n]*)"|'([^'\n]*)')""")
_INCLUDE = re.compile(r"""(;*)-+8<-+(?:[ \t]+(?:"((?:\\"|[^"\n])+)"|'((?:\\'|[^'\n])+)')[ \t]*)?$""", re.MULTILINE)
_PREFIX = re.compile(r"[ \t>]*")


@dataclass(frozen=True, slots=True)
class Block(TextRange):
    """A paragraph, a table, a heading, or the text of a list item or of an admonition's title."""

    level: int = 0
    """For a heading, 1 to 6."""
    line: int = 0
    """Offset of the start of its first line."""


@dataclass(frozen=True, slots=True)
class Include(TextRange):
    """A line that includes a file."""

    target: str
    """The file and, after colons, its section or lines, as written; empty for the line that begins or ends a block of includes."""
    escaped: bool
    """Whether a semicolon makes it plain text."""


@dataclass(frozen=True, slots=True)
class Fence(TextRange):
    """Fenced code, from the start of its first line to the end of the closing fence."""

    mark: int
    """Offset of its first backtick or tilde."""
    ticks_end: int
    """Offset after the backticks or tildes that open it."""
    text_start: int
    """Start of the first line inside."""
    text_end: int
    """End of the last line inside, its newline included."""
    language: str
    """The language in lower case, or an empty string."""
    title: str | None
    """The title, if it has one."""
    title_start: int
    """Offset of the title; without meaning if there is none."""
    indent: int
    """Number of characters before the fence: indentation and quotation marks."""
    text: str
    """The lines inside, without what stands before the fence."""
    closed: bool
    """Whether there is a closing fence."""


Element = Block | Fence | Include | Placeholder


@dataclass(frozen=True, slots=True)
class Layout:
    """The block structure of a text."""

    parts: tuple[Element, ...]
    """Its blocks, in the order of the text."""
    hidden: tuple[tuple[int, int], ...]
    """Ranges inside blocks that are not prose: list markers and indentation at the beginning of lines, and marks of annotations."""
    references: frozenset[str]
    """Labels of the reference definitions, in lower case."""
    diagnostics: tuple[Diagnostic, ...]
    """Its mistakes."""
    titles: tuple[tuple[int, int], ...]
    """Ranges of the titles in reference definitions."""


def comment_words(comment: str) -> tuple[str, ...]:
    """The words of a comment in lower case; a colon ends a word, as in `book:`."""
    inside = comment.strip().removeprefix("<!--").removesuffix("-->")
    return tuple(re.sub(r"\s*:\s*", ": ", inside.lower()).split())


def is_like(words: str, form: str) -> bool:
    """Whether words are similar enough to a form to be a misspelling of it."""
    return difflib.SequenceMatcher(None, words, form).ratio() >= _ALIKE


def placeholder_arguments(comment: str) -> tuple[str, ...]:
    """The snippets or pages that a placeholder names."""
    return tuple(comment.removeprefix("<!--").removesuffix("-->").split()[2:])


def placeholder_name(comment: str) -> str | None:
    """The name of a placeholder.

    Args:
        comment: The comment, with its delimiters.

    Returns:
        The name; an empty string if the comment looks like a misspelt placeholder; None for any other comment.
    """
    inside = comment.removeprefix("<!--").removesuffix("-->").strip()
    found = _PLACEHOLDER.fullmatch(inside)
    if found is not None and len(found[2].split()) in _ARGUMENTS.get(found[1], ()):
        return found[1]
    # A misspelt placeholder that passed as a comment would be a page without its tables. Its arguments may resemble anything.
    words = comment_words(comment)
    said = (" ".join(words), " ".join(words[:2]))
    is_meant = words[:1] == ("book:",) or any(is_like(each, f"book: {name}") for each in said for name in _ARGUMENTS)
    return "" if is_meant else None


def placeholder_diagnostic(offset: int, comment: str, name: str) -> Diagnostic:
    """The diagnostic of a placeholder that stands in a line of text (with a `name`) or is misspelt (without)."""
    if name:
        return Diagnostic(offset, "a place holder stands in a line of text", "give it a line of its own", comment)
    expected = f"{', '.join(FORMS[:-1])} or {FORMS[-1]}"
    return Diagnostic(offset, "this comment holds a place for nothing", "correct it, or remove it", comment, expected)


def fence_at(text: str, start: int, at: int, end: int) -> Fence | None:
    """Parse the fence that begins on a line.

    Args:
        text: The document.
        start: Start of the line.
        at: Offset of the line's content, after indentation and quotation marks.
        end: Where the fence ends at the latest.

    Returns:
        The fence; None if the line opens none.
    """
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


def _stripped(line: str, indent: int) -> str:
    prefix = _PREFIX.match(line[:indent])
    return line[prefix.end() :] if prefix else line


def include_at(text: str, at: int, stop: int) -> Include | None:
    """The include on the line whose content goes from `at` to `stop`; None if there is none."""
    found = _INCLUDE.match(text, at, stop)
    return None if found is None else Include(at, stop, found[2] or found[3] or "", bool(found[1]))


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of each line between two offsets, without its newline."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def includes(text: str, fence: Fence) -> tuple[tuple[Include, ...], bool]:
    """The includes inside a fence, and whether the fence holds nothing else."""
    found = []
    is_alone = True
    for start, stop in lines(text, fence.text_start, fence.text_end):
        at = stop - len(text[start:stop].lstrip(" \t>"))
        include = include_at(text, at, stop)
        if include is not None and not include.escaped:
            found.append(include)
        elif at < stop:
            is_alone = False
    return tuple(found), is_alone


def blanked(text: str, hidden: Sequence[tuple[int, int]]) -> str:
    """The text with spaces in place of the hidden ranges."""
    pieces = []
    at = 0
    for start, end in hidden:
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


_MARKER = re.compile(r"[ \t]*<!--[ \t]*book:[ \t]*(\S+)[ \t]*-->[ \t]*")
_COMMENT = re.compile(r"[ \t]*<!--.*?-->[ \t]*")
_FENCE = re.compile(r"[ \t>]*(`{3,}(?=[^`]*$)|~{3,})")


@dataclass(frozen=True, slots=True)
class Marked(TextRange):
    """The lines of a verified file, such as the README, between `<!-- book: stem -->` and `<!-- book: end -->`."""

    stem: str
    """The snippet that the claims in it are about."""
    stem_start: int
    """Offset of the comment that names the snippet."""


def marked(text: str) -> tuple[tuple[Marked, ...], tuple[Diagnostic, ...]]:
    """The verified parts of a text that is not a page, and what is wrong with their markers. Markers in fences do not count."""
    parts: list[Marked] = []
    diagnostics: list[Diagnostic] = []
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
            if not fence and begun is None and _COMMENT.fullmatch(line) and _is_meant(comment_words(line)):
                remedy = "write <!-- book: snippet --> or <!-- book: end -->, or remove it"
                diagnostics.append(Diagnostic(start, "this comment marks no part of the file", remedy, line.strip()))
        elif marker[1] != "end":
            if begun is not None:
                diagnostics.append(_unclosed(text, begun[0], begun[1]))
            begun = (start, min(at, len(text)), marker[1], start + len(line) - len(line.lstrip()))
        elif begun is None:
            remedy = "write <!-- book: snippet --> above it, or remove it"
            diagnostics.append(Diagnostic(start, "a verified part ends that has not begun", remedy, line.strip()))
        else:
            parts.append(Marked(begun[1], start, begun[2], begun[3]))
            begun = None
    if begun is not None:
        diagnostics.append(_unclosed(text, begun[0], begun[1]))
    elif not parts and not diagnostics:
        remedy = "write <!-- book: snippet --> above the part that is to be verified, and <!-- book: end --> below it"
        diagnostics.append(Diagnostic(0, "no part of this file is verified", remedy))
    return tuple(parts), tuple(diagnostics)


def _is_meant(words: tuple[str, ...]) -> bool:
    """Whether a comment looks like a misspelt marker: with both markers misspelt, a part would silently not be verified."""
    return words[:1] == ("book:",) or (len(words) == 2 and is_like(words[0], "book:"))


def _unclosed(text: str, start: int, end: int) -> Diagnostic:
    shown = text[start:end].strip()
    return Diagnostic(start, "this verified part does not end", "write <!-- book: end --> below it", shown)


def layout(text: str, start: int, end: int) -> Layout:
    """The block structure of `text` between two starts of lines."""
    reader = _Reader(text, end)
    at = start
    while at < end:
        at = reader.line(at)
    reader.flush()
    references = frozenset(reader.references)
    hidden = tuple(sorted([*reader.hidden, *_annotations(text, reader.parts)]))
    return Layout(tuple(reader.parts), hidden, references, tuple(reader.diagnostics), tuple(reader.titles))


def _annotations(text: str, parts: Sequence[Element]) -> Iterator[tuple[int, int]]:
    """The marks of annotations, as Material reads them: `(1)` in a paragraph `{ .annotate }` before a numbered list of them."""
    for number, part in enumerate(parts):
        if not isinstance(part, Block) or not _ANNOTATED.search(text, part.start, part.end):
            continue
        rest = (text[each.line : each.start] for each in parts[number + 1 :] if isinstance(each, Block))
        items = [*takewhile(lambda before: before and before[0] in " \t0123456789", rest)]
        count = sum(before[0].isdigit() for before in items)
        yield from (mark.span() for mark in _MARK.finditer(text, part.start, part.end) if 0 < int(mark[1]) <= count)


_ANNOTATED = re.compile(r"\{:?[ \t]*\.annotate[ \t]*\}\s*\Z")
_MARK = re.compile(r"\(([0-9]{1,2})\)")
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
    """Reads line by line, and keeps the open containers and the paragraph that has not ended."""

    def __init__(self, text: str, end: int) -> None:
        self.text = text
        self.end = end
        self.parts: list[Element] = []
        self.hidden: list[tuple[int, int]] = []
        self.references: set[str] = set()
        self.titles: list[tuple[int, int]] = []
        self.diagnostics: list[Diagnostic] = []
        self.bases: list[list[int]] = [[0]]  # for each depth of quotation, the columns of the open containers
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
        """Read the line at `start`, or the whole block that begins there, and return the offset of the next line."""
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
            self.diagnostics.append(
                Diagnostic(at, "nothing checks what is indented as code", remedy, self.text[at:stop])
            )
            return stop + 1
        if (after := self._block(start, at, stop)) is not None:
            return after
        if self.paragraph is None or is_item:
            self.flush()
        return self._text(start, at, stop, item if is_item else None)

    def _prefix(self, start: int, stop: int) -> tuple[int, int, int]:
        """The offset of a line's content, its column (counted from the last quotation mark), and the depth of quotation."""
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
        assert found is not None, "the pattern matches an empty indentation, too"
        return found.end(), len(found[0].expandtabs(TAB)), 0

    def _blank(self, depth: int) -> None:
        if self.code is None:
            self.flush()
        if depth < len(self.bases) - 1:
            self.bases[depth + 1 :] = []

    def _block(self, start: int, at: int, stop: int) -> int | None:
        """Read a block that is not a paragraph and return the offset after it; None if the line belongs to a paragraph."""
        text = self.text
        if (fence := fence_at(text, start, at, self.end)) is not None:
            self.flush()
            self.parts.append(fence)
            if not fence.closed:
                remedy = f"close it with a line {text[at : fence.ticks_end]} that is indented as the first"
                self.diagnostics.append(Diagnostic(at, "this fence is left open", remedy, text[at:stop].strip()))
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
        """Skip a comment, or an element whose content is not prose; the rest of its last line is a paragraph."""
        name = _RAW.match(self.text, at, stop)
        closing = "-->" if name is None else f"</{name[1]}>"
        found = re.compile(re.escape(closing), re.IGNORECASE).search(self.text, at, self.end)
        self.flush()
        if found is None:
            what = "comment" if name is None else f"element <{name[1]}>"
            self.diagnostics.append(
                Diagnostic(at, f"this {what} is left open", f"close it with {closing}", self.text[at:stop])
            )
            return stop + 1
        if name is not None and name[1].lower() in _PRINTED:
            message = f"nothing checks what stands in <{name[1]}>"
            self.diagnostics.append(Diagnostic(at, message, "write it between fences", self.text[at:stop]))
        line_end = self.text.find("\n", found.end(), self.end)
        line_end = self.end if line_end < 0 else line_end
        rest, _, _ = self._indentation(found.end(), line_end)
        if name is None and (meant := placeholder_name(comment := self.text[at : found.end()])) is not None:
            if meant and rest == line_end:
                self.parts.append(Placeholder(start, found.end(), at, meant))
            else:
                self.diagnostics.append(placeholder_diagnostic(at, comment, meant))
        return self._text(rest, rest, line_end, None) if rest < line_end else line_end + 1

    def _text(self, start: int, at: int, stop: int, item: re.Match[str] | None) -> int:
        """Read a line of a paragraph, a list item or a footnote."""
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
                self.diagnostics.append(Diagnostic(begin, message, remedy, self.text[begin:stop]))
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
