"""selection: the part of a book that a command works on, as its arguments name it."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from backprop_book.core.cache import FIGURES, PAGES, RUNS
from backprop_book.core.config import book_root
from backprop_book.core.problems import Problem
from backprop_book.figures import Gallery
from backprop_book.record.dependencies import visible_environment
from backprop_book.render.listing import too_heavy
from backprop_book.run import Tracer
from backprop_book.scan import scan
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Document
from backprop_book.verify import Verifier
from backprop_book.verify.verdict import Verdict, told

PATHS = click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
FRESH = click.option(
    "--fresh", is_flag=True, help="Run every snippet, even where an earlier run of the same code is cached."
)
STATING = "pages, notes files, or snippets that prose speaks of"
"""Paths that name something that is stated."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The part of a book that a command works on."""

    verifier: Verifier
    """Runs and judges."""
    gallery: Gallery
    """Draws."""
    documents: tuple[Document, ...]
    """The documents chosen."""
    paths: frozenset[str] | None
    """The files chosen, relative to the root; None for the whole book."""
    memory: Path | None = None
    """Where it is remembered how listings are shown; nowhere without it."""

    def verdicts(self) -> Iterator[tuple[Document, Verdict]]:
        """Each verdict with its document."""
        for document in self.documents:
            for verdict in self.verifier.verdicts(document):
                yield document, verdict

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the documents chosen and with the snippets that they speak of."""
        notebooks = [path for path in self.verifier.chapter.notebooks if self.paths is None or path in self.paths]
        drawn = [*self.gallery.problems(self.figures()), *self.verifier.notebook_problems(notebooks)]
        if self.paths is None:
            heavy = too_heavy(self.verifier, self.documents, self.memory)
            return tuple(sorted({*self.verifier.problems(), *drawn, *heavy}))
        own = [problem for problem in self.verifier.chapter.problems if problem.path in self.paths]
        judged = told(verdict for _, verdict in self.verdicts())
        broken = {verdict.broken for _, verdict in self.verdicts() if verdict.broken}
        broken |= {stem for name in self.figures() if (stem := self.gallery.broken(name))}
        broken |= {stem for stem, snippet in self.verifier.chapter.snippets.items() if snippet.path in self.paths}
        failures = [self.verifier.runs.failure(stem) for stem in broken]
        heavy = too_heavy(self.verifier, self.documents, self.memory)
        return tuple(sorted({*own, *judged, *drawn, *heavy, *(failure for failure in failures if failure is not None)}))

    def figures(self) -> tuple[str, ...]:
        """The figures chosen, and those that the documents chosen show."""
        scripts = self.verifier.chapter.scripts
        shown = {figure.name for document in self.documents for figure in document.figures}
        return tuple(
            name
            for name, script in scripts.items()
            if self.paths is None or name in shown or script.source.path in self.paths
        )


@contextmanager
def select(paths: tuple[Path, ...], fresh: bool) -> Iterator[Selection]:
    """The part of the book in the current folder that the paths name; its children run as long as it is open."""
    root = book_root(Path.cwd())
    chapter = scan(root)
    documents, chosen = documents_of(chapter, paths)
    memory = None if fresh else root / RUNS
    with Tracer(root, memory, environment=visible_environment(chapter.config.environment)) as tracer:
        verifier = Verifier(chapter, tracer, memory=memory)
        gallery = Gallery(verifier, None if fresh else root / FIGURES)
        yield Selection(verifier, gallery, documents, chosen, None if fresh else root / PAGES)


def documents_of(chapter: Chapter, paths: tuple[Path, ...]) -> tuple[tuple[Document, ...], frozenset[str] | None]:
    """The documents that the paths name, and with them all files that do.

    A page stands for the listings that it shows, a listing's notes for its snippet, a snippet for all that is stated and drawn
    of it, a folder for what is in it.
    """
    if not paths:
        return chapter.documents, None
    root = chapter.config.root
    known = {document.source.path for document in chapter.documents}
    known |= {*chapter.files, *chapter.notebooks} | {problem.path for problem in chapter.problems}
    known |= {script.source.path for script in chapter.scripts.values()}
    places = {name: (root / name).resolve() for name in known}
    wanted = [path.resolve() for path in paths]
    for path, place in zip(paths, wanted, strict=True):
        if not any(place in (each, *each.parents) for each in places.values()):
            raise click.BadParameter(
                f"{path} is no page, notes file, snippet or figure of the book in {root}.", param_hint="PATHS"
            )
    chosen = {name for name, place in places.items() if not {place, *place.parents}.isdisjoint(wanted)}
    chosen |= {
        chapter.snippets[listing.snippet].path
        for document in chapter.pages
        if document.source.path in chosen
        for listing in document.listings
        if listing.snippet in chapter.snippets
    }
    notes = {f"{name.removesuffix('.py')}.md": name for name in chapter.files}
    chosen |= {each for pair in notes.items() if not chosen.isdisjoint(pair) for each in pair}
    chosen |= _about(chapter, {stem for name, stem in chapter.files.items() if places[name] in wanted})
    return tuple(document for document in chapter.documents if document.source.path in chosen), frozenset(chosen)


def refuse_nothing(found: Collection[object], paths: Iterable[Path], what: str, remedy: str) -> None:
    """Refuse paths in which a command has nothing to do: that it succeeded would say of them that all is well.

    Raises:
        BadParameter: There are paths, and nothing was found.
    """
    if names := "" if found else ", ".join(map(str, paths)):
        raise click.BadParameter(f"there is nothing to {what} in {names}: name {remedy}.", param_hint="PATHS")


def _about(chapter: Chapter, stems: set[str]) -> set[str]:
    """The files that state or draw something about some snippets."""
    stating = {each.source.path for each in chapter.documents if not each.spoken_of.isdisjoint(stems)}
    return stating | {each.source.path for each in chapter.scripts.values() if not stems.isdisjoint(each.probes)}
