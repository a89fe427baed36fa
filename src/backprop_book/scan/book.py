"""The whole book as scanned: its documents, its snippets, and the scripts that draw its figures."""

import builtins
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from backprop_book.core import expressions
from backprop_book.core.config import Config, is_there
from backprop_book.core.expressions import ClaimExpression, ExpressionError
from backprop_book.core.model import Probe
from backprop_book.core.problems import Problem
from backprop_book.scan.document import Claim, Document, Listing, Pair, pairs
from backprop_book.scan.question import Place, Question, ask, probes_of
from backprop_book.scan.source import Source
from backprop_book.scan.tautology import BUILT_IN, Tautology, tautology
from backprop_book.source import Snippet


@dataclass(frozen=True, slots=True)
class Datum:
    """One entry of `DATA`: a name, and the expression that gives its value."""

    name: str
    start: int
    """Offset of the expression."""
    expression: str
    """The expression, in the syntax of claims."""
    question: Question | None
    """The probes that the expression asks for; None if its snippet is broken."""

    @property
    def is_series(self) -> bool:
        """Whether it has a value for each iteration of a loop."""
        return self.expression.lstrip().startswith("series(")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a figure's data table."""

    header: str
    start: int
    """Offset of the expression."""
    expression: str
    """A Python expression over the names of `DATA`."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One data table of a figure."""

    caption: str
    """Its caption; empty if the figure has one table only."""
    start: int
    """Offset of its first column."""
    columns: tuple[Column, ...]
    """Its columns; the first one holds the headers of the rows."""


@dataclass(frozen=True)
class Script:
    """The script of a figure, read without running it."""

    source: Source
    """The file."""
    name: str
    """Its stem."""
    title: str
    """The first line of its docstring."""
    data: tuple[Datum, ...]
    """The entries of `DATA`, `NETWORK` or `GRAPH`."""
    grids: tuple[Grid, ...]
    """The tables of the data."""
    rows: tuple[int, ...] | None
    """Indices of the rows that the tables show; None for all."""
    draw: int
    """Offset of its function `draw`."""
    whole: bool
    """Whether it can be drawn: nothing is wrong with it or with its snippets."""
    network: bool = False
    """Whether its data are the roles of a network, `NETWORK` or `GRAPH`, so that it needs no function `draw`."""
    graph: bool = False
    """Whether its data are `GRAPH`, the computational graph of a network."""

    @cached_property
    def probes(self) -> Mapping[str, tuple[Probe, ...]]:
        """The probes of its data, by the stem of the snippet in whose run they are evaluated."""
        return probes_of(datum.question for datum in self.data if datum.question is not None)


def names_entry(said: str, name: str) -> bool:
    """Whether words contain each word of the name of an entry of DATA, as "all hidden neurons" does for `hidden_neuron`."""
    there = _words(said)
    return all(any(_is_same(word, other) for other in there) for word in _words(name))


def _is_same(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer in (shorter, f"{shorter}s", f"{shorter}es")


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


@dataclass(frozen=True)
class Chapter:
    """The scanned files of a book, before anything runs."""

    config: Config
    """The configuration."""
    documents: tuple[Document, ...]
    """Pages, then notes, then the other verified files; each by path."""
    snippets: Mapping[str, Snippet]
    """The snippets that parse, by stem."""
    problems: tuple[Problem, ...]
    """The problems of the documents and of the chapter as a whole, sorted."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The stem of every snippet file, whether it parses or not, by path relative to the root."""
    scripts: Mapping[str, Script] = field(default_factory=dict)
    """The figure scripts, by stem."""
    notebooks: Mapping[str, str] = field(default_factory=dict)
    """The text of each notebook among the pages, by path relative to the root."""
    looked: dict[str, bool] = field(default_factory=dict, compare=False)
    """Whether other files that the documents mention existed at the scan, by path relative to the root."""
    sought: dict[tuple[str, str | None], str | None] = field(default_factory=dict, compare=False)
    """The snippet in which each code was found that documents quote; see `holder`."""

    @cached_property
    def pages(self) -> tuple[Document, ...]:
        """The documents that are pages."""
        return tuple(document for document in self.documents if document.kind == "page")

    @cached_property
    def notes(self) -> Mapping[str, Document]:
        """The notes of each snippet that has notes, by its stem."""
        # Of several notes with one name the first are those of the snippet; the others are reported.
        found = [document for document in self.documents if document.kind == "notes"]
        return {document.snippet: document for document in reversed(found) if document.snippet is not None}

    @cached_property
    def listed(self) -> Mapping[str, tuple[tuple[Document, Listing], ...]]:
        """The listings of each snippet, by its stem, with their pages."""
        found: dict[str, list[tuple[Document, Listing]]] = {}
        for page in self.pages:
            for listing in page.listings:
                found.setdefault(listing.snippet, []).append((page, listing))
        return {stem: tuple(places) for stem, places in found.items()}

    @cached_property
    def askers(self) -> tuple[Document | Script, ...]:
        """The documents and figure scripts, whose expressions are evaluated in runs."""
        return (*self.documents, *self.scripts.values())

    @cached_property
    def asking(self) -> Mapping[str, tuple[Document | Script, ...]]:
        """The documents and figure scripts with probes for each snippet, by its stem."""
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
        """The pairs of statements that notes link."""
        return pairs(self.documents)

    @property
    def is_unread(self) -> bool:
        """Whether a snippet does not parse, so that code found in no other snippet may stand in it."""
        return len(self.snippets) < len(self.files)

    def shared(self, stem: str | None) -> frozenset[str]:
        """Stems of snippets that are also names in the snippet `stem` and that it does not import, so that they are ambiguous there."""
        snippet = self.snippets.get(stem or "")
        if snippet is None:
            return frozenset()
        return self.stems.intersection((*snippet.module_names, *snippet.inner_names)) - snippet.imported_names

    def knows(self, stem: str | None, name: str) -> bool:
        """Whether a name is bound anywhere in the snippet `stem`, or built in."""
        snippet = self.snippets.get(stem or "")
        if snippet is None:
            return False
        return name in snippet.module_names or name in snippet.inner_names or hasattr(builtins, name)

    def _outside(self, stem: str | None) -> frozenset[str]:
        """Names of a snippet that come from outside the book: modules, names imported from them, and builtins."""
        snippet = self.snippets.get(stem or "")
        if snippet is None:
            return BUILT_IN
        imported = snippet.names_from_outside(self.stems) - self.stems
        return imported | (BUILT_IN - {*snippet.module_names, *snippet.inner_names})

    def has(self, path: str, *folders: str) -> bool:
        """Whether a path exists in one of the folders, each relative to the root."""
        for place in (f"{folder}/{path}" if folder else path for folder in folders):
            if place not in self.looked:
                self.looked[place] = is_there(self.config.root, place)
            if self.looked[place]:
                return True
        return False

    def holder(self, code: str, listing: str | None) -> str | None:
        """The stem of a snippet that contains some code, the listing before all others; None if none does."""
        stems = (listing, *self.snippets) if listing in self.snippets else self.snippets
        found = next((stem for stem in stems if stem is not None and self.snippets[stem].contains(code)), None)
        self.sought[code, listing] = found
        return found

    def question(self, place: Place, expression: str | ClaimExpression) -> Question | None:
        """Return the question of an expression at a place; None if its snippet is broken.

        Raises:
            ExpressionError: The text is no expression, or no run can answer it.
        """
        try:
            read = expressions.read(expression) if isinstance(expression, str) else expression
            asked = ask(read, place, self.stems, self.shared(place.listing))
        except ExpressionError:
            if place.silent:
                return None
            raise
        return None if place.silent or any(each.snippet not in self.snippets for each in asked.parts) else asked

    def tautology(self, place: Place, expression: ClaimExpression) -> Tautology | None:
        """Return why no run could make an expression false; None if one could."""
        return tautology(expression, self._outside(place.listing))

    def with_expression(self, claim: Claim, expression: str) -> Claim | None:
        """Return a claim with another expression; None if the scan refuses it."""
        asked = [part.probe.statement for part in claim.question.parts if part.snippet == claim.listing]
        place = Place(claim.listing, next((statement for statement in asked if statement is not None), None))
        try:
            read = expressions.read(expression)
            question = None if self.tautology(place, read) else self.question(place, read)
        except ExpressionError:
            return None
        return None if question is None else replace(claim, question=question)

    def page(self, body: str) -> Document | None:
        """The page whose text after the front matter is `body`, apart from line endings and white space around it."""
        sought = _normalised(body)
        found = (page for page in self.pages if page.source.text[page.source.body :].strip() == sought)
        return next(found, None)


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
