"""extension: a Python-Markdown extension that shows listings, claims and formulas as they were verified.

Python-Markdown plug-ins fail silently by habit. This one scans and verifies the whole book before it touches the first page, and
raises every problem at once; a page is only ever built from a book that holds. Which page it is given, Markdown does not say,
so the page is found by its text.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from backprop_book.chapter import (
    Binding,
    Chapter,
    Claim,
    Config,
    Document,
    Figure,
    Listing,
    Note,
    Slot,
    Waiver,
    book_root,
    load_config,
    plain,
    scan,
)
from backprop_book.errors import BookError, Problem
from backprop_book.figure import Gallery
from backprop_book.ledger import ledger, reading, verification_page
from backprop_book.notebook import Explanation, notebook
from backprop_book.render import (
    BadMathError,
    Download,
    ListingView,
    NoteView,
    Symbols,
    claim,
    downloads,
    figure,
    listing,
    mathml,
    summary,
    verification,
)
from backprop_book.tracing import Tracer
from backprop_book.verify import Verdict, Verifier, full

_ARITHMATEX = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)
_NOTE_EXTENSIONS = ("attr_list", "tables", "pymdownx.arithmatex", "pymdownx.superfences")
_PARAGRAPH = re.compile(r'<p>(<figure class="bb-figure".*?</figure>)</p>', re.DOTALL)
"""A figure is written as a paragraph, but HTML knows no figures inside of paragraphs."""
_WORDS = "\x00"
_MARK = re.compile("\ufdd0(\\d+)\ufdd1")
"""Stands for a piece of HTML until Markdown has normalised white space, which would destroy its own placeholders."""
_SLOT = "\ufdd2"
"""Stands, in a paragraph of its own, for the tables that are put in the place of a slot."""


class BuildStoppedError(BookError, SystemExit):
    """Problems of the book that stop a build.

    MkDocs prints what is a `SystemExit` without a traceback, also while it serves.
    """

    code = 1


class BookExtension(Extension):
    """The extension `backprop_book` of mkdocs.yml."""

    def __init__(self, **settings: Any) -> None:
        self.config = {
            "root": ["", "Folder of the book's pyproject.toml; by default found upwards from the current folder"]
        }
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the framework's name
        """Register before every other preprocessor, so that what is scanned is what the author wrote."""
        root = Path(self.getConfig("root")) if self.getConfig("root") else book_root(Path.cwd())
        pages = _Pages(md, root.resolve())
        md.preprocessors.register(pages, "backprop_book", 1000)
        _register(md, pages.pieces, pages.where, symbols_of(load_config(root.resolve())))
        md.treeprocessors.register(_Links(md, pages), "backprop_book_links", 3)


def _register(md: Markdown, pieces: list[str], where: Callable[[str, str], Problem], symbols: Symbols) -> None:
    """Put pieces of HTML in the places of their marks, right after Markdown has normalised white space; show formulas and symbols."""
    md.preprocessors.register(_Pieces(md, pieces), "backprop_book_pieces", 29)
    md.treeprocessors.register(_Names(md, symbols), "backprop_book_names", 5)
    md.postprocessors.register(_Figures(md), "backprop_book_figures", 25)
    md.postprocessors.register(_Formulas(md, where, symbols), "backprop_book_formulas", -1000)


def symbols_of(config: Config) -> Symbols:
    """The colours of symbols as a book configures them."""
    return Symbols(
        tuple((pattern, family.name) for family in config.symbols for pattern in family.code),
        tuple((letter, family.name) for family in config.symbols for letter in family.math),
    )


@dataclass(frozen=True, slots=True)
class _Book:
    """A chapter that was verified and holds."""

    chapter: Chapter
    verifier: Verifier
    gallery: Gallery


@lru_cache(maxsize=1)
def _verified(root: Path, _: tuple[tuple[str, int, int], ...]) -> _Book:
    """Scan and verify the book; once for each state of its files, because every page is a new Markdown instance."""
    chapter = scan(root)
    with Tracer(root, root / ".cache" / "runs") as tracer:
        verifier = Verifier(chapter, tracer)
        gallery = Gallery(verifier, root / ".cache" / "figures")
        problems = (*verifier.problems(), *gallery.problems())
    if problems:
        raise BuildStoppedError(problems)
    return _Book(chapter, verifier, gallery)


def _state(root: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file that the book is made of."""
    config = load_config(root)
    folders = (root / config.docs, root / config.snippets, root / config.figures)
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in (".md", ".py")]
    files += [root / "pyproject.toml", *(root / path for path in config.verified)]
    stats = [(str(path), path.stat()) for path in files]
    return tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)


class _Pages(Preprocessor):
    """Puts what was verified in the place of what was written."""

    def __init__(self, md: Markdown, root: Path) -> None:
        super().__init__(md)
        self.root = root
        self.pieces: list[str] = []
        self.document: Document | None = None
        self.summary = ""
        self.tables = ""

    def where(self, formula: str, reason: str) -> Problem:
        """The problem of a formula of the page that is being converted."""
        assert self.document is not None
        return _bad_formula(self.document, formula, reason)

    def run(self, lines: list[str]) -> list[str]:
        """Replace the regions of the page whose text this is."""
        book = _verified(self.root, _state(self.root))
        document = book.chapter.page("\n".join(lines))
        if document is None:
            first = next((line for line in lines if line.strip()), "")
            raise BuildStoppedError(
                [
                    Problem(
                        book.chapter.config.docs,
                        1,
                        1,
                        "a text was given to the extension that is no page of the book",
                        found=first[:80],
                        remedy="keep its file under the folder of the pages, and let no other plug-in rewrite it",
                    )
                ]
            )
        self.document = document
        self.pieces.clear()
        target = verification_page(book.chapter)
        self.summary = summary(reading(book.chapter, document), _link(document, target)) if target else ""
        self.tables = ""
        if document.slots:
            links = {page.source.path: _link(document, page) for page in book.chapter.documents if page.kind == "page"}
            self.tables = verification(ledger(book.verifier), links)
        return _Page(book, document).text(self.pieces).split("\n")


class _Links(Treeprocessor):
    """Adds what links to other pages.

    It is added to the tree as links to Markdown files, before MkDocs and Zensical turn such links into addresses: they alone know
    how deep the page lies and whether addresses end in a slash.
    """

    def __init__(self, md: Markdown, pages: _Pages) -> None:
        super().__init__(md)
        self.pages = pages

    def run(self, root: ET.Element) -> None:
        """Put the summary below the title, at the top of a page to which the theme adds its title, and the tables in their place."""
        if self.pages.tables:
            self._fill(root)
        if self.pages.summary:
            at = next((n + 1 for n, element in enumerate(root) if element.tag == "h1"), 0)
            root.insert(at, ET.fromstring(self.pages.summary))

    def _fill(self, root: ET.Element) -> None:
        for parent in root.iter():
            for n, child in enumerate(parent):
                if child.tag == "p" and (child.text or "").strip() == _SLOT:
                    parent[n] = ET.fromstring(self.pages.tables)
                    return
        document = self.pages.document
        assert document is not None
        (slot,) = document.slots
        message, remedy = (
            "this place holder stands inside HTML, where nothing is filled in",
            "move it out of the element",
        )
        shown = document.source.text[slot.mark : slot.end]
        raise BuildStoppedError([document.source.problem(slot.mark, message, found=shown, remedy=remedy)])


def _link(document: Document, target: Document) -> str:
    """The path from one page to another; empty for the page itself."""
    if target is document:
        return ""
    return posixpath.relpath(target.source.path, posixpath.dirname(document.source.path))


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


class _Figures(Postprocessor):
    """Takes figures out of the paragraphs that they were written as, when their HTML is back in its place."""

    def run(self, text: str) -> str:
        """Drop the tags of the paragraphs."""
        return _PARAGRAPH.sub(r"\1", text)


class _Formulas(Postprocessor):
    """Turns what arithmatex found into MathML."""

    def __init__(self, md: Markdown, where: Callable[[str, str], Problem], symbols: Symbols) -> None:
        super().__init__(md)
        self.where = where
        self.symbols = symbols

    def run(self, text: str) -> str:
        """Replace each formula; all that cannot be shown are reported together."""
        problems: list[Problem] = []

        def show(match: re.Match[str]) -> str:
            formula, block = unescape(match[3]), match[2] == "["
            try:
                shown = mathml(formula, block=block, symbols=self.symbols)
            except BadMathError as error:
                problems.append(self.where(formula, str(error)))
                return match[0]
            # A long formula scrolls by itself; the keyboard reaches it.
            return (
                f'<div class="bb-formula" tabindex="0" role="group" aria-label="Formula">{shown}</div>'
                if block
                else shown
            )

        replaced = _ARITHMATEX.sub(show, text)
        if problems:
            raise BuildStoppedError(problems)
        return replaced


class _Page:
    """One conversion of one page."""

    def __init__(self, book: _Book, document: Document) -> None:
        self.book = book
        self.document = document
        self.shown = {found.snippet for found in document.listings}
        self.symbols = symbols_of(book.chapter.config)
        self.claims = 0
        self.listings = 0

    def text(self, pieces: list[str]) -> str:
        """The Markdown of the page with marks for what is rendered here, which is added to `pieces`."""
        return self._replace(self.document, self.document.source.body, len(self.document.source.text), pieces)

    def _replace(self, document: Document, start: int, end: int, html: list[str]) -> str:
        """The part of a document from `start` to `end`, with its regions replaced."""
        text = document.source.text

        def store(piece: str) -> str:
            html.append(piece)
            return f"\ufdd0{len(html) - 1}\ufdd1"

        answers = {verdict.region.start: verdict for verdict in self.book.verifier.verdicts(document)}
        regions: Iterable[Listing | Figure | Claim | Waiver | Binding | Slot] = sorted(
            (
                *document.listings,
                *document.figures,
                *document.claims,
                *document.waivers,
                *document.bindings,
                *document.slots,
            ),
            key=lambda region: region.start,
        )
        pieces: list[str] = []
        at = start
        closing: tuple[int, str] | None = None
        for region in regions:
            if not start <= region.start < end:
                continue
            if closing is not None and closing[0] <= region.start:
                pieces += [text[at : closing[0]], store(closing[1])]
                at, closing = closing[0], None
            pieces.append(text[at : region.start])
            at = region.end
            if isinstance(region, Figure):
                before, after = figure(self.book.gallery.drawing(region.name), region.name, region.alt)
                pieces.append(store(before))
                at, closing = region.caption, (region.end, after)
            elif isinstance(region, Listing):
                indent = text[region.start : region.end].partition("`")[0].partition("~")[0]
                pieces.append(f"\n{indent}{store(self._listing(region))}\n")
            elif isinstance(region, Slot):
                pieces.append(f"\n\n{text[region.start : region.mark]}{_SLOT}\n\n")
            elif isinstance(region, Claim):
                words = (
                    text[region.words_start : region.words_end]
                    if region.form == "claim"
                    else text[region.start : region.end]
                )
                before, after = self._claim(region, answers[region.start]).split(_WORDS)
                pieces += [store(before), words, store(after)]
            else:
                pieces.append(text[region.words_start : region.words_end])
        if closing is not None:
            pieces += [text[at : closing[0]], store(closing[1])]
            at = closing[0]
        return "".join([*pieces, text[at:end]])

    def _claim(self, region: Claim, verdict: Verdict) -> str:
        self.claims += 1
        answer = verdict.answer
        assert answer is not None
        assert answer.value is not None
        snippet = region.question.parts[0].snippet
        return claim(
            _WORDS,
            expression=region.expression,
            value=full(answer.value),
            source=snippet,
            step=answer.step if snippet in self.shown else None,
            ident=f"claim-{self.claims}",
        )

    def _listing(self, region: Listing) -> str:
        self.listings += 1
        run = self.book.verifier.run(region.snippet)
        snippet = self.book.chapter.snippets[region.snippet]
        first, last = snippet.sections[region.section] if region.section else (None, None)
        notes = next(
            (
                found
                for found in self.book.chapter.documents
                if found.kind == "notes" and found.snippet == region.snippet
            ),
            None,
        )
        views = [self._note(notes, note) for note in notes.notes] if notes else []
        earlier = sum(found.snippet == region.snippet for found in self.document.listings[: self.listings - 1])
        return listing(
            ListingView(
                region.snippet,
                self.listings,
                region.title,
                run.trace,
                tuple(views),
                first,
                last,
                ident=f"{region.snippet}-{earlier + 1}" if earlier else region.snippet,
                footer_html=self._downloads(region, notes),
                output=all(output.listing != region.snippet for output in self.document.outputs),
                symbols=self.symbols,
            )
        )

    def _downloads(self, region: Listing, notes: Document | None) -> str:
        """Links to the snippet and to its notebook; of a part that is shown, to the whole snippet only."""
        chapter = self.book.chapter
        snippet = chapter.snippets[region.snippet]
        code = Download("Download .py", f"{snippet.stem}.py", "text/x-python", snippet.text)
        if region.section:
            return downloads([code])
        explanations = tuple(_explanations(notes)) if notes else ()
        run = self.book.verifier.run(region.snippet)
        folder = posixpath.dirname(snippet.path)
        siblings = {stem: each for stem, each in chapter.snippets.items() if posixpath.dirname(each.path) == folder}
        made = notebook(region.title, snippet, run, explanations, siblings)
        if made.refusal:
            return downloads([code], f"There is no notebook: {made.refusal}.")
        name = f"{snippet.stem}.ipynb"
        return downloads([code, Download("Download notebook", name, "application/x-ipynb+json", made.text)])

    def _note(self, document: Document, note: Note) -> NoteView:
        title = self._convert(document, note.title_start, note.title_end)
        body = self._convert(document, note.body_start, note.end)
        statements = tuple(quote.statement for quote in note.quotes)
        return NoteView(statements, re.sub(r"\A<p>|</p>\Z", "", title), body)

    def _convert(self, document: Document, start: int, end: int) -> str:
        """HTML of a part of a notes file."""
        md = Markdown(extensions=list(_NOTE_EXTENSIONS), extension_configs={"pymdownx.arithmatex": {"generic": True}})
        pieces: list[str] = []
        text = self._replace(document, start, end, pieces)
        _register(md, pieces, lambda formula, reason: _bad_formula(document, formula, reason), self.symbols)
        return md.convert(text).strip()


def _explanations(notes: Document) -> Iterator[Explanation]:
    """The notes as text of a notebook: their headings, one level down, quote the statements."""
    for note in notes.notes:
        statements = tuple(quote.statement for quote in note.quotes)
        yield Explanation(statements, f"#{plain(notes, note.start, note.end)}")


def _bad_formula(document: Document, formula: str, reason: str) -> Problem:
    offset = max(document.source.text.find(formula.strip()), 0)
    return document.source.problem(
        offset, f"this formula cannot be shown: {reason}", found=formula.strip(), remedy="write it in simple LaTeX"
    )
