"""desk: a book that is being edited. Whatever did not change since the last look is neither read, run nor judged again."""

import contextlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from backprop_book.chapter import Chapter, scan
from backprop_book.config import is_there, load_config
from backprop_book.errors import Problem
from backprop_book.figure import Gallery
from backprop_book.memory import FIGURES, RUNS
from backprop_book.model import Run
from backprop_book.tracing import Tracer
from backprop_book.tracing.cache import Source, source_of
from backprop_book.verify import Verifier

Snapshot = tuple[tuple[str, int, int], ...]
"""Name, time and size of every file that a book is made of."""


@dataclass(frozen=True, slots=True)
class Look:
    """The book as it was found."""

    chapter: Chapter
    """What its files say."""
    verifier: Verifier
    """What the runs gave."""
    gallery: Gallery
    """Its figures."""
    problems: tuple[Problem, ...]
    """Everything that is wrong with it, sorted."""
    sources: Mapping[str, Source]
    """Of each snippet, what its run depends on."""
    code: frozenset[tuple[str, int, int]]
    """Name, time and size of each of its files that is no Markdown."""


class Desk:
    """Looks at a book whenever it is asked to. It holds what the last look found, and the process that runs snippets."""

    def __init__(self, root: Path) -> None:
        """Get ready to look at the book in the folder `root`."""
        self.root = root
        """The folder."""
        self._memory = root / RUNS
        self.tracer = Tracer(root, self._memory)
        """Runs its snippets."""
        self._lock = RLock()
        self._snapshot: Snapshot | None = None
        self._look: Look | None = None
        self._drawn: dict[str, tuple[Problem, ...]] = {}

    def look(self) -> Look:
        """The book as it is now.

        Raises:
            BookError: There is no readable configuration.
            DroppedError: Somebody has let go of it.
        """
        with self._lock:
            found = snapshot(self.root)
            if self._look is None or found != self._snapshot or _elsewhere(self._look.chapter):
                self._look = self._again(self._look, found)
                self._snapshot = found
            return self._look

    def drop(self) -> None:
        """Let go of a look that waits for a run, since the code has changed. This is called from another thread."""
        self.tracer.drop()

    def shown(self, path: str, problems: Iterable[Problem]) -> None:
        """Take down what only came to light when a page was put into HTML."""
        with self._lock:
            self._drawn[path] = tuple(problems)

    def all_problems(self) -> tuple[Problem, ...]:
        """What is wrong with the book as it is now, and what came to light when its pages were put into HTML."""
        with self._lock:
            drawn = {problem for problems in self._drawn.values() for problem in problems}
            return tuple(sorted({*self.look().problems, *drawn}))

    def close(self) -> None:
        """End the process that runs snippets."""
        with self._lock:
            self.tracer.close()

    def _again(self, before: Look | None, found: Snapshot) -> Look:
        chapter = scan(self.root, before.chapter if before else None)
        code = frozenset(entry for entry in found if not entry[0].endswith(".md"))
        if before is None:
            sources = _sources(chapter)
            verifier = Verifier(chapter, self.tracer, memory=self._memory)
        else:
            sources = before.sources if code == before.code else _sources(chapter)
            verifier = Verifier(chapter, self.tracer, self._known(before, chapter, sources), self._memory)
            verifier.keep(before.verifier)
        wrong = verifier.problems()
        gallery = Gallery(verifier, self.root / FIGURES)
        if before and chapter.scripts == before.chapter.scripts and verifier.runs() == before.verifier.runs():
            gallery = before.gallery
        return Look(chapter, verifier, gallery, tuple(sorted({*wrong, *gallery.problems()})), sources, code)

    def _known(self, before: Look, chapter: Chapter, sources: Mapping[str, Source]) -> dict[str, Run]:
        """The runs that are still good: of the same code, asked all that the chapter asks now."""
        asking = Verifier(chapter, self.tracer)
        same = [stem for stem, source in sources.items() if before.sources.get(stem) == source]
        runs = {stem: before.verifier.run(stem) for stem in same}
        return {
            stem: run for stem, run in runs.items() if asking.asks(stem) <= {answer.probe for answer in run.answers}
        }


def _elsewhere(chapter: Chapter) -> bool:
    """Whether another file that the book speaks of has come or gone: an included text, a path that a sentence names."""
    return any(is_there(chapter.config.root, path) != was for path, was in chapter.looked.items())


def _sources(chapter: Chapter) -> Mapping[str, Source]:
    root = chapter.config.root
    return {stem: source_of(root / snippet.path, snippet.text) for stem, snippet in chapter.snippets.items()}


def snapshot(root: Path) -> Snapshot:
    """What is to be compared to learn whether any file of the book has changed.

    Raises:
        BookError: There is no readable configuration.
    """
    config = load_config(root)
    found = [entry for name in (config.docs, config.figures) for entry in _entries(str(root / name), (".md", ".py"))]
    # A snippet may read any file that lies beside it.
    found += _entries(str(root / config.snippets), "")
    for path in (root / "pyproject.toml", *(root / path for path in config.verified)):
        # An editor that saves by renaming takes a file away for a moment.
        with contextlib.suppress(OSError):
            stat = path.stat()
            found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def _entries(folder: str, ends: str | tuple[str, ...]) -> list[tuple[str, int, int]]:
    """The files below a folder that can belong to a book. It is asked for anew at every page, so it does without paths' objects."""
    found: list[tuple[str, int, int]] = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                found += [] if entry.name == "__pycache__" else _entries(entry.path, ends)
            elif entry.name.endswith(ends):
                with contextlib.suppress(OSError):  # it went away, or is a link that leads nowhere or to itself
                    stat = entry.stat()
                    found.append((entry.path, stat.st_mtime_ns, stat.st_size))
    return sorted(found)
