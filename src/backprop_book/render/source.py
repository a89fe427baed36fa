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
class Twin:
    """The statements of another listing that do the same."""

    listing: str
    """Title of the other listing."""
    href: str
    """Address of the other listing; empty if no page shows it."""
    statements: tuple[tuple[int, int, str], ...]
    """Its statements: index, line, first line of the code."""


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


def twins(found: Twin, symbols: Symbols) -> str:
    """HTML that names the statements of another listing; it belongs in a paragraph."""
    title = escape(found.listing)
    where = f'<a href="{escape(found.href)}">{title}</a>' if found.href else title
    named = ", ".join(_named(found, statement, symbols) for statement in found.statements)
    return f'<span class="bb-twin">In {where}: {named}</span>'


def _named(found: Twin, statement: tuple[int, int, str], symbols: Symbols) -> str:
    index, line, code = statement
    parts = "".join(
        f'<span class="{css}">{escape(part)}</span>' if css else escape(part)
        for part, css in symbols.parts(shorten(code, _CODE))
    )
    shown = f"line {line} <code>{parts}</code>"
    return f'<a href="{escape(found.href)}-s{index}">{shown}</a>' if found.href else shown


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
    line = 1
    while line <= len(source):
        if line in linked:
            index, groups, first = linked[line]
            rows.append(
                _row(
                    f"{ident}-{number}",
                    side,
                    line,
                    source[line - 1],
                    index,
                    groups,
                    _leads(ident, number, sides, groups) if first else (),
                )
            )
            line += 1
            continue
        stop = line
        while stop <= len(source) and stop not in linked:
            stop += 1
        if stop - line > _ALONE or line == 1 or stop > len(source):
            rows.append(f'<li class="bb-gap">{_left_out(line, stop - 1)}</li>')
        else:
            rows += [
                f'<li><span class="bb-no">{at}</span><span class="bb-sames"></span><span class="bb-code">{source[at - 1]}</span></li>'
                for at in range(line, stop)
            ]
        line = stop
    title = escape(side.title)
    head = f'<a href="{escape(side.href)}">{title}</a>' if side.href else title
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
