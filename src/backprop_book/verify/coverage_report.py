"""coverage_report: what the book states and how each of it was verified, counted once for the report, the pages and the tests."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Literal

from backprop_book.core.problems import place
from backprop_book.core.symbols import Symbols
from backprop_book.scan import formulas
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Claim, Count, Document, Equation, Listing, Mention, Note
from backprop_book.verify import Verifier
from backprop_book.verify.matrix import Matrix, is_current, saved
from backprop_book.verify.values import numbers
from backprop_book.verify.verdict import Verdict

StatementKind = Literal[
    "number", "numbers", "text", "sentence", "time", "assignment", "cell", "equation", "output", "code"
]
STATEMENT_KINDS: Mapping[StatementKind, str] = {
    "number": "numbers",
    "numbers": "rows of numbers",
    "text": "texts",
    "sentence": "sentences",
    "time": "moments",
    "assignment": "names with values",
    "cell": "table cells",
    "equation": "equations",
    "output": "outputs",
    "code": "code in the prose",
}
"""What can be verified, in the order of the tables, each as a heading."""
WORDS_A_MINUTE = 220
_LINK = re.compile(r"!?\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_FORMULA = re.compile(r"\$\$?([^$]+)\$\$?")
LINES_A_MINUTE = 30
"""Lines of code: some two seconds each, because what they do is said in the prose or in their notes."""


@dataclass(frozen=True, slots=True)
class Excused:
    """Words that nothing checks, and why."""

    words: str
    """The words, without markup."""
    reason: str
    """The reason that the author gives."""
    path: str
    """The file."""
    line: int
    """The line, from 1."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one document states."""

    document: Document
    """The document."""
    kinds: Mapping[StatementKind, int]
    """How many statements of each kind hold; kinds without any are left out."""
    excused: tuple[Excused, ...]
    """Its waivers and its terms of the configuration, each term once."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of one snippet."""

    path: str
    """The snippet."""
    seconds: float
    """How long it ran, while it was recorded; imports of large libraries aside."""
    statements: int
    """How many statements were executed."""


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """All that was verified."""

    entries: tuple[Entry, ...]
    """One for each document, in the order of the chapter."""
    runs: tuple[Ran, ...]
    """One for each snippet, by its path."""
    versions: tuple[tuple[str, str], ...]
    """What the snippets ran on, as the runs themselves report it; where they differ, all of it."""
    matrix: Matrix | None = None
    """What was verified on other versions, too, if the book keeps that."""
    is_current: bool = False
    """Whether the snippets are still those that ran on other versions."""

    @property
    def count(self) -> Count:
        """All numerals of the book."""
        return sum((entry.document.count for entry in self.entries), Count())


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader of one page meets: its prose, the code of its listings, and their notes."""

    count: Count
    """How the numerals are covered."""
    words: int
    """How many words of prose the page has."""
    unchecked: str
    """The reason why some numerals are not looked at; empty where all are."""
    lines: int = 0
    """How many lines of code its listings show, empty ones aside."""
    noted: int = 0
    """How many words of prose the notes of its listings have."""

    @property
    def minutes(self) -> int:
        """How long it takes to read the page without its notes, in whole minutes, never zero."""
        return self._minutes(self.words)

    @property
    def minutes_with_notes(self) -> int:
        """How long it takes to read the page and every note, in whole minutes, never zero."""
        return self._minutes(self.words + self.noted)

    def _minutes(self, words: int) -> int:
        return max(1, floor(words / WORDS_A_MINUTE + self.lines / LINES_A_MINUTE + 0.5))


def coverage_report(verifier: Verifier) -> CoverageReport:
    """Count everything; runs the snippets that have not run yet."""
    chapter = verifier.chapter
    reasons = {excuse.term: excuse.reason for excuse in chapter.config.terms}
    entries = tuple(
        Entry(document, _kinds(verifier.verdicts(document)), _excused(document, reasons))
        for document in chapter.documents
    )
    runs = [(snippet.path, verifier.runs.of(stem)) for stem, snippet in sorted(chapter.snippets.items())]
    versions = dict.fromkeys(version for _, run in runs for version in run.versions)
    matrix = saved(chapter)
    return CoverageReport(
        entries,
        tuple(Ran(path, run.seconds, sum(run.trace.counts)) for path, run in runs),
        tuple(versions),
        matrix,
        matrix is not None and is_current(chapter, matrix),
    )


def reading(chapter: Chapter, page: Document) -> Reading:
    """What a page shows, for the line below its title.

    The notes of a listing are counted in full, and once: those that the page shows, where it shows only a section of a snippet.
    Outputs and traced values are not counted.
    """
    notes = [
        note for document in chapter.documents for note in document.notes if _is_shown(chapter, page, document, note)
    ]
    return Reading(
        sum((note.count for note in notes), page.count),
        page.words,
        page.unchecked if page.count.bare or not page.count.total else "",
        sum(_lines(chapter, listing) for listing in page.listings),
        sum(note.words for note in notes),
    )


def verification_page(chapter: Chapter) -> Document | None:
    """The page that shows the report; None if the book has none."""
    pages = (
        page
        for page in chapter.documents
        if any(placeholder.name == "verification" for placeholder in page.placeholders)
    )
    return next(pages, None)


def kind(verdict: Verdict) -> StatementKind:
    """What sort of statement a verdict is about."""
    match verdict.region:
        case Claim(form="cell"):
            return "cell"
        case Claim(form="span"):
            return "assignment"
        case Claim() as claim:
            return _claim_kind(claim, verdict)
        case Equation():
            return "equation"
        case Mention():
            return "code"
        case _:
            return "output"


def _claim_kind(claim: Claim, verdict: Verdict) -> StatementKind:
    if any(part.probe.moment in ("when", "always", "never") for part in claim.question.parts):
        return "time"
    value = verdict.answer.value if verdict.answer else None
    data = value.data if value else None
    if isinstance(data, bool):
        return "sentence"
    if isinstance(data, str):
        return "text"
    return "number" if value is None or len(numbers(value) or ()) == 1 else "numbers"


def _kinds(verdicts: tuple[Verdict, ...]) -> Mapping[StatementKind, int]:
    found = Counter(kind(verdict) for verdict in verdicts if verdict.status == "holds")
    return {each: found[each] for each in STATEMENT_KINDS if found[each]}


def _excused(document: Document, reasons: Mapping[str, str]) -> tuple[Excused, ...]:
    source = document.source
    first = {term.text: term for term in reversed(document.terms)}
    found = [
        (waiver.start, _plain(source.text[waiver.words_start : waiver.words_end]), waiver.reason)
        for waiver in document.waivers
    ]
    found += [(term.start, text, reasons[text]) for text, term in first.items()]
    return tuple(
        Excused(words, _plain(reason), source.path, place(source.text, start)[0])
        for start, words, reason in sorted(found)
    )


def _plain(text: str) -> str:
    """Words without markup: a link by its text, a formula on a line."""
    return " ".join(re.sub(r"[*`]", "", _FORMULA.sub(_on_a_line, _LINK.sub(r"\1", text))).split())


def _on_a_line(found: re.Match[str]) -> str:
    try:
        return formulas.on_a_line(formulas.mathml(found[1], block=False, symbols=Symbols()))
    except formulas.BadMathError:  # a problem of the page
        return found[1]


def _is_shown(chapter: Chapter, page: Document, document: Document, note: Note) -> bool:
    return any(_shows(chapter, listing, note) for listing in page.listings if listing.snippet == document.snippet)


def _lines(chapter: Chapter, listing: Listing) -> int:
    """How many lines of code a listing shows, empty ones aside."""
    snippet = chapter.snippets[listing.snippet]
    lines = snippet.text.split("\n")
    first, last = (1, len(lines)) if listing.section is None else snippet.sections[listing.section]
    return sum(bool(line.strip()) for line in lines[first - 1 : last])


def _shows(chapter: Chapter, listing: Listing, note: Note) -> bool:
    """Whether a listing shows one of the statements that a note explains."""
    snippet = chapter.snippets[listing.snippet]
    if listing.section is None:
        return True
    first, last = snippet.sections[listing.section]
    statements = (snippet.statements[quote.statement] for quote in note.quotes)
    return any(first <= statement.line and statement.end_line <= last for statement in statements)
