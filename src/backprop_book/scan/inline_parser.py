"""The inline elements of a stretch of prose: code, formulas, `[words]{...}`, and markup that a reader does not see."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from backprop_book.scan.block_parser import placeholder_diagnostic, placeholder_name
from backprop_book.scan.source import Diagnostic


@dataclass(frozen=True, slots=True)
class Span:
    """One inline element."""

    kind: Literal["code", "math", "hidden", "claim", "waiver"]
    """`claim`: `[words]{expression}`. `waiver`: `[words]{# reason}`. `hidden`: a link's target, a tag, an attribute list, an entity and the like."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    inner_start: int = 0
    """Start of the code, of the formula or of the words in brackets, without delimiters and white space."""
    inner_end: int = 0
    """End of that."""
    braces_start: int = 0
    """For claims and waivers: start of the text between the braces, without white space."""
    braces_end: int = 0
    """End of that."""
    inner: tuple["Span", ...] = ()
    """For claims and waivers: the elements among the words."""

    @property
    def has_braces(self) -> bool:
        """Whether it is a claim or a waiver."""
        return self.kind in ("claim", "waiver")


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The range from `start` to `end` without white space at its ends."""
    inside = text[start:end]
    if not inside.strip():
        return start, start
    return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())


def spans(
    clean: str, start: int, end: int, references: frozenset[str]
) -> tuple[tuple[Span, ...], tuple[Diagnostic, ...]]:
    """Split a stretch of prose into its inline elements.

    Args:
        clean: The document, with spaces in place of list markers and indentation.
        start: Start of the prose.
        end: End of the prose.
        references: Labels of the reference definitions in the document.

    Returns:
        The elements in order, and what is wrong. Elements inside others are in `Span.inner` only.
    """
    reader = _Reader(clean, start, end, references)
    at = start
    while found := _NEXT.search(clean, at, end):
        at = reader.read(found.start(), found[0])
    for offset in reader.braces:
        if _ATTRIBUTE_START.match(clean, offset, end):
            reader.diagnostic(
                offset, "this brace is left open", "close it with }, or write \\{", clean[offset : offset + 1]
            )
    return tuple(reader.found), tuple(reader.diagnostics)


def entities(clean: str, start: int, end: int) -> tuple[Span, ...]:
    """The HTML entities from `start` to `end`."""
    return tuple(Span("hidden", *found.span()) for found in _ENTITY.finditer(clean, start, end))


_NEXT = re.compile(
    r"""\\.?|`+|\$+|!?\[|\]|[{}<&]|:(?=[\w+-]++:)|https?://|(?<=[^\W\d_])[~^](?=[\w])|(?<![+{])\+\+(?=\w)""", re.DOTALL
)
_MATH = re.compile(r"\$(?!\s)((?:\\.|[^\\$])+?)(?<!\s)\$", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\begin\{([a-z]+\*?)\}")
TAG = re.compile(
    r"""</?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=`]+))?)*+\s*/?>"""
)
_SUBSCRIPT = re.compile(r"<sub>[^<]*</sub>")
_AUTOLINK = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>")
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_EMOJI = re.compile(r":[\w+-]+:")
_URL = re.compile(r"https?://[^\s<>\])]+")
_SHIFTED = re.compile(r"([~^])\w+\1(?![~^])")
"""A subscript or superscript. Behind a letter it is part of a name; behind a digit it would be another number."""
_KEYS = re.compile(r"\+\+(?=[\w+]*[A-Za-z])\w+(?:\+\w+)*\+\+(?!\+)")
_HIDDEN = {"&": _ENTITY, ":": _EMOJI, "h": _URL, "~": _SHIFTED, "^": _SHIFTED, "+": _KEYS}
"""What a reader sees otherwise than it is written, or not at all, by its first character."""
_HIGHLIGHTED = re.compile(r"(?:#!|:::)[\w+-]+[ ]+(?=\S)")
"""The language before code in a line, which is not shown."""
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
_LABEL = re.compile(r"\[([^\[\]]*)\]")
_ATTRIBUTE = r"""(?:[.#][\w-]+|[\w:-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}]+))"""
_ATTRIBUTES = re.compile(rf"\{{:?[ ]*{_ATTRIBUTE}(?:[ ]+(?:{_ATTRIBUTE}|[\w-]+))*+[ ]*\}}")
_ATTRIBUTE_START = re.compile(r"\{:?[ ]*[.#]\w")
_IN_EXPRESSION = re.compile(r"""[{}]|(?P<quote>'''|\"\"\"|'|")""")


class _Reader:
    """Reads one stretch of prose, and keeps its open brackets and braces."""

    def __init__(self, text: str, start: int, end: int, references: frozenset[str]) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.references = references
        self.found: list[Span] = []
        self.diagnostics: list[Diagnostic] = []
        self.brackets: list[tuple[int, int]] = []
        self.braces: list[int] = []
        self.ticks: dict[int, list[int]] = {}
        for run in re.compile("`+").finditer(text, start, end):
            self.ticks.setdefault(len(run[0]), []).append(run.start())

    def diagnostic(self, offset: int, message: str, remedy: str, found: str = "") -> None:
        self.diagnostics.append(Diagnostic(offset, message, remedy, found))

    def read(self, at: int, what: str) -> int:
        """Read the element at an offset, which begins with the characters `what`, and return the offset after it."""
        text, end = self.text, self.end
        match what[0]:
            case "\\":
                return self._backslash(at, what)
            case "`":
                return self._code(at, len(what))
            case "$":
                return self._dollar(at, len(what))
            case "]":
                return self._close(at)
            case "{":
                if attributes := _ATTRIBUTES.match(text, at, end):
                    return self._hide(at, attributes.end())
                self.braces.append(at)
            case "}":
                if not self.braces:
                    self.diagnostic(
                        at, "this } closes nothing", "remove it, write \\}, or balance the braces before it", "}"
                    )
                else:
                    self.braces.pop()
            case "<":
                return self._angle(at)
            case "&" | ":" | "h" | "~" | "^" | "+":
                found = _HIDDEN[what[0]].match(text, at, end)
                if found is not None and (what[0] != ":" or re.search("[A-Za-z]", found[0])):
                    return self._hide(at, found.end())
            case _:
                if footnote := _FOOTNOTE.match(text, at, end):
                    return self._hide(at, footnote.end())
                self.brackets.append((at + len(what) - 1, len(self.found)))
        return at + len(what)

    def _hide(self, start: int, end: int) -> int:
        self.found.append(Span("hidden", start, end))
        return end

    def _content(self, kind: Literal["code", "math"], start: int, end: int, margin: int) -> int:
        """Add a code span or formula whose delimiters are `margin` characters long."""
        inner_start, inner_end = trimmed(self.text, start + margin, end - margin)
        if kind == "code" and (language := _HIGHLIGHTED.match(self.text, inner_start, inner_end)):
            inner_start = language.end()
        self.found.append(Span(kind, start, end, inner_start, inner_end))
        return end

    def _backslash(self, at: int, what: str) -> int:
        text = self.text
        if what == "\\(" or (what == "\\[" and not text[self.start : at].strip()):
            closing = text.find({"(": "\\)", "[": "\\]"}[what[1]], at + 2, self.end)
            if closing >= 0:
                return self._content("math", at, closing + 2, 2)
        if what == "\\b" and not text[self.start : at].strip() and (begin := _ENVIRONMENT.match(text, at, self.end)):
            closing = text.find(f"\\end{{{begin[1]}}}", begin.end(), self.end)
            if closing >= 0:
                return self._content("math", at, closing + len(begin[1]) + 6, 0)
        return at + len(what)

    def _code(self, at: int, size: int) -> int:
        starts = self.ticks.get(size, [])
        following = bisect_right(starts, at)
        if following == len(starts):
            return at + size
        return self._content("code", at, starts[following] + size, size)

    def _dollar(self, at: int, size: int) -> int:
        if size == 2:
            closing = self.text.find("$$", at + 2, self.end)
            if closing >= 0 and self.text[at + 2 : closing].strip():
                return self._content("math", at, closing + 2, 2)
        found = _MATH.match(self.text, at + size - 1, self.end)
        return at + size if found is None else self._content("math", found.start(), found.end(), 1)

    def _angle(self, at: int) -> int:
        if self.text.startswith("<!--", at):
            closing = self.text.find("-->", at + 4, self.end)
            if closing >= 0:
                comment = self.text[at : closing + 3]
                if (name := placeholder_name(comment)) is not None:
                    self.diagnostics.append(placeholder_diagnostic(at, comment, name))
                return self._hide(at, closing + 3)
            self.diagnostic(at, "this comment is left open", "close it with -->", "<!--")
            return at + 4
        for pattern in (_SUBSCRIPT, TAG, _AUTOLINK):
            if found := pattern.match(self.text, at, self.end):
                return self._hide(at, found.end())
        return at + 1

    def _close(self, at: int) -> int:
        """Read a closing bracket, and the braces, parentheses or label directly after it."""
        text = self.text
        if not self.brackets:
            return at + 1
        opening, count = self.brackets.pop()
        following = text[at + 1 : at + 2] if at + 1 < self.end else ""
        if following == "{":
            return self._braced(opening, count, at)
        if following == "(" and (closing := self._parenthesis(at + 1)) is not None:
            return self._hide(at + 1, closing)
        if following == "[" and (label := _LABEL.match(text, at + 1, self.end)):
            name = " ".join((label[1] or text[opening + 1 : at]).lower().split())
            if name in self.references:
                return self._hide(at + 1, label.end())
        return at + 1

    def _braced(self, opening: int, count: int, at: int) -> int:
        """Read the braces of `[words]{...}`; the words end at `at`."""
        text = self.text
        attributes = _ATTRIBUTES.match(text, at + 1, self.end)
        if attributes is not None and (text[at + 2] == ":" or _CLASS.match(text, at + 2)):
            return self._hide(at + 1, attributes.end())
        closing = self._brace(at + 1)
        if closing is None:
            remedy = "close it with } in the same paragraph; braces inside it must balance"
            self.diagnostic(at + 1, "this brace is left open", remedy, text[opening : at + 2])
            return at + 2
        inner = tuple(self.found[count:])
        if any(span.has_braces for span in inner):
            remedy = "claim the words outside and inside apart, side by side"
            self.diagnostic(opening, "a claim stands inside the words of another", remedy, text[opening : closing + 1])
            return self._hide(at + 1, closing + 1)
        display = next((each for each in inner if each.kind == "math" and text.startswith("$$", each.start)), None)
        if display is not None:
            # A displayed formula is a paragraph of its own in HTML, which no words can hold.
            remedy = "write it within the line, $...$, or claim words beside the formula"
            message = "a displayed formula stands inside the words of a claim"
            self.diagnostic(display.start, message, remedy, text[display.start : display.end])
            return self._hide(at + 1, closing + 1)
        braces_start, braces_end = trimmed(text, at + 2, closing)
        del self.found[count:]
        kind: Literal["claim", "waiver"] = "waiver" if text.startswith("#", braces_start) else "claim"
        self.found.append(Span(kind, opening, closing + 1, opening + 1, at, braces_start, braces_end, inner))
        return closing + 1

    def _brace(self, at: int) -> int | None:
        """The brace that closes the one at `at`; braces inside Python strings do not count."""
        reason = self.text[at + 1 : self.end].lstrip()[:1] == "#"
        depth = 0
        place = at
        while found := _IN_EXPRESSION.search(self.text, place, self.end):
            place = found.end()
            if found[0] == "{":
                depth += 1
            elif found[0] == "}":
                depth -= 1
                if depth == 0:
                    return found.start()
            elif not reason:
                string = _STRINGS[found[0]].match(self.text, found.start(), self.end)
                place = string.end() if string else place
        return None

    def _parenthesis(self, at: int) -> int | None:
        """The offset after the parenthesis that closes the one at `at`: a link's target and title."""
        depth = 0
        for found in _IN_TARGET.finditer(self.text, at, self.end):
            if found[0] == "(":
                depth += 1
            elif found[0] == ")":
                depth -= 1
                if depth == 0:
                    return found.end()
        return None


_CLASS = re.compile(r"[ ]*\.[A-Za-z_]")
_STRINGS = {
    "'": re.compile(r"'(?:\\.|[^'\\\n])*+'"),
    '"': re.compile(r'"(?:\\.|[^"\\\n])*+"'),
    "'''": re.compile(r"'''(?:\\.|[^\\])*?'''", re.DOTALL),
    '"""': re.compile(r'"""(?:\\.|[^\\])*?"""', re.DOTALL),
}
_IN_TARGET = re.compile(r"""\\.|[()]|(?<=\s)"[^"]*"|(?<=\s)'[^']*'|<[^<>\n]*>""")
