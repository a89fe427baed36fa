"""session: what the server does at every save: it reports problems, then makes the pages again whose contents have changed."""

import gc
import shutil
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from backprop_book.core.problems import BookError, Problem
from backprop_book.run import DroppedError
from backprop_book.site.claim_links import spot_of
from backprop_book.site.edit_session import EditSession, Look
from backprop_book.site.errors import BuildStoppedError
from backprop_book.site.live.dirty_pages import PageStates, affected, is_settled, showing
from backprop_book.site.live.http_server import Served, Stage
from backprop_book.site.live.site import Site, again, put, whole

_T = TypeVar("_T")


class Session:
    """One session of editing. It holds the site and the problems that were reported last."""

    def __init__(
        self, edit_session: EditSession, config_file: Path, url: str, stage: Stage, say: Callable[[str], None]
    ) -> None:
        """Get ready.

        Args:
            edit_session: Looks at the book.
            config_file: The mkdocs.yml.
            url: Where the site is served.
            stage: What is handed out.
            say: Writes to the terminal.
        """
        self._edit_session = edit_session
        self._config_file = config_file
        self._url = url
        self._stage = stage
        self._say = say
        # A build may end in any exception, also of a plug-in; in a thread of its own none of them ends the session.
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._site: Site | None = None
        self._built: PageStates | None = None
        self._now: PageStates | None = None
        self._told: tuple[Problem, ...] | None = None
        self._failures: tuple[Problem, ...] = ()
        self._unfinished = False
        self._stale: frozenset[str] = frozenset()
        self._began: float | None = None
        self._old: list[Path] = []
        self._waiting: set[Path] = set()

    def close(self) -> None:
        """Remove the site."""
        self._thread.shutdown()
        for folder in (*self._old, *([self._site.folder] if self._site else [])):
            shutil.rmtree(folder, ignore_errors=True)

    def saved(self, paths: Collection[Path]) -> None:
        """Check the book and make its pages after files were saved; with no paths, begin.

        Where another save interrupts the look, both are handled together.
        """
        self._waiting |= set(paths)
        try:
            self._saved(frozenset(self._waiting))
        except DroppedError:
            return
        self._waiting.clear()

    def _saved(self, paths: Collection[Path]) -> None:
        is_saved = bool(paths) or self._began is not None
        start = self._began if self._began is not None and not paths else perf_counter()
        look: Look | None = None
        wrong: tuple[Problem, ...]
        try:
            look = self._edit_session.look(early=bool(paths))
            wrong = look.problems
        except BookError as error:
            wrong = error.problems
        unsettled = look.unsettled if look else frozenset()
        # What was said of it before stands until more is known.
        wrong = (*wrong, *(problem for problem in self._told or () if problem.path in unsettled))
        self._began = start if unsettled else None
        problems = self._all(look, wrong)
        self._show(look, problems, ())
        self._report(problems, start, unsettled)
        if look is None and self._site is not None:
            return
        made = self._make(look, paths)
        # Some things only come to light while a page is made.
        problems = self._all(look, wrong)
        if problems == self._told and made == ():
            return
        self._show(look, problems, made)
        if problems != self._told:
            self._report(problems, start, unsettled)
        if made != () and not self._failures:
            count = "the book" if made is None else "1 page" if len(made) == 1 else f"{len(made)} pages"
            since = _since(start)
            self._say(f"served {count}, {since} after saving" if is_saved else f"served {count}, after {since}")

    def _all(self, look: Look | None, wrong: Iterable[Problem]) -> tuple[Problem, ...]:
        """What is wrong with the book, with pages as they were made, and with making them."""
        drawn = self._edit_session.drawn if look else frozenset()
        return tuple(sorted({*wrong, *drawn, *self._failures}))

    def _report(self, problems: tuple[Problem, ...], start: float, unsettled: Collection[str]) -> None:
        """Report new problems and the number of all, as far as they are known."""
        before = self._told or ()
        for problem in problems:
            if problem not in before:
                self._say(str(problem))
        mended = len(set(before) - set(problems))
        count = "1 problem" if len(problems) == 1 else f"{len(problems) or 'no'} problems"
        so_far = " so far" if unsettled else ""
        self._say(f"{count}{f', {mended} mended' if mended else ''}{so_far} · checked in {_since(start)}")
        self._told = problems

    def _show(self, look: Look | None, problems: tuple[Problem, ...], made: tuple[str, ...] | None) -> None:
        before = self._stage.shown
        addresses = (
            before.addresses if look is None or self._site is None else _addresses(self._showing(look), self._site)
        )
        failure = "\n".join(map(str, self._failures or problems)) if self._site is None else ""
        folder_now = self._site.folder if self._site else None
        failure = failure if made is None else before.failure
        self._stage.show(Served(0, folder_now, made, problems, addresses, failure, self._spots(look, problems)))

    def _spots(self, look: Look | None, problems: Iterable[Problem]) -> dict[Problem, str]:
        """Which words problems speak of, in documents that are as they were when their pages were made."""
        if look is None or self._built is None or self._stale:
            return {}
        paths = {problem.path for problem in problems} - look.unsettled
        then, now = (
            {each.source.path: each for each in book.chapter.documents if each.source.path in paths}
            for book in (self._built.look, look)
        )
        return {
            verdict.problem: spot_of(path, verdict.region.start)
            for path, document in now.items()
            if path in then and document.source == then[path].source
            for verdict in look.verifier.verdicts(document)
            if verdict.problem is not None
        }

    def _make(self, look: Look | None, paths: Collection[Path]) -> tuple[str, ...] | None:
        """Make again what changed: the addresses of the pages, or None for the whole site."""
        if self._site is None or look is None or self._built is None or self._unfinished:
            return self._whole(look)
        now = self._showing(look)
        wanted = affected(self._built, now)
        asked = self._asked(look, self._built.look, paths)
        if wanted is None or asked is None:
            return self._whole(look)
        folder = f"{look.chapter.config.docs}/"
        every = frozenset(path.removeprefix(folder) for path in wanted) | asked[0] | self._stale
        unsettled = (page.source.path for page in look.chapter.pages if not is_settled(now, page))
        later = every & {path.removeprefix(folder) for path in unsettled}
        sources, copied = sorted(every - later), asked[1]
        if not sources and not copied:
            self._built, self._stale = now, later
            return ()
        for source, target in copied:
            put(target, source.read_bytes())
        try:
            made = self._pages(look, sources)
        except DroppedError:
            self._stale = every
            raise
        # Where one page cannot be made, some of the others were: all of them are made again, whatever they hold then.
        self._stale = every if self._failures else later
        if self._failures:
            # A page that was saved again while it was made is not what the book held: that save is about to be told.
            if self._outdated(look):
                self._failures = ()
            return ()
        self._built = now
        return self._whole(look) if made is None else None if copied else made

    def _showing(self, look: Look) -> PageStates:
        if self._now is None or self._now.look is not look:
            self._now = showing(look)
        return self._now

    def _outdated(self, look: Look) -> bool:
        try:
            return self._edit_session.look() is not look
        except BookError:
            return True

    def _pages(self, look: Look, sources: Collection[str]) -> tuple[str, ...] | None:
        """Make pages again, first the one that is being looked at; each is handed out as soon as it is there."""
        site = self._site
        assert site is not None
        files = {source: site.files.get_file_from_path(source) for source in sources}
        first = {
            source: file is not None and file.url.rstrip("./") != self._stage.asked.rstrip("/")
            for source, file in files.items()
        }
        made: tuple[str, ...] = ()
        for source in sorted(sources, key=lambda source: (first[source], source)):
            one = self._tried(self._thread.submit(again, site, [source]), f"{look.chapter.config.docs}/{source}")
            if one is None:
                return None
            made += one
            if len(sources) > 1:
                self._show(look, self._all(look, look.problems), one)
        return made

    def _asked(self, look: Look, built: Look, paths: Iterable[Path]) -> tuple[set[str], list[tuple[Path, Path]]] | None:
        """The pages that were saved themselves and are not the book's (a notebook), and the files to be copied; None for all."""
        assert self._site is not None
        config = look.chapter.config
        docs, snippets, figures = (config.root / folder for folder in (config.docs, config.snippets, config.figures))
        sources: set[str] = set()
        copied: list[tuple[Path, Path]] = []
        for path in paths:
            if path.suffix in (".md", ".py") and any(path.is_relative_to(folder) for folder in (snippets, figures)):
                continue
            if path in {config.root / name for name in (*config.verified, "README.md")}:
                continue
            if not any(map(path.is_relative_to, (docs, snippets, figures))) and (
                _is_read(built, path) or _is_read(look, path)
            ):
                continue  # what runs make of it is known by now
            file = (
                self._site.files.get_file_from_path(path.relative_to(docs).as_posix())
                if path.is_relative_to(docs)
                else None
            )
            if file is None and not path.exists() and any(map(path.is_relative_to, (docs, snippets, figures))):
                continue  # it came and went, as the files do that some editors save through
            if file is None or not path.is_file():
                return None
            if not file.is_documentation_page():
                copied.append((path, Path(file.abs_dest_path)))
            elif path.suffix != ".md":
                sources.add(file.src_uri)
        return sources, copied

    def _whole(self, look: Look | None) -> tuple[str, ...] | None:
        if look is not None and look.unsettled:
            self._unfinished = True
            return ()
        built = self._tried(self._thread.submit(whole, self._config_file, self._url), self._config_file.name)
        self._unfinished = built is None
        if built is None:
            return None if self._site is None else ()
        if self._site is not None:
            self._old.append(self._site.folder)
        # Whoever is still being answered from the last site has until the next one.
        while len(self._old) > 1:
            shutil.rmtree(self._old.pop(0), ignore_errors=True)
        self._site, self._stale = built, frozenset()
        self._built = None if look is None else self._showing(look)
        # What a whole book holds stays. To look through it for garbage again and again would make saves of a large one slow.
        gc.collect()
        gc.freeze()
        return None

    def _tried(self, build: "Future[_T]", path: str) -> _T | None:
        """What a build gave; None, with what is wrong taken down, if it failed.

        Raises:
            DroppedError: Code was saved while it built, and then something else, which is not to wait for that code.
        """
        error = build.exception()
        if isinstance(error, DroppedError):
            raise error
        self._failures = ()
        if error is None:
            return build.result()
        if isinstance(error, BuildStoppedError):
            self._failures = error.problems
            return None
        reason = str(error).strip().partition("\n")[0] or "see what MkDocs says above"
        message, remedy = f"this cannot be built: {type(error).__name__}", "mend it; the last site stays"
        self._failures = (Problem(path, 1, 1, message, found=reason, remedy=remedy),)
        return None


def _addresses(now: PageStates, site: Site) -> tuple[tuple[str, frozenset[str]], ...]:
    """The addresses of the pages of a site, and the files of the book that each shows something of."""
    folder = f"{now.look.chapter.config.docs}/"
    found = ((site.files.get_file_from_path(path.removeprefix(folder)), names) for path, names in now.files.items())
    return tuple((file.page.url, names) for file, names in found if file and file.page)


def _is_read(look: Look, path: Path) -> bool:
    """Whether a file is one that runs or drawings looked at, or lies in a folder that they did."""
    paths, listed = look.followed()
    return path in paths or path.parent in listed or any(path in each.parents for each in paths)


def _since(start: float) -> str:
    seconds = perf_counter() - start
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
