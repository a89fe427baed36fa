"""html_stash: keeps finished HTML out of the reach of Markdown, and completes the HTML that Markdown makes: formulas, names, links."""

import re
from collections.abc import Callable, Sequence
from html import escape, unescape
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER, AtomicString

from backprop_book.core.problems import legible
from backprop_book.core.symbols import Symbols

_ARITHMATEX = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)
_FORMULA_CLAIM = re.compile(
    r'(<span class="bb-words" role="button"[^>]*)>(<math\b(?:(?!</math>).)*</math>)</span>', re.DOTALL
)
_ALONE = re.compile(
    r'<p>((?:<span class="bb-claim"><span class="bb-words"[^>]*>)?)(<math\b(?:(?!</math>).)*</math>)'
    r'((?:</span><small class="bb-tip"(?:(?!</small>).)*</small></span>)?)([.,;:]?)</p>',
    re.DOTALL,
)
"""A paragraph that is one formula, claimed or not."""
_INLINE = re.compile(
    r'((?:[(\[“‘](?:<(?:span|em|strong|a)\b[^>]*>)*)?)(<math display="inline"(?:(?!</math>).)*</math>)'
    r'((?:</(?:span|em|strong|a)>|<small class="bb-tip"(?:(?!</small>).)*</small>)*)([.,;:!?…)\]’”]?)',
    re.DOTALL,
)
"""A formula with the marks of the sentence that touch it."""
_JOINER = "\u2060"
"""A character without width at which no line is broken."""
_PARAGRAPH = re.compile(r'<p>(<figure class="bb-(?:figure|net)".*?</figure>)</p>', re.DOTALL)
"""A figure is written as a paragraph, but HTML knows no figures inside of paragraphs."""
_MARK = re.compile("\ufdd0(\\d+)\ufdd1")
"""Stands for a piece of HTML until Markdown has normalised white space, which would destroy its own placeholders."""
_STASHED = re.compile(HTML_PLACEHOLDER % "([0-9]+)")
"""What Markdown's stash puts in the place of a piece."""
_RESERVED = re.compile("[\ufdd0-\ufdd4]")

SLOT = "\ufdd2"
"""Stands, in a paragraph of its own, for the tables that are put in the place of a slot."""
_AWAY = re.compile("\ufdd3(\\d+)\ufdd4")
_ADDRESSES = re.compile(r'<p class="bb-addresses">(.*?)</p>', re.DOTALL)

Refuse = Callable[[Sequence[tuple[str, str]]], Sequence[str]]
"""Takes the formulas that cannot be shown, each with the reason, all of a text at once; gives the HTML that stands for each, or raises."""


def clean(text: str) -> str:
    """A text of the author without the characters that mark pieces: they stand for no character, and would forge one.

    Control characters, which no page may hold, are written out.
    """
    return _RESERVED.sub("\ufffd", legible(text))


def store(pieces: list[str], html: str) -> str:
    """Add a piece of HTML to `pieces` and return its placeholder."""
    pieces.append(html)
    return f"\ufdd0{len(pieces) - 1}\ufdd1"


def away(number: int) -> str:
    """Return the placeholder for the address of page `number`; it is replaced once the address is known."""
    return f"\ufdd3{number}\ufdd4"


def register(
    md: Markdown,
    pieces: list[str],
    refuse: Refuse,
    symbols: Symbols,
    formulas: dict[str, str] | None = None,
    is_heading: Callable[[], bool] = lambda: False,
) -> None:
    """Put pieces of HTML in the places of their marks, right after Markdown has normalised white space; show formulas and symbols.

    Args:
        md: What converts the text.
        pieces: The pieces; they may be added later.
        refuse: What is done about formulas that cannot be shown.
        symbols: Which names and letters have a colour.
        formulas: MathML that is known already, by the delimiter and the LaTeX; what is made is added.
        is_heading: Whether what is put together is only the text of a heading, for its anchor, the table of contents and the title.
    """
    md.preprocessors.register(_Pieces(md, pieces), "backprop_book_pieces", 29)
    md.treeprocessors.register(_Names(md, symbols), "backprop_book_names", 5)
    md.postprocessors.register(_Headings(md, is_heading), "backprop_book_headings", 31)
    md.postprocessors.register(_Figures(md), "backprop_book_figures", 25)
    md.postprocessors.register(_Toggles(md), "backprop_book_toggles", 24)
    md.postprocessors.register(
        _Formulas(md, refuse, symbols, {} if formulas is None else formulas, is_heading),
        "backprop_book_formulas",
        -1000,
    )


class _Pieces(Preprocessor):
    """Hands pieces of HTML over to Markdown's stash."""

    def __init__(self, md: Markdown, pieces: list[str]) -> None:
        super().__init__(md)
        self.pieces = pieces

    def run(self, lines: list[str]) -> list[str]:
        """Replace each mark by a placeholder of the stash."""
        store = self.md.htmlStash.store
        return [_MARK.sub(lambda mark: store(self.pieces[int(mark[1])]), line) for line in lines]


class _Names(Treeprocessor):
    """Gives the names in code spans the colours of their families."""

    def __init__(self, md: Markdown, symbols: Symbols) -> None:
        super().__init__(md)
        self.symbols = symbols

    def run(self, root: ET.Element) -> None:
        """Cut the text of each code span into names with a class and what stands between them."""
        for code in [found for found in root.iter("code") if found.text and not len(found)]:
            parts = self.symbols.parts(unescape(code.text or ""))
            code.text = ""
            for text, css in parts:
                escaped = AtomicString(escape(text, quote=False))
                if css:
                    ET.SubElement(code, "span", {"class": css}).text = escaped
                elif len(code):
                    code[-1].tail = escaped
                else:
                    code.text = escaped


class _Headings(Postprocessor):
    """Keeps the explanations of claims out of the text of headings, before the pieces of HTML are put back in their places."""

    def __init__(self, md: Markdown, is_heading: Callable[[], bool]) -> None:
        super().__init__(md)
        self.is_heading = is_heading

    def run(self, text: str) -> str:
        """Drop the pieces that stand behind words: they begin with the end of an element, and explain it."""
        if not self.is_heading():
            return text
        known = self.md.htmlStash.rawHtmlBlocks
        return _STASHED.sub(lambda mark: "" if f"{known[int(mark[1])]}".startswith("</") else mark[0], text)


class _Figures(Postprocessor):
    """Takes figures out of the paragraphs that they were written as, when their HTML is back in its place."""

    def run(self, text: str) -> str:
        """Drop the tags of the paragraphs."""
        return _PARAGRAPH.sub(r"\1", text)


class _Toggles(Postprocessor):
    """Takes the controls out of the lines that open blocks, when their HTML is back in its place."""

    def run(self, text: str) -> str:
        """Settle the claims in them."""
        return still_toggles(text)


def set_formulas(html: str) -> str:
    """Set the formulas of finished HTML: those of their own line alike, claimed or not, and the others with the marks that touch them."""
    return _INLINE.sub(_joined, _ALONE.sub(_alone, html))


def _alone(found: re.Match[str]) -> str:
    # Only here: as below.
    from backprop_book.scan import formulas

    start, formula, end, mark = found.groups()
    shown = formulas.broken(formula).replace('display="inline">', 'display="inline" displaystyle="true">')
    before, last, after = shown.rpartition("</math>")
    html = f"{start}{before}{last}{mark}{after}{end}"
    return f'<div class="bb-formula">{html}</div>' if start else _displayed(html)


def _displayed(html: str) -> str:
    """A formula of its own line. Where it is too long it scrolls by itself; the keyboard reaches it."""
    return f'<div class="bb-formula" tabindex="0" role="group" aria-label="Formula" data-search-exclude>{html}</div>'


def _joined(found: re.Match[str]) -> str:
    """A bracket before a formula, or a mark after it, begins no line without it: browsers break lines beside each formula."""
    before, formula, between, mark = found.groups()
    if not (before or mark):
        return found[0]
    return f'{before}<span class="bb-whole">{_JOINER}{formula}{_JOINER}</span>{between}{mark}'


def _named(found: re.Match[str]) -> str:
    """Name a claim whose words are nothing but a formula: only the text inside a button gives it its name."""
    # Only here: as below.
    from backprop_book.scan import formulas

    return f'{found[1]} aria-label="{escape(formulas.on_a_line(found[2]))}">{found[2]}</span>'


class _Formulas(Postprocessor):
    """Turns what arithmatex found into MathML; in the text of a heading, into words."""

    def __init__(
        self, md: Markdown, refuse: Refuse, symbols: Symbols, known: dict[str, str], is_heading: Callable[[], bool]
    ) -> None:
        super().__init__(md)
        self.refuse = refuse
        self.symbols = symbols
        self.known = known
        self.is_heading = is_heading

    def run(self, text: str) -> str:
        """Replace each formula; those that cannot be shown are refused together."""
        matches = list(_ARITHMATEX.finditer(text))
        shown: list[str | None] = []
        refused: list[tuple[str, str]] = []
        for match in matches:
            formula, block = unescape(match[3]), match[2] == "["
            html, reason = self._made(formula, block=block)
            if reason:
                refused.append((formula, reason))
                shown.append(None)
                continue
            if self.is_heading():
                # Only here: as below.
                from backprop_book.scan import formulas

                shown.append(escape(formulas.on_a_line(html)))
                continue
            shown.append(_displayed(html) if block else html)
        instead = iter(self.refuse(refused) if refused else ())
        found = iter([next(instead) if html is None else html for html in shown])
        return set_formulas(_FORMULA_CLAIM.sub(_named, _ARITHMATEX.sub(lambda _: next(found), text)))

    def _made(self, formula: str, *, block: bool) -> tuple[str, str]:
        """MathML of a formula, and why there is none."""
        name = f"{'[' if block else '('}{formula}"
        if name not in self.known:
            # Only here: what is known needs no converter, which takes a while to import.
            from backprop_book.scan import formulas

            try:
                shown = formulas.mathml(formula, block=block, symbols=self.symbols)
                self.known[name] = formulas.broken(shown) if block else shown
            except formulas.BadMathError as error:
                return "", str(error)
        return self.known[name], ""


class Addresses(Postprocessor):
    """Puts in the addresses of other pages where HTML links to them that no tree processor sees."""

    def run(self, text: str) -> str:
        """Take the addresses from the links that were added for them, which are not for readers."""
        found = _ADDRESSES.search(text)
        if found is None:
            return text
        addresses = re.findall(r'href="([^"]*)"', found[1])
        return _AWAY.sub(lambda mark: addresses[int(mark[1])], text[: found.start()] + text[found.end() :])


_SUMMARY = re.compile(r"<summary>.*?</summary>", re.DOTALL)
_FOCUS = re.compile(
    r'(<span class="bb-words") role="button" tabindex="0" aria-expanded="false" aria-describedby="[^"]*"'
)
_JUMP = re.compile(r'<a class="bb-jump"[^>]*>(.*?)</a>')


def still_toggles(html: str) -> str:
    """Take the focus and the links of claims out of every line that opens a block; the rest of the HTML stays as it is.

    Such a line is a control, and a control must not hold others. Its claims still show their explanation to those who point at them.
    """
    return _SUMMARY.sub(lambda found: _still(found[0]), html)


def _still(summary: str) -> str:
    return _JUMP.sub(r'<span class="bb-jump">\1</span>', _FOCUS.sub(r"\1", summary))


_LISTING = re.compile(r'<figure class="bb-listing" id="([^"]+)"')
_TITLE = re.compile(r"</h1>")


def with_skip(html: str) -> str:
    """Add a link to the first listing of a page, for readers who move by links and buttons. It shows while it has the focus."""
    found = _LISTING.search(html)
    if found is None:
        return html
    title = _TITLE.search(html)
    at = title.end() if title else 0
    link = f'<a class="bb-skip" href="#{escape(found[1])}" data-search-exclude>Skip to the listing</a>'
    return f"{html[:at]}{link}{html[at:]}"
