"""book: the chapter as a whole, and what a place of it can speak of."""

import builtins
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from backprop_book.chapter.asked import Mistake, Question
from backprop_book.chapter.document import Document
from backprop_book.chapter.pairs import Pair, pairs
from backprop_book.chapter.question import ask
from backprop_book.chapter.regions import Listing
from backprop_book.chapter.script import Script
from backprop_book.chapter.tautology import BUILT_IN
from backprop_book.config import Config, is_there
from backprop_book.errors import Problem
from backprop_book.expressions import ClaimExpression
from backprop_book.snippet import Snippet


@dataclass(frozen=True)
class Chapter:
    """All that the book's files say, before anything runs."""

    config: Config
    """The configuration."""
    documents: tuple[Document, ...]
    """Pages, then notes, then the other verified files; each by path."""
    snippets: Mapping[str, Snippet]
    """The snippets that parse, by stem."""
    problems: tuple[Problem, ...]
    """What is wrong with the documents and with the chapter as a whole, sorted."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The stem of every snippet file, whether it parses or not, by path relative to the root."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """The code of each snippet in the form in which quotes are searched for."""
    scripts: Mapping[str, Script] = field(default_factory=dict)
    """The scripts that draw figures, by stem; what is wrong with one is among the chapter's problems."""
    looked: dict[str, bool] = field(default_factory=dict, compare=False)
    """Which other files the documents speak of, by path relative to the root, and whether each was there when it was looked for."""

    @cached_property
    def pages(self) -> tuple[Document, ...]:
        """The pages."""
        return tuple(document for document in self.documents if document.kind == "page")

    @cached_property
    def notes(self) -> Mapping[str, Document]:
        """The notes of each snippet that has some, by its stem."""
        # Of notes with one name the first are those of the snippet; the others explain nothing, which is told.
        found = [document for document in self.documents if document.kind == "notes"]
        return {document.snippet: document for document in reversed(found) if document.snippet is not None}

    @cached_property
    def listed(self) -> Mapping[str, tuple[tuple[Document, Listing], ...]]:
        """Where each snippet is shown that a page shows."""
        found: dict[str, list[tuple[Document, Listing]]] = {}
        for page in self.pages:
            for listing in page.listings:
                found.setdefault(listing.snippet, []).append((page, listing))
        return {stem: tuple(places) for stem, places in found.items()}

    @cached_property
    def askers(self) -> tuple[Document | Script, ...]:
        """All that can ask the snippets something."""
        return (*self.documents, *self.scripts.values())

    @cached_property
    def asking(self) -> Mapping[str, tuple[Document | Script, ...]]:
        """Who asks each snippet something."""
        found: dict[str, list[Document | Script]] = {}
        for each in self.askers:
            for stem in each.probes:
                found.setdefault(stem, []).append(each)
        return {stem: tuple(asking) for stem, asking in found.items()}

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stem of every snippet file."""
        return frozenset(self.files.values())

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """The path of every snippet file by its stem."""
        return {stem: path for path, stem in self.files.items()}

    @cached_property
    def folders(self) -> Mapping[str, Mapping[str, Snippet]]:
        """The snippets of each folder, by the folder's path and their stem."""
        found: dict[str, dict[str, Snippet]] = {}
        for stem, snippet in self.snippets.items():
            found.setdefault(posixpath.dirname(snippet.path), {})[stem] = snippet
        return found

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """What is linked in all notes."""
        return pairs(self.documents)

    def page(self, body: str) -> Document | None:
        """The page whose text after the front matter is `body`, new lines and white space around it aside."""
        sought = _normalised(body)
        found = (page for page in self.pages if page.source.text[page.source.body :].strip() == sought)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Place:
    """What a place of a document speaks of."""

    listing: str | None
    """Stem of the listing above it, or of the snippet whose notes these are."""
    statement: int | None = None
    """In a note, the statement right after which names are read."""
    silent: bool = False
    """Whether what is spoken of is broken, which is reported elsewhere."""


def question(chapter: Chapter, place: Place, expression: str | ClaimExpression) -> Question | Mistake | None:
    """What an expression asks at a place; None if it speaks of a snippet that is broken."""
    asked = ask(expression, place.listing, chapter.stems, place.statement, shared(chapter, place.listing))
    if isinstance(asked, Mistake):
        return None if place.silent else asked
    if place.silent or any(part.snippet not in chapter.snippets for part in asked.parts):
        return None
    return asked


def unread(chapter: Chapter) -> bool:
    """Whether a snippet does not parse, so that nobody knows which code stands in it; that is reported where it stands."""
    return len(chapter.snippets) < len(chapter.files)


def shared(chapter: Chapter, stem: str | None) -> frozenset[str]:
    """The stems of snippets that are names in a snippet, too; there, only its own imports of them are clear."""
    snippet = chapter.snippets.get(stem or "")
    if snippet is None:
        return frozenset()
    return chapter.stems.intersection((*snippet.module_names, *snippet.inner_names)) - snippet.imported_names


def knows(chapter: Chapter, stem: str | None, name: str) -> bool:
    """Whether a plain name is bound anywhere in a snippet, or built in."""
    snippet = chapter.snippets.get(stem or "")
    if snippet is None:
        return False
    return name in snippet.module_names or name in snippet.inner_names or hasattr(builtins, name)


def outside(chapter: Chapter, stem: str | None) -> frozenset[str]:
    """Names that a snippet has from outside of the book alone: modules, what it imports from them, and what is built in."""
    snippet = chapter.snippets.get(stem or "")
    if snippet is None:
        return BUILT_IN
    imported = snippet.names_from_outside(chapter.stems) - chapter.stems
    return imported | (BUILT_IN - {*snippet.module_names, *snippet.inner_names})


def has(chapter: Chapter, path: str, *folders: str) -> bool:
    """Whether a path exists in one of the folders, each relative to the root."""
    for place in (f"{folder}/{path}" if folder else path for folder in folders):
        if place not in chapter.looked:
            chapter.looked[place] = is_there(chapter.config.root, place)
        if chapter.looked[place]:
            return True
    return False


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
