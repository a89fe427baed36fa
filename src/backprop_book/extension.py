"""extension: a Python-Markdown extension that shows listings, claims and formulas as they were verified.

Python-Markdown plug-ins fail silently by habit. This one scans and verifies the whole book before it touches the first page, and
raises every problem at once; a page is only ever built from a book that holds. Which page it is given, Markdown does not say,
so the page is found by its text.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from backprop_book.chapter import Binding, Chapter, Claim, Document, Listing, Note, Waiver, book_root, scan
from backprop_book.errors import BookError, Problem
from backprop_book.render import BadMathError, ListingView, NoteView, claim, listing, mathml
from backprop_book.tracing import Tracer
from backprop_book.verify import Verdict, Verifier, full

_ARITHMATEX = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)
_NOTE_EXTENSIONS = ("attr_list", "tables", "pymdownx.arithmatex", "pymdownx.superfences")
_WORDS = "\x00"


class BuildStoppedError(BookError, SystemExit):
    """Problems of the book that stop a build.

    MkDocs prints what is a `SystemExit` without a traceback, also while it serves.
    """

    code = 1


class BookExtension(Extension):
    """The extension `backprop_book` of mkdocs.yml."""

    def __init__(self, **settings: Any) -> None:
        self.config = {"root": ["", "Folder of the book's pyproject.toml; by default found upwards from the current folder"]}
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the framework's name
        """Register before every other preprocessor, so that what is scanned is what the author wrote."""
        root = Path(self.getConfig("root")) if self.getConfig("root") else book_root(Path.cwd())
        pages = _Pages(md, root.resolve())
        md.preprocessors.register(pages, "backprop_book", 1000)
        md.postprocessors.register(_Formulas(md, pages.where), "backprop_book_formulas", -1000)


def makeExtension(**settings: Any) -> BookExtension:  # noqa: N802 - the framework's name
    """The entry point that Python-Markdown looks for in a module."""
    return BookExtension(**settings)


@dataclass(frozen=True, slots=True)
class _Book:
    """A chapter that was verified and holds."""

    chapter: Chapter
    verifier: Verifier


@lru_cache(maxsize=1)
def _verified(root: Path, _: tuple[tuple[str, int, int], ...]) -> _Book:
    """Scan and verify the book; once for each state of its files, because every page is a new Markdown instance."""
    chapter = scan(root)
    with Tracer(root, root / ".cache" / "runs") as tracer:
        verifier = Verifier(chapter, tracer)
        problems = verifier.problems()
    if problems:
        raise BuildStoppedError(problems)
    return _Book(chapter, verifier)


def _state(root: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file that the book is made of."""
    folders = (root / "docs", root / "snippets")
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in (".md", ".py")]
    stats = [(str(path), path.stat()) for path in [*files, root / "pyproject.toml", root / "README.md"] if path.exists()]
    return tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)


class _Pages(Preprocessor):
    """Puts what was verified in the place of what was written."""

    def __init__(self, md: Markdown, root: Path) -> None:
        super().__init__(md)
        self.root = root
        self.document: Document | None = None

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
        page = _Page(book, document, self.md.htmlStash.store)
        return page.text().split("\n")


class _Formulas(Postprocessor):
    """Turns what arithmatex found into MathML."""

    def __init__(self, md: Markdown, where: Callable[[str, str], Problem]) -> None:
        super().__init__(md)
        self.where = where

    def run(self, text: str) -> str:
        """Replace each formula; all that cannot be shown are reported together."""
        problems: list[Problem] = []

        def show(match: re.Match[str]) -> str:
            formula = unescape(match[3])
            try:
                return mathml(formula, block=match[2] == "[")
            except BadMathError as error:
                problems.append(self.where(formula, str(error)))
                return match[0]

        shown = _ARITHMATEX.sub(show, text)
        if problems:
            raise BuildStoppedError(problems)
        return shown


class _Page:
    """One conversion of one page."""

    def __init__(self, book: _Book, document: Document, store: Callable[[str], str]) -> None:
        self.book = book
        self.document = document
        self.store = store
        self.shown = {found.snippet for found in document.listings}
        self.claims = 0
        self.listings = 0

    def text(self) -> str:
        """The Markdown of the page with placeholders for what is rendered here."""
        return self._replace(self.document, self.document.source.body, len(self.document.source.text), self.store)

    def _replace(self, document: Document, start: int, end: int, store: Callable[[str], str]) -> str:
        """The part of a document from `start` to `end`, with its regions replaced."""
        text = document.source.text
        answers = {verdict.region.start: verdict for verdict in self.book.verifier.verdicts(document)}
        regions: Iterable[Listing | Claim | Waiver | Binding] = sorted(
            (*document.listings, *document.claims, *document.waivers, *document.bindings), key=lambda region: region.start
        )
        pieces: list[str] = []
        at = start
        for region in regions:
            if not start <= region.start < end:
                continue
            pieces.append(text[at : region.start])
            at = region.end
            if isinstance(region, Listing):
                indent = text[region.start : region.end].partition("`")[0].partition("~")[0]
                pieces.append(f"\n{indent}{store(self._listing(region))}\n")
            elif isinstance(region, Claim):
                words = text[region.words_start : region.words_end] if region.form == "claim" else text[region.start : region.end]
                before, after = self._claim(region, answers[region.start]).split(_WORDS)
                pieces += [store(before), words, store(after)]
            else:
                pieces.append(text[region.words_start : region.words_end])
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
            (found for found in self.book.chapter.documents if found.kind == "notes" and found.snippet == region.snippet), None
        )
        views = [self._note(notes, note) for note in notes.notes] if notes else []
        return listing(ListingView(region.snippet, self.listings, region.title, run.trace, tuple(views), first, last))

    def _note(self, document: Document, note: Note) -> NoteView:
        title = self._convert(document, note.title_start, note.title_end)
        body = self._convert(document, note.body_start, note.end)
        statements = tuple(quote.statement for quote in note.quotes)
        return NoteView(statements, re.sub(r"\A<p>|</p>\Z", "", title), body)

    def _convert(self, document: Document, start: int, end: int) -> str:
        """HTML of a part of a notes file."""
        md = Markdown(extensions=list(_NOTE_EXTENSIONS), extension_configs={"pymdownx.arithmatex": {"generic": True}})
        formulas = _Formulas(md, lambda formula, reason: _bad_formula(document, formula, reason))
        md.postprocessors.register(formulas, "backprop_book_formulas", -1000)
        # `reset` at the start of a conversion empties the stash, so the text goes through the instance's own preprocessor.
        md.preprocessors.register(_Prepared(md, lambda store: self._replace(document, start, end, store)), "backprop_book", 1000)
        return md.convert("prepared").strip()


class _Prepared(Preprocessor):
    """Gives the Markdown instance a text that is made with the instance's own stash."""

    def __init__(self, md: Markdown, make: Callable[[Callable[[str], str]], str]) -> None:
        super().__init__(md)
        self.make = make

    def run(self, lines: list[str]) -> list[str]:
        """The prepared text instead of the one that was given."""
        del lines
        return self.make(self.md.htmlStash.store).split("\n")


def _bad_formula(document: Document, formula: str, reason: str) -> Problem:
    offset = max(document.source.text.find(formula.strip()), 0)
    return document.source.problem(
        offset, f"this formula cannot be shown: {reason}", found=formula.strip(), remedy="write it in simple LaTeX"
    )
