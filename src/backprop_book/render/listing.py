"""listing: the explorable listing, as HTML that is complete without JavaScript."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from backprop_book.errors import shorten
from backprop_book.render import source
from backprop_book.render.controls import controls, output
from backprop_book.render.kept import kept
from backprop_book.render.lead import lead
from backprop_book.render.makers import makers
from backprop_book.render.moments import Moment, moments
from backprop_book.render.payload import payload, size
from backprop_book.render.rows import Row, rows
from backprop_book.render.states import state
from backprop_book.render.views import ListingView, NoteView

_SOUGHT = 72
"""So many characters of a statement are the title of what a search finds."""
_UNSAID = re.compile(r'<small class="bb-tip".*?</small>|<[^>]+>', re.DOTALL)
"""What of a title is not its text."""
_QUOTED = re.compile(r"""(["']).+?\1""")
"""A text in code: a name in quotes is mentioned there, not used."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What all parts of a listing need."""

    view: ListingView
    ident: str
    code: tuple[str, ...]
    rows: tuple[Row, ...]
    moments: tuple[Moment, ...]
    first: Mapping[int, Moment]
    """The first kept step of each statement that has one."""
    times: Mapping[int, str]
    """For each statement that ran more than once: how often it ran and which runs are kept, in words."""
    makers: Mapping[int, Mapping[str, Moment]]
    """For each step that is written out: of which of the values that it read the table stands at another step already."""


def listing(view: ListingView) -> str:
    """HTML of a listing: a figure with its caption, the code with its notes, the output, and the controls.

    Everything is visible without JavaScript. With it, `docs/assets/book.js` hides, moves and links the parts, and
    draws the values of other steps from the data in `data-trace`.
    """
    shown = _prepare(view)
    ident = escape(shown.ident)
    first = _first_step(shown)
    data = escape(_data(shown), quote=False).replace("'", "&#39;")
    explained = any(row.notes for row in shown.rows)
    bare = "" if explained else " data-bare"
    head = (
        f'<figure class="bb-listing{_breadth(shown)}" id="{ident}" data-number="{view.number}">'
        f'<figcaption class="bb-caption"><span class="bb-title">{escape(view.title)}</span>{_tools(view)}</figcaption>'
        f'<bb-listing{bare} data-ident="{ident}" data-first="{first}" data-trace=\'{data}\'>'
    )
    seen: set[int] = set()
    body = "".join(_row(shown, row, seen) for row in shown.rows)
    scroll = "" if explained else ' tabindex="0" role="group" aria-label="Code"'
    foot = f'<p class="bb-foot">{view.footer_html}</p>' if view.footer_html else ""
    printed = output(shown.moments) if view.output else ""
    return (
        f'{head}<div class="bb-scroll highlight"{scroll}><ol class="bb-lines">{body}</ol></div>'
        f"{printed}{controls(view.trace, shown.moments, first, explained=explained)}{foot}</bb-listing></figure>\n"
    )


_BROAD, _LONG = 77, 90
"""Up to how many columns code stands beside its notes, and beside narrow ones, in a page of the full width."""


def _breadth(shown: _Shown) -> str:
    """The class of a listing whose longest line leaves less room for notes beside it than others, or none."""
    lines = shown.view.trace.source.split("\n")
    columns = max((len(line) for row in shown.rows for line in lines[row.first - 1 : row.last]), default=0)
    return " bb-long" if columns > _LONG else " bb-broad" if columns > _BROAD else ""


def weight(view: ListingView) -> int:
    """How many bytes the data of a listing take, compressed as a server sends them."""
    return size(_data(_prepare(view)))


def _data(shown: _Shown) -> str:
    written = {moment.step.index for moment in _written(shown.rows, shown.first)}
    return payload(shown.view.trace, shown.moments, written, shown.view.symbols, shown.times)


def _written(laid_out: Iterable[Row], first: Mapping[int, Moment]) -> list[Moment]:
    """The steps that are written out below their notes."""
    return [first[s] for row in laid_out for s in row.statements if s in first]


def _prepare(view: ListingView) -> _Shown:
    code = source.lines(view.trace.source, view.symbols)
    first, last = view.first_line or 1, min(view.last_line or len(code), len(code))
    inside = {s.index for s in view.trace.statements if first <= s.line and s.end_line <= last}
    found = tuple(m for m in moments(view.trace) if m.step.statement in inside)
    firsts: dict[int, Moment] = {}
    for moment in found:
        if not moment.step.skipped:
            firsts.setdefault(moment.step.statement, moment)
    times = kept(view.trace, [moment.step for moment in found])
    laid_out = rows(view.trace, [note.statements for note in view.notes], first, last)
    known = makers(_written(laid_out, firsts))
    return _Shown(view, view.ident or view.stem, code, laid_out, found, firsts, times, known)


def _first_step(shown: _Shown) -> int:
    """The step that is selected at first: the first of the first explained statement that ran; -1 if there is none."""
    explained = [*_written(shown.rows, shown.first), *shown.moments]
    return explained[0].step.index if explained else -1


def _tools(view: ListingView) -> str:
    name = f"{escape(view.stem)}.py"
    link = (
        f'<a class="bb-file" href="{escape(view.href)}" download>{name}</a>'
        if view.href
        else f'<span class="bb-file">{name}</span>'
    )
    return f'<div class="bb-tools" data-search-exclude>{link}<button type="button" class="bb-copy">Copy</button></div>'


def _row(shown: _Shown, row: Row, seen: set[int]) -> str:
    """One `<li>`; `seen` are the notes that have been written, and grows."""
    ident = escape(shown.ident)
    lines = range(row.first, row.last + 1)
    numbers = "&#10;".join(map(str, lines))
    pre = _source(shown, lines)
    ident_of_row, anchors = _anchors(shown, lines)
    if not row.notes:
        return f'<li class="bb-row"{ident_of_row}>{anchors}<span class="bb-gutter" data-lines="{numbers}"></span>{pre}</li>'
    place = f"Line {row.first}" if row.first == row.last else f"Lines {row.first} to {row.last}"
    text = " ".join(" ".join(shown.view.trace.source.split("\n")[row.first - 1 : row.last]).split())
    button = (
        f'<button type="button" class="bb-gutter" aria-expanded="true" '
        f'aria-controls="{" ".join(f"{ident}-n{n}" for n in row.notes)}" '
        f'aria-label="{escape(f"{place}: {text}")}" data-lines="{numbers}"></button>'
    )
    opened = not seen
    notes = "".join(
        f'<p class="bb-see" data-search-exclude><a href="#{ident}-n{n}">Explained above</a></p>'
        if n in seen
        else _note(shown, n, opened)
        for n in row.notes
    )
    seen.update(row.notes)
    sought = _sought(shown, row)
    return f'<li class="bb-row bb-explained"{ident_of_row}>{sought}{anchors}{button}{pre}{notes}</li>'


def _sought(shown: _Shown, row: Row) -> str:
    """What the search finds of a row: a section of the page, with a title that weighs more than what is said elsewhere.

    Nobody sees or hears it, because the row says the same. Only its id is needed then: the script opens what it names.
    """
    known = [shown.view.trace.statements[s] for s in row.statements]
    code = " ".join(_QUOTED.sub(r"\1…\1", each.first_line) for each in known if each.column == known[0].column)
    titles = (_UNSAID.sub("", shown.view.notes[n].title_html) for n in row.notes)
    title = " · ".join([escape(shorten(code, _SOUGHT), quote=False), *filter(None, titles)])
    return f'<h6 hidden id="{escape(shown.ident)}-l{row.first}">{title}</h6>'


def _source(shown: _Shown, lines: range) -> str:
    """The code of a row, whose lines are elements; a single one is the block itself."""
    if len(lines) == 1:
        code = shown.code[lines[0] - 1]
        # HTML drops the first line break in a block.
        return f'<pre class="bb-src bb-l" data-line="{lines[0]}">{chr(10) * code.startswith(chr(10))}{code}</pre>'
    code = "".join(f'<span class="bb-l" data-line="{n}">{shown.code[n - 1]}</span>' for n in lines)
    return f'<pre class="bb-src">{code}</pre>'


def _anchors(shown: _Shown, lines: range) -> tuple[str, str]:
    """What links to the statements of a row, and to their steps, find without the script: the id of the row, and places in it."""
    statements = [s.index for s in shown.view.trace.statements if s.line in lines]
    steps = [m.step.index for s in statements for m in shown.moments if m.step.statement == s]
    if not statements:
        return "", ""
    ident = escape(shown.ident)
    first, *others = [f"{ident}-{name}" for name in (*(f"s{n}" for n in statements), *(f"t{n}" for n in steps))]
    return f' id="{first}"', "".join(f'<span id="{name}"></span>' for name in others)


def _note(shown: _Shown, number: int, opened: bool) -> str:
    note = shown.view.notes[number]
    title = f'<p class="bb-note-title">{note.title_html}</p>' if note.title_html else ""
    states = "".join(
        # The note that is open from the start has its tables, so that nothing moves when the script starts.
        state(shown.first[s], shown.view.symbols, _times(shown, s), {} if opened else _makers(shown, s))
        for s in sorted(set(note.statements))
        if s in shown.first
    )
    shown_first = " data-open" if opened else ""
    first, rest = (f'<div class="bb-body">{html}</div>' if html else "" for html in lead(note.body_html))
    return (
        f'<div class="bb-note"{shown_first} id="{escape(shown.ident)}-n{number}"><div class="bb-note-inner">{title}'
        f'{first}<div class="bb-states">{states}</div>{_spoken(shown, note)}{rest}{note.foot_html}</div></div>'
    )


def _spoken(shown: _Shown, note: NoteView) -> str:
    """Which execution the words of a note speak of; the style sheet shows it while the values are those of another one."""
    labels = dict.fromkeys(
        shown.first[s].label.partition(" · ")[0] for s in sorted(set(note.statements)) if s in shown.times
    )
    words = ", ".join(filter(None, labels))
    return (
        f'<p class="bb-spoken" data-search-exclude>The text speaks of {escape(words)}, unless it says otherwise.</p>'
        if words
        else ""
    )


def _makers(shown: _Shown, statement: int) -> dict[str, tuple[str, str]]:
    """For names that the statement read: the link and the words of the step that shows the value."""
    found = shown.makers.get(shown.first[statement].step.index, {})
    lines = shown.view.trace.statements
    return {
        name: (f"#{shown.ident}-t{maker.step.index}", f"line {lines[maker.step.statement].line}")
        for name, maker in found.items()
    }


def _times(shown: _Shown, statement: int) -> str:
    if statement not in shown.times:
        return ""
    label = shown.first[statement].label
    return f"Shown at {label} · {shown.times[statement]}" if label else shown.times[statement]
