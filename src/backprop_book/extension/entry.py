"""entry: what Python-Markdown loads, and what it does with each page."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from backprop_book.chapter import Chapter, Document, book_root, load_config
from backprop_book.desk import Look
from backprop_book.errors import Problem
from backprop_book.extension.book import begin, desk, verified
from backprop_book.extension.page import SLOT, Page
from backprop_book.extension.pieces import Addresses, register, symbols_of
from backprop_book.extension.remembered import Shown, State, state
from backprop_book.extension.stopped import BuildStoppedError
from backprop_book.ledger import ledger, reading, verification_page
from backprop_book.render import summary, verification
from backprop_book.whence import relative


class BookExtension(Extension):
    """The extension `backprop_book` of mkdocs.yml."""

    def __init__(self, **settings: Any) -> None:
        self.config = {
            "root": ["", "Folder of the book's pyproject.toml; by default found upwards from the current folder"],
            "repository": [
                "",
                "Address of the repository, for links with which readers report a problem; none without it",
            ],
            "live": [False, "Show problems in the pages instead of stopping; for the server of `make serve` only"],
        }
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the framework's name
        """Register before every other preprocessor, so that what is scanned is what the author wrote."""
        root = Path(self.getConfig("root")) if self.getConfig("root") else book_root(Path.cwd())
        config = load_config(root.resolve())
        pages = _Pages(md, config.root, live=bool(self.getConfig("live")), repository=self.getConfig("repository"))
        if not pages.live:
            begin(config)
        md.preprocessors.register(pages, "backprop_book", 1000)
        register(md, pages.pieces, pages.refuse, symbols_of(config), pages.formulas)
        md.treeprocessors.register(_Links(md, pages), "backprop_book_links", 3)
        md.postprocessors.register(_Report(md, pages), "backprop_book_report", -1001)
        md.postprocessors.register(Addresses(md), "backprop_book_addresses", -2000)


class _Pages(Preprocessor):
    """Puts what was verified in the place of what was written."""

    def __init__(self, md: Markdown, root: Path, *, live: bool, repository: str) -> None:
        super().__init__(md)
        self.root = root
        self.repository = repository
        self.live = live
        self.text = ""
        self.state: State | None = None
        self.page: Page | None = None
        self.shown = Shown("", [])
        self.is_whole = False
        self.pieces: list[str] = []
        self.formulas: dict[str, str] = {}

    def refuse(self, formulas: Sequence[tuple[str, str]]) -> list[str]:
        """What is done about formulas of the page that cannot be shown."""
        page = self.read()
        return page.refuse(page.document, formulas)

    def run(self, lines: list[str]) -> list[str]:
        """Replace the regions of the page whose text this is."""
        self.text = "\n".join(lines)
        self.page, self.is_whole = None, False
        self.state = None if self.live else state(self.root, self.repository)
        known = None if self.state is None else self.state.page(self.text)
        self.shown = known or self._show()
        self.pieces[:] = self.shown.pieces
        self.formulas.clear()
        self.formulas |= self.shown.formulas
        return self.shown.text.split("\n")

    def read(self) -> Page:
        """The page, read and verified with its book if it was not yet."""
        if self.page is None:
            known = self.state
            book = desk(self.root).look() if known is None else verified(self.root, known.digest, self.repository)
            document = _found(book.chapter, self.text, live=self.live)
            self.page = Page(book, document, live=self.live, repository=self.repository)
        return self.page

    def done(self) -> None:
        """Remember how the page was shown, if it was not known.

        Headings go the way of a page, too, for the table of contents; the page itself comes last, after its tree is whole.
        """
        is_whole, self.is_whole = self.is_whole, False
        if is_whole and self.state is not None and self.page is not None:
            shown = replace(self.shown, formulas=dict(self.formulas))
            self.state.keep(self.page.book.chapter, self.page.document, shown, self.repository)

    def _show(self) -> Shown:
        page = self.read()
        book, document = page.book, page.document
        pieces: list[str] = []
        text = page.text(pieces)
        target = verification_page(book.chapter)
        line = tables = ""
        if target and not _wrong(book, document):
            line = summary(reading(book.chapter, document), relative(document, target))
        if any(slot.name == "verification" for slot in document.slots):
            links = {
                each.source.path: relative(document, each) for each in book.chapter.documents if each.kind == "page"
            }
            tables = verification(ledger(book.verifier), links)
        return Shown(text, pieces, line, tables, list(page.away))


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
        shown = self.pages.shown
        self.pages.is_whole = True
        if shown.tables:
            self._fill(root, shown.tables)
        if shown.summary:
            at = next((n + 1 for n, element in enumerate(root) if element.tag == "h1"), 0)
            root.insert(at, ET.fromstring(shown.summary))
        if shown.away:
            addresses = ET.SubElement(root, "p", {"class": "bb-addresses"})
            for path in shown.away:
                ET.SubElement(addresses, "a", {"href": path})

    def _fill(self, root: ET.Element, tables: str) -> None:
        for parent in root.iter():
            for n, child in enumerate(parent):
                if child.tag == "p" and (child.text or "").strip() == SLOT:
                    parent[n] = ET.fromstring(tables)
                    return
        page = self.pages.read()
        document = page.document
        slot = next(slot for slot in document.slots if slot.name == "verification")
        message, remedy = (
            "this place holder stands inside HTML, where nothing is filled in",
            "move it out of the element",
        )
        shown = document.source.text[slot.mark : slot.end]
        problem = document.source.problem(slot.mark, message, found=shown, remedy=remedy)
        if not self.pages.live:
            raise BuildStoppedError([problem])
        page.refused.append(problem)


class _Report(Postprocessor):
    """What is done when the page is converted: live, the desk is told what only came to light then; else the page is remembered."""

    def __init__(self, md: Markdown, pages: _Pages) -> None:
        super().__init__(md)
        self.pages = pages

    def run(self, text: str) -> str:
        """Leave the text as it is."""
        page = self.pages.page
        if page is not None and page.live:
            desk(self.pages.root).shown(page.document.source.path, page.refused)
        self.pages.done()
        return text.replace(SLOT, "")


def _found(chapter: Chapter, text: str, *, live: bool) -> Document:
    """The page whose text this is. MkDocs takes front matter that is no YAML for text of the page.

    Raises:
        BuildStoppedError: It is no page of the book.
    """
    document = chapter.page(text)
    if document is None and live:
        pages = (page for page in chapter.documents if page.kind == "page")
        document = next((page for page in pages if page.source.text.strip() == text.strip()), None)
    if document is not None:
        return document
    first = next((line for line in text.split("\n") if line.strip()), "")
    message = "a text was given to the extension that is no page of the book"
    remedy = "keep its file under the folder of the pages, and let no other plug-in rewrite it"
    raise BuildStoppedError([Problem(chapter.config.docs, 1, 1, message, found=first[:80], remedy=remedy)])


def _wrong(book: Look, document: Document) -> bool:
    """Whether something is wrong with what a page shows: then it cannot be said to be verified."""
    stems = {listing.snippet for listing in document.listings}
    paths = {document.source.path, *(book.chapter.snippets[stem].path for stem in stems)}
    paths |= {found.source.path for found in book.chapter.documents if found.kind == "notes" and found.snippet in stems}
    return any(problem.path in paths for problem in book.problems)
