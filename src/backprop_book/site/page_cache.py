"""page_cache: pages as they were made last, kept under a digest of all files of the book.

A page may depend on any file of the book: a claim asks a listing of another page, a link leads to a title. Where one file has
changed, the book is verified again, and its pages are made again from what that gives.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_book.core.cache import PAGES, digest, engine_digest, keep, kept
from backprop_book.core.config import Config, has_moved, is_there
from backprop_book.core.model import Dependency
from backprop_book.record.dependencies import are_current, visible_environment

if TYPE_CHECKING:
    from backprop_book.scan.document import Document
    from backprop_book.site.edit_session import Look

_BOOK = "book"
_SUFFIXES = (".md", ".py", ".json")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page becomes before Markdown converts it."""

    text: str
    """Its Markdown, with marks for the pieces."""
    pieces: list[str]
    """The pieces of HTML."""
    summary: str = ""
    """HTML of the line below the title."""
    tables: str = ""
    """HTML of what was verified, for the page that shows it."""
    away: list[str] = field(default_factory=list)
    """The pages that it leads to, by their paths relative to it."""
    formulas: dict[str, str] = field(default_factory=dict)
    """MathML of the formulas that Markdown found in it, each by its delimiter and its LaTeX."""


@dataclass(frozen=True, slots=True)
class State:
    """The files of a book at one time, as a digest, and the pages that are kept under it."""

    root: Path
    """The folder of the book."""
    digest: str
    """A digest of it."""
    pages: Mapping[str, str]
    """The path of each page by its text; empty where nothing is remembered of this state."""

    def page(self, text: str) -> Shown | None:
        """Return the page with this text; None if it is not kept."""
        path = self.pages.get(_named(text))
        told = None if path is None else kept(self.root / PAGES, _place(path), self.digest)
        return None if told is None else Shown(**json.loads(told))

    def keep(self, book: "Look", document: "Document", shown: Shown, repository: str) -> None:
        """Keep a page of a verified book, unless the book has changed since it was read."""
        chapter = book.chapter
        if _contents(chapter.config, repository) != self.digest or not are_current(book.dependencies):
            return
        # Of pages with the same text the first counts, as where they are looked up.
        pages = {_named(_body(page)): page.source.path for page in reversed(chapter.pages)}
        folder = self.root / PAGES
        if self.pages != pages:
            keep(
                folder,
                _BOOK,
                self.digest,
                json.dumps({"pages": pages, "looked": chapter.looked, "dependencies": sorted(book.dependencies)}),
            )
        keep(folder, _place(document.source.path), self.digest, json.dumps(asdict(shown)))


def state(config: Config, repository: str) -> State:
    """Return the state of a book as it is now.

    Args:
        config: Its configuration.
        repository: The address that its pages are reported to.
    """
    root = config.root
    found = _contents(config, repository)
    told = kept(root / PAGES, _BOOK, found)
    book = json.loads(told) if told is not None else {"pages": {}, "looked": {}, "dependencies": []}
    # Whether other files are there is in no file of the book, nor is what snippets have looked at elsewhere.
    same = not has_moved(root, book["looked"]) and are_current(Dependency(*each) for each in book["dependencies"])
    return State(root, found, book["pages"] if same else {})


def _contents(config: Config, repository: str) -> str:
    """A digest of the files of a book, of the machinery that shows it, and of what it was told."""
    root = config.root
    folders = (config.docs, config.snippets, config.figures)
    found = [path for folder in (config.docs, config.figures) for path in _files(root / folder, _SUFFIXES)]
    found += _files(root / config.snippets, "")  # a page may include any of them
    paths = [*found, root / "pyproject.toml", root / "README.md", *(root / path for path in config.verified)]
    contents = {str(path): _digest(path) for path in paths}
    given = [
        engine_digest(),
        str(root),
        repository,
        dict(visible_environment(config.environment)),
        [is_there(root, folder) for folder in folders],
        contents,
    ]
    return digest(given)


def _files(folder: Path, ends: str | tuple[str, ...]) -> Iterator[Path]:
    """The files below a folder that can say something about the book, with names that end so."""
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (Path(where, name) for name in names if name.endswith(ends))


def _digest(path: Path) -> str:
    """A digest of a file; empty where there is none that can be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _body(document: "Document") -> str:
    return document.source.text[document.source.body :]


def _named(text: str) -> str:
    """What stands for the text of a page, of which the author's files and Markdown may give different line ends."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return digest(plain)


def _place(path: str) -> str:
    return f"page {path}"
