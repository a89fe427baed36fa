"""problems: what is wrong, shown in the page while it is being edited. The published book has none of it."""

import re
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from html import escape
from textwrap import dedent
from types import MappingProxyType

from backprop_book.core.problems import Problem, visible

_CODE = re.compile(r"`([^`]+)`")


def ident(problem: Problem) -> str:
    """The id of the mark of a problem, the same wherever it is shown."""
    digest = sha256(f"{problem}".encode("utf-8", "backslashreplace")).hexdigest()
    return f"problem-{digest[:12]}"


def mark(problems: Sequence[Problem]) -> tuple[str, str]:
    """HTML before and after words with problems; the problems are told after the words."""
    ids = "".join(f'<span id="{ident(problem)}" class="bb-wrong-here"></span>' for problem in problems)
    said = "".join(
        f'<span class="bb-wrong-why" role="note">{_said(problem, brief=True)}</span>' for problem in problems
    )
    return f'<span class="bb-wrong">{ids}<span class="bb-wrong-words">', f"</span>{said}</span>"


def box(problems: Sequence[Problem], source: str = "") -> str:
    """A block that says what is wrong, with the Markdown that stands there."""
    said = "".join(
        f'<p class="bb-wrong-why" id="{ident(problem)}"><span class="bb-wrong-place">{_place(problem)}</span> {_said(problem)}</p>'
        for problem in problems
    )
    written = f'<pre class="bb-wrong-source"><code>{_text(dedent(source))}</code></pre>' if source.strip() else ""
    return f'<div class="bb-wrong-box" role="note">{said}{written}</div>'


def pending(snippet: str) -> tuple[str, str]:
    """HTML before and after words that were not checked, because a snippet did not finish."""
    return f'<span class="bb-pending" title="not checked: {_text(snippet)}.py did not finish">', "</span>"


def board(
    here: Sequence[Problem],
    elsewhere: Sequence[tuple[Problem, str]],
    marked: Collection[str],
    spots: Mapping[Problem, str] = MappingProxyType({}),
) -> str:
    """The list of all that is wrong; empty if nothing is.

    Args:
        here: What is wrong with the page that is shown.
        elsewhere: What is wrong with the rest of the book, each with the address of a page that shows it, if there is one.
        marked: The ids of the marks that the page has.
        spots: The words of pages, as they were made, that problems are about: the `data-at` of these words.
    """
    if not here and not elsewhere:
        return ""
    total = len(here) + len(elsewhere)
    title = "1 problem" if total == 1 else f"{total} problems"
    items = [
        _item(problem, f"#{ident(problem)}") if ident(problem) in marked else _item(problem, "", spots.get(problem, ""))
        for problem in here
    ]
    items += [_item(problem, f"{href}#{ident(problem)}" if href else "") for problem, href in elsewhere]
    return (
        f'<aside class="bb-board" aria-label="Problems" data-search-exclude><p class="bb-board-title">{title}'
        f"{'' if here else ', none of them on this page'}</p><ul>{''.join(items)}</ul></aside>"
    )


def _item(problem: Problem, href: str, spot: str = "") -> str:
    place = _place(problem)
    link = f'<a href="{escape(href)}">{place}</a>' if href else place
    of = f' data-of="{escape(spot)}"' if spot else ""
    return f"<li{of}>{link} {_said(problem)}</li>"


def _place(problem: Problem) -> str:
    return f"<code>{_text(f'{problem.path}:{problem.line}:{problem.column}')}</code>"


def _said(problem: Problem, *, brief: bool = False) -> str:
    parts = [f'<b class="bb-wrong-what">{_words(problem.message)}</b>']
    parts += [
        f'<span class="bb-wrong-{name}">{name}: <code>{_text(text)}</code></span>'
        for name, text in (("found", problem.found), ("expected", problem.expected))
        if text
    ]
    if problem.remedy and not brief:
        parts.append(f'<span class="bb-wrong-remedy">{_words(problem.remedy)}</span>')
    return " ".join(parts)


def _words(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", _text(text))


def _text(text: str) -> str:
    return escape(visible(text))
