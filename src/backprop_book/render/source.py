"""source: Python code as HTML, line by line, and the code of two snippets side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from operator import itemgetter

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Operator, String, _TokenType

from backprop_book.core.problems import shorten
from backprop_book.core.symbols import Symbols


def lines(source: str, symbols: Symbols) -> tuple[str, ...]:
    """HTML of each line of the source, its line break included, with classes for symbols and for keywords, strings and comments.

    The code is analysed as a whole and only then cut into lines, so that a string over several lines stays a string.
    """
    found: list[list[tuple[str, str]]] = [[]]
    before = ""
    for _, token, text in PythonLexer().get_tokens_unprocessed(source):
        css = symbols.css(f".{text}" if before == "." else text) if Name in token.split() else ""
        css = css or _css(token)
        before = text
        for i, piece in enumerate(text.split("\n")):
            if i:
                found[-1].append(("", "\n"))
                found.append([])
            if piece:
                found[-1].append((css, _text(piece)))
    return tuple(_line(pieces) for pieces in found if pieces)


def _line(pieces: Iterable[tuple[str, str]]) -> str:
    """HTML of a line from pieces with their classes; neighbours of one class share an element."""
    together = ((css, "".join(text for _, text in some)) for css, some in groupby(pieces, itemgetter(0)))
    return "".join(f'<span class="{css}">{text}</span>' if css else text for css, text in together)


def _css(token: _TokenType) -> str:
    """The class of keywords, strings and comments, which are paler than names; empty for all else."""
    kinds = token.split()  # itself, and the more general ones that it belongs to
    return "" if Keyword.Constant in kinds or _BACK.isdisjoint(kinds) else "bb-back"


_BACK = frozenset({Comment, Keyword, String, Operator.Word})


def _text(piece: str) -> str:
    """Escaped text, in which a character that could hide or reorder code is isolated and named."""
    return "".join(
        escape(c)
        if c.isprintable() or c == "\t"
        else f'<span class="bb-odd" data-odd="{escape(ascii(c)[1:-1])}">{c}</span>'
        for c in piece
    )


_CODE = 44
"""Characters of a statement in a link to it."""
_ALONE = 2
"""The largest number of lines between linked ones that are shown; more are left out."""


@dataclass(frozen=True, slots=True)
class SnippetSide:
    """A snippet on one side."""

    stem: str
    """Its stem."""
    title: str
    """Title of its listing."""
    href: str
    """Address of its listing; empty if no page shows it."""
    text: str
    """Its source."""
    statements: tuple[tuple[int, int, int], ...]
    """The linked statements: index, first line, last line."""
    groups: tuple[tuple[int, ...], ...]
    """For each of these, the numbers of its links, from 1."""


def twins(listing: str, href: str, statements: Iterable[tuple[int, int, str]], symbols: Symbols) -> str:
    """HTML that names statements of another listing that do the same; it belongs in a paragraph.

    Args:
        listing: Title of the other listing.
        href: Its address; empty if no page shows it.
        statements: Its statements: index, line, first line of the code.
        symbols: Which names have a colour.
    """
    where = _link(href, escape(listing))
    named = (
        _link(href and f"{href}-s{index}", f"line {line} <code>{symbols.mark_all(shorten(code, _CODE))}</code>")
        for index, line, code in statements
    )
    return f'<span class="bb-twin">In {where}: {", ".join(named)}</span>'


def _link(href: str, html: str) -> str:
    return f'<a href="{escape(href)}">{html}</a>' if href else html


def beside(ident: str, sides: Sequence[SnippetSide], symbols: Symbols) -> str:
    """HTML of snippets side by side: lines with the same number do the same.

    Args:
        ident: Prefix of the ids, unique on the page.
        sides: The snippets.
        symbols: Which names have a colour.
    """
    columns = "".join(_side(ident, number, sides, symbols) for number in range(len(sides)))
    names = " and ".join(escape(side.title) for side in sides)
    return (
        f'<figure class="bb-beside" id="{escape(ident)}" data-search-exclude>'
        f'<div class="bb-sides" role="group" aria-label="{names}, side by side">{columns}</div>'
        "<figcaption>Lines with the same number do the same. Point at a line or go to its number, and its counterparts light "
        "up. The number leads to the first of them, the number of the line to its listing.</figcaption></figure>"
    )


def _side(ident: str, number: int, sides: Sequence[SnippetSide], symbols: Symbols) -> str:
    side = sides[number]
    source = lines(side.text, symbols)
    linked = {
        line: (index, groups, line == first)
        for (index, first, last), groups in zip(side.statements, side.groups, strict=True)
        for line in range(first, last + 1)
    }
    rows = []
    for is_linked, run in groupby(range(1, len(source) + 1), linked.__contains__):
        stretch = list(run)
        if is_linked:
            for line in stretch:
                index, groups, is_first = linked[line]
                leads = _leads(ident, number, sides, groups) if is_first else ()
                rows.append(_row(f"{ident}-{number}", side, line, source[line - 1], index, groups, leads))
        elif len(stretch) > _ALONE or stretch[0] == 1 or stretch[-1] == len(source):
            rows.append(f'<li class="bb-gap">{_left_out(stretch[0], stretch[-1])}</li>')
        else:
            rows += [
                f'<li><span class="bb-no">{at}</span><span class="bb-sames"></span><span class="bb-code">{source[at - 1]}</span></li>'
                for at in stretch
            ]
    head = _link(side.href, escape(side.title))
    return f'<div class="bb-side"><p class="bb-side-title">{head}</p><ol>{"".join(rows)}</ol></div>'


def _row(
    ident: str, side: SnippetSide, line: int, code: str, index: int, groups: tuple[int, ...], leads: Sequence[str]
) -> str:
    number = (
        f'<a class="bb-no" href="{escape(side.href)}-s{index}">{line}</a>'
        if side.href and leads
        else f'<span class="bb-no">{line}</span>'
    )
    marks = f'<span class="bb-sames">{"".join(leads)}</span>'
    same = " ".join(map(str, groups))
    return (
        f'<li id="{escape(ident)}-{line}" data-same="{same}" data-of="{escape(side.stem)}-{index}">'
        f'{number}{marks}<span class="bb-code">{code}</span></li>'
    )


def _leads(ident: str, number: int, sides: Sequence[SnippetSide], groups: tuple[int, ...]) -> list[str]:
    """Links from the numbers of the links of a statement to its first counterpart on the other side."""
    made = []
    for group in groups:
        for other, side in enumerate(sides):
            found = [
                first for (_, first, _), theirs in zip(side.statements, side.groups, strict=True) if group in theirs
            ]
            if other != number and found:
                label = f"Link {group}: the same as line {found[0]} of {side.title}"
                made.append(f'<a href="#{escape(ident)}-{other}-{found[0]}" aria-label="{escape(label)}">{group}</a>')
    return made


def _left_out(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first} to {last}"
