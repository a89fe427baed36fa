"""visible_text: a stretch of prose as a reader sees it, without its markup, with the offset of each character in the document."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from backprop_book.core.expressions import ExpressionError, read
from backprop_book.numbers import foreign, numerals
from backprop_book.scan.inline_parser import Span
from backprop_book.scan.source import Diagnostic, TextRange

_GAP = "\ufffc"
"""Stands for an element that separates the characters around it, such as code or a formula."""
_WITHIN = frozenset((
    "a", "abbr", "b", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "output", "q", "s",
    "samp", "small", "span", "strong", "time", "tt", "u", "var", "wbr",
))  # fmt: skip
"""HTML elements whose content joins the text around them."""
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)[\s/>]")
_APART = re.compile(r"\\[\\`*_{}\[\]()>#+.!|~^=$<&-]|[\[\]]")
_MARKS = re.compile(r"\*{1,3}|_{1,3}|~~|==|\^\^")
_SAID = re.compile(
    r"""
    (?<![\w-]) (?: title | alt | label | summary | placeholder | value | aria-(?: label | description | placeholder | value(?: text | now | min | max ) | roledescription | braille\w+ ) )
    \s* = \s* (?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' | (?P<plain>[^\s"'<>=`{}]+) )
  | (?<=\s) (?: "(?P<link>[^"]*)" | '(?P<quoted>[^']*)' ) \s* \) \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Texts of a tag or an attribute list that are shown or read out, and the title of a link."""
_CLOSES = re.compile(r"(?<=\S)(?:[*~=^]+|_+(?!\w))")
_OPENS = re.compile(r"(?:[*~=^]+|(?<!\w)_+)(?=\S)")
_ABOUT = "≈~ \u00a0\u2009\u202f"


@dataclass(frozen=True, slots=True)
class VisibleText:
    """A text as a reader sees it."""

    text: str
    starts: tuple[int, ...]
    """For each character of the text, the offset in the document of what stands for it."""
    ends: tuple[int, ...]
    """For each character of the text, the offset in the document after that."""

    @property
    def unreadable(self) -> Iterator[tuple[int, str]]:
        """The characters, or entities, that are part of a number but not among the digits 0 to 9, each with its offset."""
        return ((self.starts[offset], self.text[offset]) for offset in foreign(self.text))


@dataclass(frozen=True, slots=True)
class SplitNumber(TextRange):
    """A number that markup splits, so that the document does not contain it as a reader sees it."""

    text: str
    """The number as a reader sees it."""


@dataclass(frozen=True)
class Stretch(TextRange):
    """A stretch of prose, taken apart into its inline elements."""

    clean: str
    """The document, with spaces in place of what is not prose."""
    spans: tuple[Span, ...]
    """The inline elements, in order."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Their mistakes."""

    @cached_property
    def blotted(self) -> str:
        """The text with its inline elements blotted out; its length is unchanged."""
        pieces = []
        at = self.start
        for span in self.spans:
            pieces += [self.clean[at : span.start], _GAP * (span.end - span.start)]
            at = span.end
        return "".join([*pieces, self.clean[at : self.end]])

    @cached_property
    def visible(self) -> VisibleText:
        """The text as a reader sees it."""
        reader = _Reader(self.clean)
        reader.stretch(self.start, self.end, self.spans)
        reader.drop_marks()
        kept = [n for n in range(len(reader.characters)) if n not in reader.gone]
        return VisibleText(
            "".join([reader.characters[n] for n in kept]),
            tuple([reader.starts[n] for n in kept]),
            tuple([reader.ends[n] for n in kept]),
        )

    @property
    def titles(self) -> Iterator[tuple[int, int]]:
        """The ranges of titles, labels and alternative texts in hidden elements, which are shown on hovering or read out."""
        for span in self.spans:
            if span.kind == "hidden":
                for title in _SAID.finditer(self.clean, span.start, span.end):
                    yield title.span(title.lastgroup or "")

    @property
    def split_numbers(self) -> Iterator[SplitNumber]:
        """The visible numbers that markup or an entity splits, so that checks would read other numbers."""
        text, starts, ends = self.visible.text, self.visible.starts, self.visible.ends
        if not text or text == self.clean[starts[0] : ends[-1]]:
            return
        for numeral in numerals(text):
            # Markup may separate a sign such as ≈ from the number.
            first = numeral.start + len(numeral.text) - len(numeral.text.lstrip(_ABOUT))
            begin, stop = starts[first], ends[numeral.end - 1]
            if self.clean[begin:stop] != text[first : numeral.end]:
                yield SplitNumber(begin, stop, text[first : numeral.end])


class _Reader:
    def __init__(self, clean: str) -> None:
        self.clean = clean
        self.characters: list[str] = []
        self.written: list[str] = []  # the same, with gaps for characters from entities and escapes
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.brackets: list[int] = []
        self.gone: set[int] = set()
        self.pair = (0, 0, -1)  # the last pair of brackets, and the offset after it

    def stretch(self, start: int, end: int, found: Sequence[Span]) -> None:
        """Read from `start` to `end`."""
        at = start
        for span in found:
            self._words(at, span.start)
            if span.has_braces:
                self.stretch(span.inner_start, span.inner_end, span.inner)
            elif span.kind == "hidden":
                self._hidden(span)
            else:
                self._add(_GAP, span.start, span.end)
            at = span.end
        self._words(at, end)

    def drop_marks(self) -> None:
        """Find the characters that mark emphasis, which are not visible."""
        text = "".join(self.written)
        opened: dict[str, int] = {}
        for mark in _MARKS.finditer(text):
            first, last = mark.span()
            if mark[0] in opened and _CLOSES.match(text, first):
                begun = opened.pop(mark[0])
                self.gone.update(range(begun, begun + len(mark[0])), range(first, last))
            elif _OPENS.match(text, first):
                opened[mark[0]] = first

    def _add(self, character: str, start: int, end: int) -> None:
        """Add a character that an entity, an escape or an element stands for."""
        self.characters.append(character)
        self.written.append(_GAP)
        self.starts.append(start)
        self.ends.append(end)

    def _words(self, start: int, end: int) -> None:
        at = start
        for found in _APART.finditer(self.clean, start, end):
            self._run(at, found.start())
            at = found.end()
            if len(found[0]) > 1:
                self._add(found[0][1], found.start(), at)
                continue
            if found[0] == "[":
                self.brackets.append(len(self.characters))
            elif self.brackets:
                self.pair = (self.brackets.pop(), len(self.characters), at)
            self._run(found.start(), at)
        self._run(at, end)

    def _run(self, start: int, end: int) -> None:
        self.characters += self.clean[start:end]
        self.written += self.clean[start:end]
        self.starts += range(start, end)
        self.ends += range(start + 1, end + 1)

    def _hidden(self, span: Span) -> None:
        first = self.clean[span.start]
        if first == "<":
            name = _TAG_NAME.match(self.clean, span.start, span.end)
            seamless = name[1].lower() in _WITHIN if name else self.clean.startswith("<!--", span.start)
            if not seamless:
                self._add(_GAP, span.start, span.end)
        elif first == "&":
            for character in html.unescape(self.clean[span.start : span.end]):
                self._add(character, span.start, span.end)
        elif span.start == self.pair[2]:
            self._unbracket()
        elif first != "{":
            self._add(_GAP, span.start, span.end)

    def _unbracket(self) -> None:
        """Remove the brackets of a link; the alternative text of an image is not part of the text."""
        opening, closing, _ = self.pair
        if opening and self.written[opening - 1] == "!":
            picture = slice(opening - 1, closing + 1)
            self.characters[picture] = self.written[picture] = [_GAP] * (closing + 2 - opening)
        self.gone.update((opening, closing))


_BRACES = re.compile(r"\{([^{}]+)\}")
_IN_BRACKETS = re.compile(r"[\[(]([^\[\](){}\ufffc]+?)\\?[\])]?\s*\Z")
_WORD = re.compile(r"([^\s\[\](){}\ufffc]+)\]?\Z")
_FAR = 300
"""Number of characters before the braces in which the words are looked for."""
_REASON = re.compile(r"#\s+\S")


@dataclass(frozen=True, slots=True)
class NearClaim(TextRange):
    """Words and braces that look like a claim or a waiver with a bracket missing or with a blank before the braces."""

    whole: str
    """The claim as it should be written."""


def near_claims(visible: str) -> Iterator[NearClaim]:
    """The near claims in a text in which inline elements, claims included, are blotted out."""
    for braces in _BRACES.finditer(visible):
        asked = braces[1].strip()
        begin = max(0, braces.start() - _FAR)
        words = _IN_BRACKETS.search(visible, begin, braces.start()) or _WORD.search(visible, begin, braces.start())
        if words is None or not (_REASON.match(asked) or _is_expression(asked)):
            continue
        yield NearClaim(words.start(), braces.end(), " ".join(f"[{words[1].strip()}]{{{asked}}}".split()))


def _is_expression(text: str) -> bool:
    """Whether the text parses as an expression; attribute lists such as `.class` do not."""
    try:
        read(text)
    except ExpressionError:
        return False
    return True
