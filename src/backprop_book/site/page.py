"""page: one conversion of one page.

Its regions, and those of the notes that it shows, are replaced by what was verified: claims, listings, figures. While the book is
edited, problems are shown in their places.
"""

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from markdown import Markdown

from backprop_book.core.problems import Problem
from backprop_book.core.symbols import Symbols, symbols_of
from backprop_book.figures import Drawing
from backprop_book.render.claims import claim
from backprop_book.render.downloads import report
from backprop_book.render.figure import figure
from backprop_book.render.listing import NoteView
from backprop_book.render.network import network
from backprop_book.render.problems import box, mark, pending
from backprop_book.render.verification import pages, total
from backprop_book.scan import formulas
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Binding, Claim, Document, Figure, Link, Listing, Note, Placeholder, Waiver
from backprop_book.scan.insertion_points import InsertionPoints, Spot
from backprop_book.site.claim_links import claim_provenance, relative, spot_of
from backprop_book.site.edit_session import Look
from backprop_book.site.errors import BuildStoppedError
from backprop_book.site.html_stash import SLOT, away, clean, register, store
from backprop_book.site.listings import Linking, shown
from backprop_book.verify import full
from backprop_book.verify.coverage_report import reading
from backprop_book.verify.verdict import Verdict

_NOTE_EXTENSIONS = ("attr_list", "tables", "pymdownx.arithmatex", "pymdownx.details", "pymdownx.superfences")
_WORDS = "\x00"

_Region = Listing | Figure | Claim | Waiver | Binding | Placeholder | Link


@dataclass(frozen=True, slots=True)
class Flag:
    """Problems at one spot."""

    spot: Spot
    """Where."""
    problems: tuple[Problem, ...]
    """What is wrong there."""
    keeps: bool = False
    """For a block: whether the text stays, below what is said of it."""


@dataclass(frozen=True, slots=True)
class _Walk:
    """A document that is being replaced piece by piece."""

    document: Document
    """The document."""
    pieces: list[str]
    """The pieces of HTML so far."""
    flags: tuple[Flag, ...]
    """Where problems are shown; none where a problem stops the build."""


class Page:
    """One conversion of one page."""

    def __init__(self, book: Look, document: Document, *, live: bool = False, repository: str = "") -> None:
        """Get ready.

        Args:
            book: The book, which holds unless it is shown `live`.
            document: The page.
            live: Whether problems are shown in their places.
            repository: The address of the repository, where readers report problems; empty for no such links.
        """
        self.book = book
        self.document = document
        self.live = live
        self.repository = repository
        self.away: dict[str, int] = {}
        self.symbols = symbols_of(book.chapter.config)
        self.marked: set[Problem] = set()
        self.refused: list[Problem] = []
        self.links = Linking(book.chapter, document, self.symbols, self.link)
        self.flags: dict[str, tuple[Flag, ...]] = {}
        self.claims = 0
        self.listings = 0
        self._notes = _Notes(self)

    def text(self, pieces: list[str]) -> str:
        """The Markdown of the page with marks for what is rendered here, which is added to `pieces`."""
        return self._replace(self.document, self.document.source.body, len(self.document.source.text), pieces)

    def refuse(self, document: Document, formulas: Sequence[tuple[str, str]]) -> list[str]:
        """Formulas of a document that cannot be shown: they stop the build, or what is wrong with them is shown.

        The scan has found them, except for those that only another extension takes for formulas.

        Raises:
            BuildStoppedError: The page is not shown live.
        """
        problems = [_bad_formula(document, formula, reason) for formula, reason in formulas]
        self._refuse([problem for problem in problems if problem not in document.problems])
        shown = ["" if problem in self.marked else "".join(mark([problem])) for problem in problems]
        self.marked.update(problems)
        return shown

    def refuse_slot(self) -> None:
        """The place for the tables of what was verified, where Markdown left it inside of HTML.

        Raises:
            BuildStoppedError: The page is not shown live.
        """
        source = self.document.source
        placeholder = next(
            placeholder for placeholder in self.document.placeholders if placeholder.name == "verification"
        )
        message = "this place holder stands inside HTML, where nothing is filled in"
        found, remedy = source.text[placeholder.mark : placeholder.end], "move it out of the element"
        self._refuse([source.problem(placeholder.mark, message, found=found, remedy=remedy)])

    def _refuse(self, problems: list[Problem]) -> None:
        if problems and not self.live:
            raise BuildStoppedError(problems)
        self.refused += problems

    def link(self, target: Document) -> str:
        """What stands for the address of a page until it is known; empty for this page itself."""
        path = relative(self.document, target)
        return away(self.away.setdefault(path, len(self.away))) if path else ""

    def note(self, document: Document, note: Note) -> NoteView:
        """A note of a listing of this page."""
        title = self._convert(document, note.title_start, note.title_end)
        body = self._convert(document, note.body_start, note.end)
        statements = tuple(quote.statement for quote in note.quotes)
        foot = self._report(document, statements)
        return NoteView(statements, re.sub(r"\A<p>|</p>\Z", "", title), body + self.links.back(document, note), foot)

    def _report(self, notes: Document, statements: Sequence[int]) -> str:
        assert notes.snippet is not None
        snippet = self.book.chapter.snippets[notes.snippet]
        known = [snippet.statements[index] for index in sorted(statements)]
        code = "\n".join(each.code for each in known)
        page = f"{self.document.title} ({self.document.source.path})"
        lines = known[0].line, known[-1].end_line
        return report(self.repository, page, posixpath.basename(snippet.path), lines, code)

    def _replace(self, document: Document, start: int, end: int, pieces: list[str]) -> str:
        """The part of a document from `start` to `end`, with its regions replaced."""
        regions = _regions(document)
        walk = _Walk(document, pieces, self._flags(document))
        answers = {verdict.region.start: verdict for verdict in self.book.verifier.verdicts(document)}
        text = document.source.text
        parts: list[str] = []
        at = start
        closing: tuple[int, str] | None = None
        for region in regions:
            if not start <= region.start < end:
                continue
            if closing is not None and closing[0] <= region.start:
                parts += [self._plain(walk, at, closing[0]), store(pieces, closing[1])]
                at, closing = closing[0], None
            parts.append(self._plain(walk, at, region.start))
            at = region.end
            if isinstance(region, Figure):
                before, after = drawn(self.book, self.document, region, self.symbols, self.marked)
                parts.append(store(pieces, before))
                at, closing = region.caption, (region.end, after)
            elif isinstance(region, Listing):
                self.listings += 1
                indent = text[region.start : region.end].partition("`")[0].partition("~")[0]
                parts.append(f"\n{indent}{store(pieces, shown(self, region))}\n")
            elif isinstance(region, Link):
                parts.append(store(pieces, self.links.forth(region)))
            elif isinstance(region, Placeholder) and region.name == "beside":
                parts.append(
                    f"\n\n{clean(text[region.start : region.mark])}{store(pieces, self.links.beside(region))}\n\n"
                )
            elif isinstance(region, Placeholder) and region.name == "reading-time":
                parts.append(
                    f"\n\n{clean(text[region.start : region.mark])}{store(pieces, self._reading_time(region))}\n\n"
                )
            elif isinstance(region, Placeholder):
                parts.append(f"\n\n{clean(text[region.start : region.mark])}{SLOT}\n\n")
            elif isinstance(region, Claim):
                words = (
                    text[region.words_start : region.words_end]
                    if region.form == "claim"
                    else text[region.start : region.end]
                )
                before, after = self._claim(region, answers[region.start])
                # What is found to be wrong with these words is shown beside them before the page is made again.
                if self.live:
                    spot = escape(spot_of(document.source.path, region.start))
                    before = before.replace("<span", f'<span data-at="{spot}"', 1)
                parts += [store(pieces, before), clean(words), store(pieces, after)]
            else:
                parts.append(clean(text[region.words_start : region.words_end]))
        if closing is not None:
            parts += [self._plain(walk, at, closing[0]), store(pieces, closing[1])]
            at = closing[0]
        return "".join([*parts, self._plain(walk, at, end)])

    def _reading_time(self, placeholder: Placeholder) -> str:
        """Pages with their minutes; without any, how long it takes to read all that are listed on this page."""
        chapter = self.book.chapter
        known = {page.source.path: page for page in chapter.pages}
        listed = dict.fromkeys(path for each in self.document.placeholders for _, path in each.pages if path in known)
        named = [known[path] for _, path in placeholder.pages if path in known]
        if not placeholder.pages:
            return total([reading(chapter, known[path]) for path in listed], "All pages:")
        return pages([(page.title, self.link(page), reading(chapter, page)) for page in named])

    def _flags(self, document: Document) -> tuple[Flag, ...]:
        """Where the problems of a document are shown that are no verdicts on its claims: those are shown with the claim."""
        path = document.source.path
        if not self.live:
            return ()
        if path in self.flags:
            return self.flags[path]
        verdicts = self.book.verifier.verdicts(document)
        claimed = {verdict.problem for verdict in verdicts if isinstance(verdict.region, Claim)}
        problems = [problem for problem in self.book.problems if problem not in claimed]
        self.flags[path] = flags(self.book.chapter, document, problems)
        return self.flags[path]

    def _plain(self, walk: _Walk, start: int, end: int) -> str:
        """The text from `start` to `end`, with the flags that lie in it."""
        text = walk.document.source.text
        parts = []
        at = start
        for flag in walk.flags:
            spot = flag.spot
            # A point between two stretches lies in both.
            if spot.start < at or spot.end > end or self.marked.issuperset(flag.problems):
                continue
            self.marked.update(flag.problems)
            parts.append(clean(text[at : spot.start]))
            at = spot.end
            inside = clean(text[spot.start : spot.end])
            if spot.kind in ("line", "block"):
                html = store(walk.pieces, box(flag.problems, "" if flag.keeps else inside))
                parts.append(f"\n\n{spot.indent}{html}\n\n{inside if flag.keeps else ''}\n\n")
            else:
                before, after = mark(flag.problems)
                parts += [store(walk.pieces, before), inside, store(walk.pieces, after)]
        return "".join([*parts, clean(text[at:end])])

    def _claim(self, region: Claim, verdict: Verdict) -> tuple[str, str]:
        """What stands before and after the words of a claim."""
        self.claims += 1
        if verdict.problem is not None:
            self.marked.add(verdict.problem)
            return mark([verdict.problem])
        if verdict.status == "not evaluated":
            return pending(verdict.broken)
        answer = verdict.answer
        assert answer is not None
        assert answer.value is not None
        found = claim_provenance(
            self.book.chapter,
            self.document,
            verdict,
            lambda stem: self.book.verifier.runs.of(stem).trace,
            self.link,
        )
        ident = f"claim-{self.claims}"
        shown = claim(
            _WORDS, expression=region.expression.text, value=full(answer.value), provenance=found, ident=ident
        )
        before, after = shown.split(_WORDS)
        return before, after

    def _convert(self, document: Document, start: int, end: int) -> str:
        """HTML of a part of a notes file."""
        self._notes.pieces.clear()
        self._notes.document = document
        text = self._replace(document, start, end, self._notes.pieces)
        return self._notes.md.reset().convert(text).strip()


class _Notes:
    """What converts the notes of one page. It is made once, because to make it takes longer than to convert a note."""

    def __init__(self, page: Page) -> None:
        self.pieces: list[str] = []
        self.document = page.document
        self.md = Markdown(
            extensions=list(_NOTE_EXTENSIONS), extension_configs={"pymdownx.arithmatex": {"generic": True}}
        )
        register(self.md, self.pieces, lambda formulas: page.refuse(self.document, formulas), page.symbols)


def _regions(document: Document) -> list[_Region]:
    found: list[_Region] = [
        *document.listings, *document.figures, *document.claims, *document.waivers, *document.bindings, *document.placeholders,
        *document.links,
    ]  # fmt: skip
    return sorted(found, key=lambda region: region.start)


def _bad_formula(document: Document, formula: str, reason: str) -> Problem:
    """The problem of a formula that cannot be shown: that of the scan, if it has found it."""
    message = f"this formula cannot be shown: {reason}"
    found = " ".join(formula.split())
    known = (each for each in document.problems if each.message == message and each.found == found)
    offset = max(document.source.text.find(formula.strip()), 0)
    return next(known, None) or document.source.problem(offset, message, found=found, remedy=formulas.REMEDY)


def flags(chapter: Chapter, document: Document, problems: Iterable[Problem]) -> tuple[Flag, ...]:
    """The flags of a document, in the order of place.

    Args:
        chapter: The book.
        document: The document.
        problems: What is wrong with the book, except for what is shown otherwise.
    """
    problems = tuple(problems)
    here = InsertionPoints(document)
    text = document.source.text
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    spots: dict[Spot, list[Problem]] = {}
    for problem in problems:
        if problem.path == document.source.path and problem.line < len(starts):
            spot = here.at(min(starts[problem.line - 1] + problem.column - 1, len(text)))
            if spot is not None:
                spots.setdefault(spot, []).append(problem)
    for spot in [each for each in spots if each.kind == "point"]:
        # A point inside of words that are marked has no place of its own.
        around = next((each for each in spots if each.kind != "point" and each.start <= spot.start < each.end), None)
        if around is not None:
            spots[around] += spots.pop(spot)
    found = [Flag(spot, tuple(these)) for spot, these in spots.items()]
    for spot, targets in here.including():
        broken = tuple(problem for problem in problems if problem.path in _unparsed(chapter, targets))
        if broken and spot not in spots:
            found.append(Flag(spot, broken, keeps=True))
    return tuple(sorted(found, key=lambda flag: (flag.spot.start, flag.spot.end)))


def _unparsed(chapter: Chapter, targets: Iterable[str]) -> set[str]:
    """The paths of the snippets among the targets of includes that are no Python."""
    paths = {f"{chapter.config.snippets}/{target.partition(':')[0]}" for target in targets}
    return {path for path in paths if path in chapter.files and chapter.files[path] not in chapter.snippets}


def drawn(book: Look, page: Document, region: Figure, symbols: Symbols, marked: set[Problem]) -> tuple[str, str]:
    """HTML of a figure of the page: what stands before its caption, and what stands after it.

    Args:
        book: The book.
        page: The page.
        region: The figure.
        symbols: Which names have a colour.
        marked: The problems that are shown so far, to which those of the script are added.
    """
    script = book.chapter.scripts[region.name]
    broken = book.gallery.broken(region.name) if script.whole else ""
    problems = [problem for problem in book.problems if problem.path == script.source.path]
    if broken:
        problems += [problem for problem in book.problems if problem.path == book.chapter.snippets[broken].path]
    if problems:
        marked.update(problems)
        return (
            f'<figure class="bb-figure" id="figure-{region.name}">{box(problems)}<figcaption>',
            "</figcaption></figure>",
        )
    shown = book.gallery.drawing(region.name)
    if isinstance(shown, Drawing):
        return figure(shown, region.name, region.alt)
    is_listed = any(each.snippet == shown.snippet and not each.section for each in page.listings)
    return network(shown, region.name, region.alt, shown.snippet if is_listed else "", symbols)
