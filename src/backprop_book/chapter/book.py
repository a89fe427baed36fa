"""The whole book as scanned: its documents, its snippets, and the scripts that draw its figures."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from backprop_book.chapter.asked import Question, probes_of
from backprop_book.chapter.document import Document, Listing, Pair, pairs
from backprop_book.chapter.source import Source
from backprop_book.config import Config
from backprop_book.errors import Problem
from backprop_book.model import Probe
from backprop_book.snippet import Snippet


@dataclass(frozen=True, slots=True)
class Datum:
    """One entry of `DATA`: a name and the expression whose value it stands for."""

    name: str
    """The name."""
    start: int
    """Where the expression is written."""
    expression: str
    """The expression, in the language of claims."""
    question: Question | None
    """What the runs are asked; None where the expression speaks of a snippet that is broken."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a figure's data table."""

    header: str
    """What stands above it."""
    start: int
    """Where the expression is written."""
    expression: str
    """A Python expression over the names of `DATA`."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One data table of a figure."""

    caption: str
    """What it is called; empty for the only one."""
    start: int
    """Where its first column is written."""
    columns: tuple[Column, ...]
    """Its columns; the first one holds the headers of the rows."""


@dataclass(frozen=True)
class Script:
    """A script that draws a figure, as it is read without running it."""

    source: Source
    """The file."""
    name: str
    """Its stem."""
    title: str
    """The first line of its docstring."""
    data: tuple[Datum, ...]
    """The names that it draws."""
    grids: tuple[Grid, ...]
    """The tables that the data are shown as."""
    rows: tuple[int, ...] | None
    """Which rows of the tables are kept; None for all."""
    draw: int
    """Where its function `draw` is defined."""
    whole: bool
    """Whether nothing is wrong with it, so that it can be drawn."""
    network: bool = False
    """Whether it is a network, whose data are `NETWORK` or `GRAPH`, by role, and which is drawn without a function of its own."""
    graph: bool = False
    """Whether it is the computational graph of a network: its data are `GRAPH`."""

    @cached_property
    def probes(self) -> Mapping[str, tuple[Probe, ...]]:
        """What its data ask of the run of each snippet."""
        return probes_of(datum.question for datum in self.data if datum.question is not None)


def names_entry(said: str, name: str) -> bool:
    """Whether words name an entry of DATA: they hold each word of its name, as "all hidden neurons" does of `hidden_neuron`."""
    there = _words(said)
    return all(any(_is_same(word, other) for other in there) for word in _words(name))


def _is_same(one: str, other: str) -> bool:
    """Whether two words are the same but for the ending of a plural."""
    shorter, longer = sorted((one, other), key=len)
    return longer in (shorter, f"{shorter}s", f"{shorter}es")


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


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


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
