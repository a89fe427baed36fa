"""verification: how long pages take to read and what of them is verified, as HTML that is well-formed as XML."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from backprop_book.render.values import fit
from backprop_book.scan.document import Count
from backprop_book.verify.coverage_report import STATEMENT_KINDS, CoverageReport, Entry, Reading


def summary(reading: Reading, href: str) -> str:
    """HTML of the line, well-formed as XML.

    Args:
        reading: What is on the page.
        href: The page on how the book is verified, as a link of the page; no link if empty.
    """
    verified = escape(fit(_verified(reading)))
    linked = f'<a href="{escape(href)}">{verified}</a>' if href else verified
    return f'<p class="bb-summary" data-search-exclude="">{times(reading)} ·\u00a0{linked}</p>'


def times(*readings: Reading) -> str:
    """How long it takes to read pages one after the other, in words."""
    short, full = sum(each.minutes for each in readings), sum(each.minutes_with_notes for each in readings)
    rest = f", {duration(full)} with every note" if full > short else ""
    return f"{duration(short)} to read{rest}"


def duration(minutes: int) -> str:
    """A number of minutes in words, in hours where there are many."""
    hours, rest = divmod(minutes, 60)
    if minutes < _LONG:
        return _count(minutes, "minute")
    return f"{_count(hours, 'hour')} {_count(rest, 'minute')}" if rest else _count(hours, "hour")


_LONG = 100
"""So many minutes are told in hours."""


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _verified(reading: Reading) -> str:
    count = reading.count
    if not count.total:
        return f"its numbers are not looked at: {reading.unchecked}" if reading.unchecked else "no numbers to verify"
    if count.bare and not count.verified:
        return f"its {_count(count.total, 'number')} not verified: {reading.unchecked}"
    if count.verified == count.total:
        return "its one number verified" if count.total == 1 else f"all {count.total} numbers verified"
    rest = f", {count.excused} excused with a reason" if count.excused else ""
    bare = f", the rest not looked at: {reading.unchecked}" if count.bare else ""
    return f"{count.verified} of {_count(count.total, 'number')} verified{rest}{bare}"


def pages(listed: Sequence[tuple[str, str, Reading]]) -> str:
    """HTML of a list of pages, each with its title, its address and its minutes, and of those of all together."""
    items = "".join(
        f'<li><a href="{escape(href)}">{escape(title)}</a> <span>{duration(reading.minutes)}</span></li>'
        for title, href, reading in listed
    )
    readings = [reading for *_, reading in listed]
    return f'<ol class="bb-pages" data-search-exclude>{items}</ol>{total(readings, "Together")}'


def total(readings: Sequence[Reading], what: str) -> str:
    """HTML of the time that several pages take together.

    Args:
        readings: What there is to read.
        what: What the pages are called, as the first words of a sentence.
    """
    return f'<p class="bb-total" data-search-exclude>{escape(what)} {times(*readings)}.</p>'


NUMBERS: Mapping[str, str] = {
    "total": "all",
    "claims": "in sentences",
    "equations": "in arithmetic",
    "tables": "in tables",
    "outputs": "in outputs",
    "waived": "excused words",
    "terms": "excused terms",
    "bare": "not looked at",
}
"""The columns of the table of numbers: names of `Count`, each with its head. They are those of `backprop-book report`."""
_NAMES = {"python": "Python", "numpy": "NumPy", "torch": "PyTorch", "scikit-learn": "scikit-learn"}


def verification(report: CoverageReport, links: Mapping[str, str]) -> str:
    """HTML of the totals and the tables.

    Args:
        report: What was counted.
        links: For each page by its path, where it is; a page without is not linked.
    """
    entries = _ordered(report.entries)
    heads = {entry.document.source.path: _head(entry, links) for entry in entries}
    return (
        f'<section class="bb-ledger" data-search-exclude="">{_totals(report)}'
        f"{_numbers(entries, heads, report.count)}{_kinds(entries, heads)}{_excused(entries, heads)}"
        f"{_runs(report)}{_matrix(report)}</section>"
    )


def _ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Pages from the outer folders inwards, each followed by the notes that it is the first to show, then the rest."""
    rest = {entry.document.source.path: entry for entry in entries}
    pages = [entry for entry in rest.values() if entry.document.kind == "page"]
    pages.sort(key=lambda entry: _depth(entry.document.source.path))
    notes = {entry.document.snippet: entry for entry in rest.values() if entry.document.kind == "notes"}
    found = []
    for page in pages:
        found.append(page)
        found += [notes.pop(listing.snippet) for listing in page.document.listings if listing.snippet in notes]
    for entry in found:
        del rest[entry.document.source.path]
    return (*found, *rest.values())


def _depth(path: str) -> tuple[int, bool, str]:
    return path.count("/"), not path.endswith("/index.md"), path


def _head(entry: Entry, links: Mapping[str, str]) -> str:
    """The header of a row: the title of a page, with a link, or the snippet that the notes explain."""
    document = entry.document
    path = document.source.path
    if document.kind == "notes":
        return f"notes on <code>{escape(document.snippet or '')}.py</code>"
    title = (
        escape(fit(document.title)) if document.kind == "page" and document.title else f"<code>{escape(path)}</code>"
    )
    return f'<a href="{escape(links[path])}">{title}</a>' if links.get(path) else title


def _totals(report: CoverageReport) -> str:
    count = report.count
    looked = count.total - count.bare
    share = f", which is {_share(count.verified, looked)}" if looked else ""
    excused = f" Excused with a reason: {count.excused}." if count.excused else ""
    bare = f" On reference pages, where numbers are not looked at: {count.bare}." if count.bare else ""
    statements = sum(number for entry in report.entries for number in entry.kinds.values())
    return (
        f"<p><strong>Verified: {count.verified} of {looked} numbers</strong>{share}.{excused}{bare} "
        f"Statements checked, with the sentences, the names and the code: {statements}.</p>"
    )


def _share(part: int, whole: int) -> str:
    """A part in per cent, never rounded up to the whole."""
    tenths = part * 1000 // whole
    return "100 %" if tenths == 1000 else f"{tenths // 10}.{tenths % 10} %"


def _numbers(entries: Sequence[Entry], heads: Mapping[str, str], total: Count) -> str:
    rows = [(heads[entry.document.source.path], *_cells(entry.document.count)) for entry in entries]
    return _table("Numbers of the prose, and what checks them", ["", *NUMBERS.values()], rows, ("all", *_cells(total)))


def _cells(count: Count) -> tuple[str, ...]:
    return tuple(str(getattr(count, name)) for name in NUMBERS)


def _kinds(entries: Sequence[Entry], heads: Mapping[str, str]) -> str:
    rows = [
        (heads[entry.document.source.path], *(str(entry.kinds.get(kind, 0)) for kind in STATEMENT_KINDS))
        for entry in entries
    ]
    total = (str(sum(entry.kinds.get(kind, 0) for entry in entries)) for kind in STATEMENT_KINDS)
    return _table("Statements that were checked, by kind", ["", *STATEMENT_KINDS.values()], rows, ("all", *total))


def _excused(entries: Sequence[Entry], heads: Mapping[str, str]) -> str:
    rows = [
        (
            escape(fit(excused.words)),
            escape(fit(excused.reason)),
            f"{heads[excused.path]} <code>{escape(excused.path)}:{excused.line}</code>",
        )
        for entry in entries
        for excused in entry.excused
    ]
    if not rows:
        return "<p>Nothing is excused from being checked.</p>"
    return _table("What is excused, and why", ["words", "reason", "place"], rows, css="bb-count bb-texts")


def _runs(report: CoverageReport) -> str:
    versions = sorted(report.versions, key=lambda each: (*_NAMES, each[0]).index(each[0]))
    on = ", ".join(f"{_NAMES.get(name, name)} {version}" for name, version in versions)
    rows = [
        (
            f"<code>{escape(run.path)}</code>",
            str(run.statements),
            "&lt; 0.01" if run.seconds < 0.01 else f"{run.seconds:.2f}",
        )
        for run in report.runs
    ]
    heads = ["snippet", "statements executed", "seconds, recorded"]
    table = _table("The runs", heads, rows, css="bb-count bb-runs")
    return f"{table}<p>Snippets that ran: {len(report.runs)}{escape(f', on {on}' if on else '')}.</p>"


def _matrix(report: CoverageReport) -> str:
    """The result on other versions; empty where the book keeps none."""
    if report.matrix is None:
        return ""
    if not report.is_current:
        return "<p>The snippets have changed since they last ran on other versions of NumPy, so that result is not shown.</p>"
    rows = [
        (escape(", ".join(f"{_NAMES.get(name, name)} {version}" for name, version in column.versions)),
         str(column.holds), str(column.fails))
        for column in report.matrix.columns
    ]  # fmt: skip
    caption = "Snippets that need NumPy alone, on other versions"
    table = _table(caption, ["ran on", "statements that hold", "that do not"], rows, css="bb-count bb-runs")
    return f"{table}<p>Snippets that need NumPy alone: {report.matrix.snippets}.</p>"


def _table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], last: Sequence[str] = (), css: str = "bb-count"
) -> str:
    """A table that scrolls by itself where it is too wide; the keyboard reaches it."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' if each else "<td></td>" for each in heads)
    body = "".join(_line(row) for row in rows)
    foot = f"<tfoot>{_line(last)}</tfoot>" if last else ""
    label = escape(caption)
    return (
        f'<div class="bb-wide" tabindex="0" role="region" aria-label="{label}"><table class="{css}">'
        f"<caption>{label}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table></div>"
    )


def _line(cells: Sequence[str]) -> str:
    first, *rest = cells
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
