"""listing: the explorable listing, as HTML that is complete without JavaScript."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from backprop_book.core.cache import memo
from backprop_book.core.model import Trace
from backprop_book.core.problems import Problem, printed, shorten
from backprop_book.core.symbols import Symbols
from backprop_book.render import source
from backprop_book.render.moments import StepView, kept_runs, moments, tables_shown_before
from backprop_book.render.payload import LIMIT, payload, size
from backprop_book.render.states import state
from backprop_book.render.values import UNCHANGED
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Document, Listing
from backprop_book.verify import Verifier

_SOUGHT = 72
"""Characters of a statement in the title of a search result."""
_UNSAID = re.compile(r'<small class="bb-tip".*?</small>|<[^>]+>', re.DOTALL)
"""The parts of a rendered title that are not its text."""
_QUOTED = re.compile(r"""(["']).+?\1""")
"""A text in code: a name in quotes is mentioned there, not used."""


_TOKEN = re.compile(
    r"""<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*)(?:"[^"]*"|'[^']*'|[^'">])*?(?P<empty>/?)>|<[^>]*>|[^<]+"""
)
_END = re.compile(r"(?<!\.\w)[.!?][”\"’)]*(?=\s+(?:[A-Z“\"(]|$))")
"""The end of a sentence: a full stop that a capital letter or an element follows, but not that of `e.g.`"""
_VOID = {"br", "img", "wbr", "hr", "input"}
_PLAY, _PAUSE = "M4 2v12l9-6z", "M3 2h4v12H3zM9 2h4v12H9z"
_BUTTONS = (
    ("first", "First moment", "M1 2h2v12H1zM12 1.5 5.5 8l6.5 6.5 1.7-1.7L8.9 8l4.8-4.8z"),
    ("previous", "Previous moment (p)", "M11 1.5 4.5 8l6.5 6.5 1.7-1.7L7.9 8l4.8-4.8z"),
    ("next", "Next moment (n)", "M5 1.5 11.5 8 5 14.5l-1.7-1.7L8.1 8 3.3 3.2z"),
    ("last", "Last moment", "M13 2h2v12h-2zM4 1.5 10.5 8 4 14.5l-1.7-1.7L7.1 8 2.3 3.2z"),
)
_KEYS = (
    '<details class="bb-keys"><summary>Keys</summary><ul>'
    "<li><kbd>n</kbd> <kbd>p</kbd> next and previous moment</li>"
    '<li class="bb-play"><kbd>k</kbd> play and pause; so does the space bar on the slider</li>'
    "<li><kbd>←</kbd> <kbd>→</kbd> <kbd>Home</kbd> <kbd>End</kbd> on the slider: moments</li>"
)
_LINE_KEYS = "<li><kbd>↑</kbd> <kbd>↓</kbd> <kbd>Home</kbd> <kbd>End</kbd> on the line numbers: lines with a note</li>"


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as the page shows it."""

    statements: tuple[int, ...]
    """Indices of the explained statements."""
    title_html: str
    """The title, rendered; may be empty."""
    body_html: str
    """The text, rendered."""
    foot_html: str = ""
    """HTML below the values, such as the link that reports a problem."""


@dataclass(frozen=True, slots=True)
class ListingView:
    """A listing as the page shows it."""

    stem: str
    """Name of the snippet's file, without `.py`."""
    number: int
    """Number of the listing on its page, from 1."""
    title: str
    """Caption, as plain text."""
    trace: Trace
    """The run of the snippet."""
    notes: tuple[NoteView, ...] = ()
    """The notes, in the order of the notes file."""
    first_line: int | None = None
    """The first line that is shown; None for the first of the file."""
    last_line: int | None = None
    """The last line that is shown; None for the last of the file."""
    ident: str = ""
    """Prefix of all ids in the listing, unique on the page; by default the stem."""
    href: str = ""
    """Address of the snippet's file; no link if empty."""
    footer_html: str = ""
    """A line below the listing, rendered: versions, how the run ended."""
    output: bool = True
    """Whether the output is shown below the code."""
    symbols: Symbols = field(default_factory=Symbols)
    """Which names have a colour."""


@dataclass(frozen=True, slots=True)
class Row:
    """Lines that are shown as one: those of explained statements that share a note, or a single other line."""

    first: int
    """Its first line, from 1."""
    last: int
    """Its last line."""
    statements: tuple[int, ...] = ()
    """Indices of the explained statements in it; empty for a row without a note."""
    notes: tuple[int, ...] = ()
    """Numbers of the notes that explain it; almost always one."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A listing with its lines laid out and its steps described."""

    view: ListingView
    ident: str
    code: tuple[str, ...]
    rows: tuple[Row, ...]
    moments: tuple[StepView, ...]
    first: Mapping[int, StepView]
    """The first kept step of each statement that has one."""
    times: Mapping[int, str]
    """For each statement that ran more than once: how often it ran and which runs are kept, in words."""
    earlier: Mapping[int, Mapping[str, StepView]]
    """For each step that is written out and each table that it read: the earlier step that shows the same table."""


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
"""The longest lines, in columns, beside which notes of the usual width and narrow notes fit on a page of the full width."""


def _breadth(shown: _Prepared) -> str:
    """The class of a listing whose longest line leaves little or no room for notes beside the code."""
    lines = shown.view.trace.source.split("\n")
    columns = max((len(line) for row in shown.rows for line in lines[row.first - 1 : row.last]), default=0)
    return " bb-long" if columns > _LONG else " bb-broad" if columns > _BROAD else ""


def too_heavy(verifier: Verifier, documents: Iterable[Document], memory: Path | None = None) -> Iterator[Problem]:
    """A problem for each listing whose data exceed the limit; a listing whose run did not finish is left out.

    Args:
        verifier: Gives the runs.
        documents: The documents.
        memory: Where weights are remembered; nowhere without it.
    """
    for document in documents:
        for listing in document.listings:
            if verifier.runs.failure(listing.snippet) is not None:
                continue
            view = _view(verifier.chapter, listing, verifier.runs.of(listing.snippet).trace)
            place = f"weight {listing.snippet}:{listing.section or ''}"
            found = int(memo(_weight, view, memory, place))
            if found > LIMIT:
                yield document.source.problem(
                    listing.start,
                    f"the values of this listing are too heavy for a page, even without those of middle iterations: {listing.snippet}.py",
                    found=f"{found:,} bytes, compressed",
                    expected=f"at most {LIMIT:,}",
                    remedy="show a part of the snippet, `NAME.py:section`, or keep fewer or smaller values in names",
                )


def _weight(view: ListingView) -> str:
    """The compressed bytes of the data of a listing, as text."""
    return str(size(_data(_prepare(view))))


def _view(chapter: Chapter, listing: Listing, trace: Trace) -> ListingView:
    """The parts of a listing on which its weight depends."""
    first, last = chapter.snippets[listing.snippet].sections[listing.section] if listing.section else (None, None)
    notes = [note for found in chapter.documents if found.snippet == listing.snippet for note in found.notes]
    views = tuple(NoteView(tuple(quote.statement for quote in note.quotes), "", "") for note in notes)
    return ListingView(listing.snippet, 1, "", trace, views, first, last)


def _data(shown: _Prepared) -> str:
    written = {moment.step.index for moment in _written(shown.rows, shown.first)}
    return payload(shown.view.trace, shown.moments, written, shown.view.symbols, shown.times)


def _written(laid_out: Iterable[Row], first: Mapping[int, StepView]) -> list[StepView]:
    return [first[s] for row in laid_out for s in row.statements if s in first]


def _prepare(view: ListingView) -> _Prepared:
    code = source.lines(view.trace.source, view.symbols)
    first, last = view.first_line or 1, min(view.last_line or len(code), len(code))
    inside = {s.index for s in view.trace.statements if first <= s.line and s.end_line <= last}
    found = tuple(m for m in moments(view.trace) if m.step.statement in inside)
    firsts: dict[int, StepView] = {}
    for moment in found:
        if not moment.step.skipped:
            firsts.setdefault(moment.step.statement, moment)
    times = kept_runs(view.trace, [moment.step for moment in found])
    laid_out = rows(view.trace, [note.statements for note in view.notes], first, last)
    known = tables_shown_before(_written(laid_out, firsts))
    return _Prepared(view, view.ident or view.stem, code, laid_out, found, firsts, times, known)


def _first_step(shown: _Prepared) -> int:
    """Index of the step that is selected at first, that of the first explained statement that ran; -1 if there is none."""
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


def _row(shown: _Prepared, row: Row, seen: set[int]) -> str:
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


def _sought(shown: _Prepared, row: Row) -> str:
    """A hidden heading that makes a row a section of the page for the search, found by its code and its titles.

    The heading is hidden because the row shows the same; the script opens the row that the id of the heading names.
    """
    known = [shown.view.trace.statements[s] for s in row.statements]
    code = " ".join(_QUOTED.sub(r"\1…\1", each.first_line) for each in known if each.column == known[0].column)
    titles = (_UNSAID.sub("", shown.view.notes[n].title_html) for n in row.notes)
    title = " · ".join([escape(shorten(code, _SOUGHT), quote=False), *filter(None, titles)])
    return f'<h6 hidden id="{escape(shown.ident)}-l{row.first}">{title}</h6>'


def _source(shown: _Prepared, lines: range) -> str:
    """The code of a row, whose lines are elements; a single one is the block itself."""
    if len(lines) == 1:
        code = shown.code[lines[0] - 1]
        # HTML drops the first line break in a block.
        return f'<pre class="bb-src bb-l" data-line="{lines[0]}">{chr(10) * code.startswith(chr(10))}{code}</pre>'
    code = "".join(f'<span class="bb-l" data-line="{n}">{shown.code[n - 1]}</span>' for n in lines)
    return f'<pre class="bb-src">{code}</pre>'


def _anchors(shown: _Prepared, lines: range) -> tuple[str, str]:
    """Targets of links to the statements of a row and to their steps: the id of the row, and empty elements in it."""
    statements = [s.index for s in shown.view.trace.statements if s.line in lines]
    steps = [m.step.index for s in statements for m in shown.moments if m.step.statement == s]
    if not statements:
        return "", ""
    ident = escape(shown.ident)
    first, *others = [f"{ident}-{name}" for name in (*(f"s{n}" for n in statements), *(f"t{n}" for n in steps))]
    return f' id="{first}"', "".join(f'<span id="{name}"></span>' for name in others)


def _note(shown: _Prepared, number: int, opened: bool) -> str:
    note = shown.view.notes[number]
    title = f'<p class="bb-note-title">{note.title_html}</p>' if note.title_html else ""
    states = "".join(
        # The note that is open from the start has its tables, so that nothing moves when the script starts.
        state(shown.first[s], shown.view.symbols, _times(shown, s), {} if opened else _links_to_tables(shown, s))
        for s in sorted(set(note.statements))
        if s in shown.first
    )
    shown_first = " data-open" if opened else ""
    first, rest = (f'<div class="bb-body">{html}</div>' if html else "" for html in lead(note.body_html))
    return (
        f'<div class="bb-note"{shown_first} id="{escape(shown.ident)}-n{number}"><div class="bb-note-inner">{title}'
        f'{first}<div class="bb-states">{states}</div>{_spoken(shown, note)}{rest}{note.foot_html}</div></div>'
    )


def _spoken(shown: _Prepared, note: NoteView) -> str:
    """A line that names the run that the text of a note describes; the style sheet shows it while another run is selected."""
    labels = dict.fromkeys(
        shown.first[s].label.partition(" · ")[0] for s in sorted(set(note.statements)) if s in shown.times
    )
    words = ", ".join(filter(None, labels))
    return (
        f'<p class="bb-spoken" data-search-exclude>The text speaks of {escape(words)}, unless it says otherwise.</p>'
        if words
        else ""
    )


def _links_to_tables(shown: _Prepared, statement: int) -> dict[str, tuple[str, str]]:
    """For names that the statement read: the link and the words of the earlier step that shows the value."""
    found = shown.earlier.get(shown.first[statement].step.index, {})
    lines = shown.view.trace.statements
    return {
        name: (f"#{shown.ident}-t{before.step.index}", f"line {lines[before.step.statement].line}")
        for name, before in found.items()
    }


def _times(shown: _Prepared, statement: int) -> str:
    if statement not in shown.times:
        return ""
    label = shown.first[statement].label
    return f"Shown at {label} · {shown.times[statement]}" if label else shown.times[statement]


def rows(trace: Trace, notes: Sequence[tuple[int, ...]], first: int, last: int) -> tuple[Row, ...]:
    """The rows of the lines `first` to `last`, where `notes[i]` are the statements that note i explains.

    Statements of one note share a row if nothing but blank lines and comments stands between them.
    """
    explained: list[Row] = []
    by_statement = sorted((s, n) for n, statements in enumerate(notes) for s in set(statements))
    for index, note in by_statement:
        statement = trace.statements[index]
        if statement.line < first or statement.end_line > last:
            continue
        before = explained[-1] if explained else None
        if before and (before.last >= statement.line or (note in before.notes and _adjacent(trace, before, index))):
            explained[-1] = Row(
                before.first,
                max(before.last, statement.end_line),
                (*before.statements, index),
                tuple(dict.fromkeys((*before.notes, note))),
            )
        else:
            explained.append(Row(statement.line, statement.end_line, (index,), (note,)))
    return tuple(_with_rest(explained, first, last))


def _adjacent(trace: Trace, row: Row, index: int) -> bool:
    return not any(row.last < s.line for s in trace.statements[row.statements[-1] + 1 : index])


def _with_rest(explained: list[Row], first: int, last: int) -> list[Row]:
    full, line = [], first
    for row in explained:
        full += [Row(i, i) for i in range(line, row.first)]
        full.append(row)
        line = row.last + 1
    return full + [Row(i, i) for i in range(line, last + 1)]


def lead(html: str) -> tuple[str, str]:
    """The first sentence of an explanation as a paragraph, and all that follows it.

    The first is empty where the explanation does not begin with a paragraph, and the second where it is a single sentence.

    Args:
        html: The explanation, as blocks.
    """
    text = html.lstrip()
    if not re.match(r"<p[\s>]", text):
        return "", html
    depth = 0
    for token in _TOKEN.finditer(text):
        if token["name"]:
            depth += _step(token)
            if not depth:
                return text[: token.end()], text[token.end() :].lstrip()
        elif depth == 1 and (end := _END.search(text, token.start(), token.end())):
            return f"{text[: end.end()]}</p>", f"<p>{text[end.end() :].lstrip()}"
    return "", html


def _step(token: re.Match[str]) -> int:
    if token["close"]:
        return -1
    return 0 if token["empty"] or token["name"] in _VOID else 1


def output(moments: Sequence[StepView]) -> str:
    """HTML of the output, one element per step, so that the script can show the output so far."""
    pieces = [(m.step.index, m.step.output) for m in moments if m.step.output]
    if not pieces:
        return ""
    spans = "".join(f'<span data-step="{index}">{escape(printed(text))}</span>' for index, text in pieces)
    return f'<div class="bb-output"><p class="bb-label">Output</p><pre class="bb-printed">{spans}</pre></div>'


def controls(trace: Trace, moments: Sequence[StepView], first: int, *, explained: bool) -> str:
    """HTML of the stepping buttons and the slider.

    Args:
        trace: The run.
        moments: The steps that are shown.
        first: Index of the step that is selected.
        explained: Whether the listing has notes; the arrow keys go through their lines.
    """
    total = len(moments)
    if total < 2:
        return ""
    at = next(i for i, m in enumerate(moments) if m.step.index == first)
    moment = moments[at]
    words = _moment_words(moment, at, total, trace)

    buttons = {
        key: f'<button type="button" data-go="{key}" aria-label="{name}" title="{name}">'
        f'<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{path}"/></svg></button>'
        for key, name, path in _BUTTONS
    }
    play = (
        '<button type="button" class="bb-play" data-play aria-label="Play" title="Play (k)">'
        f'<svg viewBox="0 0 16 16" aria-hidden="true"><path class="bb-go" d="{_PLAY}"/><path class="bb-halt" d="{_PAUSE}"/></svg></button>'
    )
    keys = f"{_KEYS}{_LINE_KEYS}" if explained else _KEYS
    return (
        '<div class="bb-controls" role="group" aria-label="Moments of the run" data-search-exclude>'
        f"{buttons['first']}{buttons['previous']}{play}{buttons['next']}{buttons['last']}"
        f'<input type="range" min="0" max="{total - 1}" value="{at}" aria-label="Moment" aria-valuetext="{escape(words)}">'
        f'<span class="bb-where" role="status">{escape(words)}</span>{keys}</ul></details></div>'
    )


def _moment_words(moment: StepView, at: int, total: int, trace: Trace) -> str:
    """A step in words, as in the script: `moment 4 of 31, line 18, z1 changed`. To readers, a *step* is one of the training."""
    words = f"moment {at + 1} of {total}, line {trace.statements[moment.step.statement].line}"
    if moment.step.skipped:
        return f"{words}, {moment.label}"
    names = [c.name for c in moment.changed if c.words != UNCHANGED]
    short = list(dict.fromkeys(name.partition(".")[0] for name in names)) if len(names) > 3 else names
    more = f" and {len(short) - 3} more" if len(short) > 3 else ""
    what = f", {', '.join(short[:3])}{more} changed" if short else ", printed" if moment.step.output else ""
    # The picker has the rest of the label, for which there is no room here.
    which = moment.label.partition(" · ")[0]
    return f"{words}{f', {which}' if which else ''}{what}"
