"""markdown_extension: the extension that Python-Markdown loads, and its steps in the conversion of each page."""

import atexit
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from backprop_book.core.cache import RUNS
from backprop_book.core.config import Config, book_root, has_moved, load_config
from backprop_book.core.symbols import symbols_of
from backprop_book.record.dependencies import are_current
from backprop_book.site.errors import BuildStoppedError
from backprop_book.site.html_stash import SLOT, Addresses, register, with_skip
from backprop_book.site.page_cache import Shown, State, state
from backprop_book.site.page_layout import Arrange

if TYPE_CHECKING:
    from backprop_book.site.edit_session import EditSession, Look
    from backprop_book.site.page import Page


class BookState:
    """The book that pages are made from, as far as it has been read: shared by all pages of a build or of a server."""

    def __init__(self) -> None:
        self._ready: Config | None = None
        self._next: EditSession | None = None
        self._session: EditSession | None = None
        self._verified: tuple[tuple[Path, str, str], Look] | None = None

    def begin(self, config: Config) -> None:
        """Get ready to verify a book that has never run: what its snippets import takes most of the time of the first build.

        It is asked for at every page, and done once.
        """
        if self._ready != config and not (config.root / RUNS).is_dir():
            self._next = _new_session(config.root)
            self._next.tracer.warm(sorted((config.root / config.snippets).rglob("*.py")))
            atexit.register(self._next.close)
        self._ready = config

    def edit_session(self, root: Path) -> "EditSession":
        """Return the session in which a book is edited; it stays until the process ends."""
        if self._session is None or self._session.root != root:
            self._session = _new_session(root)
            atexit.register(self._session.close)
        return self._session

    def verified(self, root: Path, digest: str, repository: str) -> "Look":
        """Return the book, scanned and verified once for each state of its files.

        Args:
            root: Its folder.
            digest: A digest of its files.
            repository: The address that its pages are reported to.

        Raises:
            BuildStoppedError: Something is wrong with it.
            BookError: There is no readable configuration.
        """
        key = (root, digest, repository)
        if self._verified is not None and self._verified[0] == key:
            look = self._verified[1]
            if not has_moved(root, look.chapter.looked) and are_current(look.dependencies):
                return look
        look = self._verify(root, repository)
        self._verified = key, look
        return look

    def _verify(self, root: Path, repository: str) -> "Look":
        from backprop_book.site.make_page import draw_ahead

        once = self._next if self._next is not None and self._next.root == root else _new_session(root)
        self._next = None
        try:
            look = once.look()
        finally:
            once.close()
        if look.problems:
            raise BuildStoppedError(look.problems)
        draw_ahead(look, repository)
        return look


def _new_session(root: Path) -> "EditSession":
    # Only here: pages that are kept need nothing of what reads, runs and draws, which takes a while to import.
    from backprop_book.site.edit_session import EditSession

    return EditSession(root)


class BookExtension(Extension):
    """The extension `backprop_book` of mkdocs.yml."""

    books: ClassVar[BookState] = BookState()
    """What the extensions of all pages share: MkDocs makes a new one for every page."""

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
        pages = _Pages(
            md, self.books, config, live=bool(self.getConfig("live")), repository=self.getConfig("repository")
        )
        if not pages.live:
            self.books.begin(config)
        md.preprocessors.register(pages, "backprop_book", 1000)
        register(md, pages.pieces, pages.refuse, symbols_of(config), pages.formulas, lambda: not pages.is_whole)
        md.treeprocessors.register(Arrange(md), "backprop_book_arrange", 4)
        md.treeprocessors.register(_Links(md, pages), "backprop_book_links", 3)
        md.treeprocessors.register(_Whole(md, pages), "backprop_book_whole", -1000)
        md.postprocessors.register(_Report(md, pages), "backprop_book_report", -1001)
        md.postprocessors.register(Addresses(md), "backprop_book_addresses", -2000)


class _Pages(Preprocessor):
    """Puts what was verified in the place of what was written."""

    def __init__(self, md: Markdown, books: BookState, config: Config, *, live: bool, repository: str) -> None:
        super().__init__(md)
        self.books = books
        self.config = config
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
        """Return the HTML for formulas of the page that cannot be shown, or end the build."""
        page = self.read()
        return page.refuse(page.document, formulas)

    def run(self, lines: list[str]) -> list[str]:
        """Replace the regions of the page whose text this is."""
        self.text = "\n".join(lines)
        self.page, self.is_whole = None, False
        self.state = None if self.live else state(self.config, self.repository)
        self.shown = (None if self.state is None else self.state.page(self.text)) or self._read()
        self.pieces[:] = self.shown.pieces
        self.formulas.clear()
        self.formulas |= self.shown.formulas
        return self.shown.text.split("\n")

    def read(self) -> "Page":
        """The page; one that was remembered is read and verified with its book only now, because something of it is refused."""
        if self.page is None:
            self._read()
        assert self.page is not None
        return self.page

    def done(self) -> None:
        """Keep the page, if it was not kept already.

        Headings go the way of a page, too, for the table of contents; the page itself comes last, after its tree is whole.
        """
        is_whole, self.is_whole = self.is_whole, False
        if is_whole and self.state is not None and self.page is not None:
            shown = replace(self.shown, formulas=dict(self.formulas))
            self.state.keep(self.page.book, self.page.document, shown, self.repository)

    def _read(self) -> Shown:
        # Only here: pages that are remembered need nothing of what reads and draws them, which takes a while to import.
        from backprop_book.site.make_page import read

        known = self.state
        if known is None:
            book = self.books.edit_session(self.config.root).look()
        else:
            book = self.books.verified(self.config.root, known.digest, self.repository)
        self.page, shown = read(book, self.text, live=self.live, repository=self.repository)
        return shown


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
        self.pages.read().refuse_slot()


class _Whole(Treeprocessor):
    """Comes after all that reads headings from the tree: for the table of contents, and for the title of the page."""

    def __init__(self, md: Markdown, pages: _Pages) -> None:
        super().__init__(md)
        self.pages = pages

    def run(self, _: ET.Element) -> None:
        """Note that what follows is the page."""
        self.pages.is_whole = True


class _Report(Postprocessor):
    """What is done when the page is converted: live, the session is told what only came to light then; else the page is remembered."""

    def __init__(self, md: Markdown, pages: _Pages) -> None:
        super().__init__(md)
        self.pages = pages

    def run(self, text: str) -> str:
        """Add the link to the listing; the rest of the text stays as it is."""
        page = self.pages.page
        if page is not None and page.live:
            self.pages.books.edit_session(self.pages.config.root).shown(page.document.source.path, page.refused)
        self.pages.done()
        return with_skip(text.replace(SLOT, ""))
