"""edit_session: a book that is being edited. Results are cached by content, so each check computes only what changed."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock

from backprop_book.core.cache import FIGURES, RUNS, Memo
from backprop_book.core.config import has_moved, load_config
from backprop_book.core.model import Dependency
from backprop_book.core.problems import BookError, Problem
from backprop_book.figures import Gallery
from backprop_book.record.dependencies import are_current, visible_environment
from backprop_book.run import DroppedError, Request, Tracer
from backprop_book.run.cache import ScriptSource, source_of
from backprop_book.scan import FileSnapshot, scan
from backprop_book.scan.book import Chapter
from backprop_book.verify import Verifier, records_of


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """The scanned and verified book at one time."""

    snapshot: FileSnapshot
    """The files at that time."""
    chapter: Chapter
    """The scanned book."""
    sources: Mapping[str, ScriptSource]
    """For each snippet, the sources that its run depends on."""
    verifier: Verifier
    """The verifier, with the runs and the verdicts on the documents."""
    gallery: Gallery
    """Its figures."""
    problems: tuple[Problem, ...]
    """All problems of the book, sorted."""
    unsettled: frozenset[str]
    """Paths of the files whose runs or figures were not awaited."""

    @property
    def dependencies(self) -> frozenset[Dependency]:
        """The files and folders that snippets and figures have read, with their states."""
        return self.verifier.runs.dependencies() | self.gallery.dependencies

    def followed(self) -> tuple[frozenset[Path], frozenset[Path]]:
        """Return the files and folders that runs and drawings depend on, and the folders that they listed."""
        found = [each for each in self.dependencies if each.aspect != "variable"]
        # Where the book lies is there as long as the book.
        root = self.chapter.config.root
        paths = frozenset(path for each in found if not root.is_relative_to(path := Path(each.name)))
        return paths, frozenset(Path(each.name) for each in found if each.aspect == "names")


class EditSession:
    """A book that is being edited. It holds the results of the last look, and the process that runs snippets."""

    def __init__(self, root: Path) -> None:
        """Get ready to look at the book in the folder `root`."""
        self.root = root
        """The folder."""
        self._folder = root / RUNS
        self.tracer = self._tracer(())
        """Runs its snippets."""
        self._lock = RLock()
        self._memo = Memo()
        self._look: Look | None = None
        self._looking: FileSnapshot | None = None
        self._has_looked = False
        self._is_behind = False
        self._is_hurried = False
        self._drawn: dict[str, tuple[Problem, ...]] = {}

    def look(self, *, early: bool = False) -> Look:
        """Return the book as it is now. A snippet for whose run waiting was interrupted is reported as still running.

        Args:
            early: Whether to wait only for the snippets that were saved, not for those that import them, nor for figures.

        Raises:
            BookError: There is no readable configuration.
            DroppedError: Something was saved meanwhile, and a run would have had to be waited for.
        """
        with self._lock:
            self._has_looked = False
            config = load_config(self.root)
            if self.tracer.environment != visible_environment(config.environment):
                self.tracer.close()
                self.tracer, self._look, self._memo = self._tracer(config.environment), None, Memo()
            self.tracer.resume()
            before = self._look
            snapshot = self._looking = FileSnapshot(config)
            try:
                if before is None or self._has_changed(before, snapshot):
                    self._look = self._again(before, snapshot, early=early)
                    self._is_behind = False
                    if not self._look.unsettled:
                        self._memo.forget()
            except DroppedError:
                # The next look must not wait for the same figure again.
                self._is_hurried = True
                raise
            finally:
                self._looking = None
            assert self._look is not None
            self._has_looked = True
            return self._look

    def followed(self) -> tuple[frozenset[Path], frozenset[Path]]:
        """Return `Look.followed` of the last look; nothing before the first."""
        with self._lock:
            return self._look.followed() if self._look else (frozenset(), frozenset())

    def _tracer(self, names: tuple[str, ...]) -> Tracer:
        return Tracer(self.root, self._folder, environment=visible_environment(names))

    def saved(self) -> None:
        """Stop a look that waits for a run, if a file has changed since the look began.

        The watcher calls it from another thread after each save.
        """
        looking = self._looking
        if looking is None:
            return
        try:
            same = FileSnapshot(load_config(self.root)).written == looking.written
        except BookError:
            same = False
        if not same:
            self.tracer.interrupt()

    def has_news(self) -> bool:
        """Whether runs or figures that the last look did not wait for are still missing, or have ended since.

        It is called when nothing is saved. After a look that failed it is false until a file changes.
        """
        with self._lock:
            self._is_hurried = False
            self._is_behind |= self.tracer.has_news()
            self._is_behind |= self._look is not None and bool(self._look.unsettled or self._look.gallery.postponed)
            return self._is_behind and self._has_looked

    def shown(self, path: str, problems: Iterable[Problem]) -> None:
        """Keep the problems of a page that were found while it was made."""
        with self._lock:
            self._drawn[path] = tuple(problems)

    @property
    def drawn(self) -> frozenset[Problem]:
        """The problems that were found while pages were made."""
        with self._lock:
            return frozenset(problem for problems in self._drawn.values() for problem in problems)

    def close(self) -> None:
        """End the process that runs snippets."""
        with self._lock:
            self.tracer.close()

    def _has_changed(self, before: Look, snapshot: FileSnapshot) -> bool:
        is_new = snapshot.stamps != before.snapshot.stamps or has_moved(self.root, before.chapter.looked)
        is_new = is_new or not are_current(before.dependencies)
        return is_new or self._is_behind or self.tracer.has_news()

    def _again(self, before: Look | None, snapshot: FileSnapshot, *, early: bool) -> Look:
        likely = {} if before is None else dict(_likely(before, snapshot))
        # Scanning the documents takes about as long as these runs, so both go on at the same time.
        self.tracer.begin(likely.values())
        chapter = scan(self.root, self._memo, snapshot)
        sources = _sources(chapter, self._memo)
        records = records_of(sources, self._memo)
        for stem in likely.keys() & records.keys():
            records[stem].begun(likely[stem].probes)
        verifier = Verifier(chapter, self.tracer, memory=self._folder, memo=self._memo, records=records)
        if before is None:
            early = False
        else:
            changed = {stem for stem, source in before.sources.items() if sources.get(stem) != source}
            changed |= before.verifier.runs.outdated() & chapter.snippets.keys()
            importing = {stem for stem in changed if chapter.snippets.get(stem) == before.chapter.snippets.get(stem)}
            is_code = changed > importing
            early = early and (is_code or bool(before.unsettled))
            # The probes of a listing that is gone go to the listing above it, which mostly has no answers.
            old, new = before.verifier.runs, verifier.runs
            more = new.asked_more() if is_code else new.asked_more() & old.asked_more()
            new.put_off(old.awaited() | importing | more if early else ())
        wrong = verifier.problems()
        self.tracer.end_others(self.root / chapter.snippets[stem].path for stem in verifier.runs.running())
        gallery = Gallery(
            verifier,
            self.root / FIGURES,
            stopped=self.tracer.is_interrupted,
            postpones=self._is_hurried or early,
            memo=self._memo,
        )
        cells = {
            path: (path, source_of(self.root / path, text, self._memo)) for path, text in chapter.notebooks.items()
        }
        postponed = {path for path, key in cells.items() if early and self._memo.known(key) is None}
        drawn = set(gallery.problems())
        for path in cells.keys() - postponed:
            drawn |= self._failing_cells(verifier, path, cells[path])
        unsettled = _unsettled(verifier, gallery) | postponed if early else frozenset()
        problems = {*wrong, *(problem for problem in drawn if problem.path not in unsettled)}
        return Look(snapshot, chapter, sources, verifier, gallery, tuple(sorted(problems)), unsettled)

    def _failing_cells(self, verifier: Verifier, path: str, key: Hashable) -> frozenset[Problem]:
        """Run a notebook, unless that was done with the same `key`, and report the cell that fails."""
        return self._memo(
            lambda: frozenset(verifier.notebook_problems([path])), key, lambda _: not self.tracer.is_interrupted()
        )


def _unsettled(verifier: Verifier, gallery: Gallery) -> frozenset[str]:
    """Return the paths of postponed snippets and figures, and of the documents and figures that depend on postponed runs."""
    chapter = verifier.chapter
    postponed = {chapter.scripts[name].source.path for name in gallery.postponed}
    return verifier.runs.waiting() | postponed | {chapter.snippets[stem].path for stem in verifier.runs.awaited()}


def _likely(before: Look, snapshot: FileSnapshot) -> Iterator[tuple[str, Request]]:
    """Yield the likely request of each snippet that has changed: its new source with the probes of before."""
    for stem, snippet in before.chapter.snippets.items():
        content = snapshot.read(snippet.path)
        if snippet.path in snapshot.stamps and content.problem is None and content.text != snippet.text:
            yield stem, replace(before.verifier.runs.request(stem), source=content.text)


def _sources(chapter: Chapter, memo: Memo) -> Mapping[str, ScriptSource]:
    root = chapter.config.root
    return {stem: source_of(root / snippet.path, snippet.text, memo) for stem, snippet in chapter.snippets.items()}
