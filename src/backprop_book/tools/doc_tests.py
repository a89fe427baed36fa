"""doc_tests: hands the regions of the chapter to Sybil, so that pytest collects and checks each of them by name.

A `conftest.py` says

    doctests = DocTests(Path(__file__).parent)
    pytest_collect_file = doctests.collect_file
    pytest_pycollect_makemodule = doctests.make_module
    pytest_collection_finish = doctests.collection_finish
    pytest_unconfigure = doctests.close

Items are named after what they check, not after where it stands: `docs/page.md::loss_new`, so an id survives edits above it.
No snippet runs while items are collected. The first item of a document runs the snippets that it speaks of, once per process.
No run is taken from the cache, and each is kept there: a build after the doc tests does not run the snippets again.
"""

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from pathlib import Path

import pytest
from sybil import Document as SybilDocument
from sybil import Example, Sybil
from sybil import Region as SybilRegion
from sybil.integration.pytest import SybilFile, SybilItem
from sybil.typing import Parser

from backprop_book.core.cache import RUNS
from backprop_book.core.config import load_config
from backprop_book.figures import Gallery
from backprop_book.record.dependencies import visible_environment
from backprop_book.run import Tracer
from backprop_book.scan import scan
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Claim, Document, Equation, Mention
from backprop_book.verify import Verifier
from backprop_book.verify.verdict import Region, regions

Evaluator = Callable[[Example], str | None]


class DocTests:
    """The doc tests of one book in one pytest process."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        """Folder that holds the book's pyproject.toml."""
        self._running: set[str] = set()
        self._drawing: set[str] = set()
        self._opened: list[Tracer] = []
        self._is_alone = False
        config = self._config = load_config(self.root)
        everywhere = [self.root / config.docs, self.root / config.snippets]
        sybils = [_Sybil([self.parse], path=str(folder), patterns=["*.md"]) for folder in everywhere]
        sybils.append(_Sybil([self.parse], path=str(everywhere[1]), patterns=["*.py"]))
        figures = self.root / config.figures
        sybils.append(_Sybil([self.parse], path=str(figures), patterns=["*.py"]))
        sybils += [
            _Sybil(
                [self.parse],
                path=str((self.root / path).parent),
                filenames=[Path(path).name],
                excludes=[f"*/{Path(path).name}"],
            )
            for path in config.verified
        ]
        self._sybils = sybils

    @cached_property
    def chapter(self) -> Chapter:
        """The chapter as scanned when pytest began to collect."""
        return scan(self.root)

    @cached_property
    def gallery(self) -> Gallery:
        """Runs snippets when the first item asks for one, and draws the figures while the items are checked."""
        self._open()
        gallery = Gallery(Verifier(self.chapter, self._opened[0]))
        if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker is given but some of the items
            gallery.verifier.runs.perform(sorted(self._running & self.chapter.snippets.keys()))
            if self._drawing:
                gallery.begin(sorted(self._drawing))
        return gallery

    @property
    def verifier(self) -> Verifier:
        """Answers what the items ask of the runs."""
        return self.gallery.verifier

    def collect_file(self, file_path: Path, parent: pytest.Collector) -> SybilFile | None:
        """The `pytest_collect_file` hook."""
        sybils = [sybil for sybil in self._sybils if sybil.should_parse(file_path)]
        if sybils and not parent.config.option.collectonly and "PYTEST_XDIST_WORKER" not in os.environ:
            self._open()
        return SybilFile.from_parent(parent, path=file_path, sybils=sybils) if sybils else None

    def make_module(self, module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
        """The `pytest_pycollect_makemodule` hook: a snippet or a figure that is named on the command line is no test module."""
        config = self._config
        if not {self.root / config.snippets, self.root / config.figures} & set(module_path.parents):
            return None
        module: pytest.Module = _NoModule.from_parent(parent, path=module_path)
        return module

    def collection_finish(self, session: pytest.Session) -> None:
        """The `pytest_collection_finish` hook: notes which snippets and figures have an item of their own in this session."""
        snippets = self.root / self._config.snippets
        items = [item for item in session.items if isinstance(item, SybilItem) and item.path.suffix == ".py"]
        self._is_alone = all(isinstance(item, SybilItem) for item in session.items)
        self._running = {item.path.stem for item in items if snippets in item.path.parents}
        drawn = (self._drawn(item.path.relative_to(self.root).as_posix()) for item in items)
        self._drawing = {name for name in drawn if name}

    def close(self) -> None:
        """The `pytest_unconfigure` hook: ends the child process."""
        for tracer in self._opened:
            tracer.close()
        if self._is_alone:  # no test is there whose garbage pytest would have to look for, which takes as long as a run
            gc.freeze()

    def parse(self, document: SybilDocument) -> Iterator[SybilRegion]:
        """The Sybil parser: one region for the file itself, then one for each claim, equation, output and mention."""
        path = Path(document.path).resolve().relative_to(self.root).as_posix()
        name = self._drawn(path)
        if name:
            yield _region(0, 0, "draws", partial(self._check_figure, path, name))
            return
        yield _region(0, 0, "runs" if path.endswith(".py") else "scan", partial(self._check_file, path))
        for scanned in (found for found in self.chapter.documents if found.source.path == path):
            names: Counter[str] = Counter()
            for index, region in enumerate(regions(scanned)):
                name = _name(region)
                names[name] += 1
                unique = name if names[name] == 1 else f"{name}#{names[name]}"
                yield _region(region.start, region.end, unique, partial(self._check_region, scanned, index))

    def _open(self) -> None:
        """Start the process that runs snippets: it imports what they need while the rest is collected."""
        if not self._opened:
            given = visible_environment(self._config.environment)
            tracer = Tracer(self.root, self.root / RUNS, environment=given, reuses=False)
            self._opened.append(tracer)
            tracer.warm((self.root / self._config.snippets).glob("*.py"))

    def _check_file(self, path: str, _: Example) -> str | None:
        """What the scan found in a file; of a snippet also whether its run finishes."""
        problems = [problem for problem in self.chapter.problems if problem.path == path]
        stems = [stem for stem, snippet in self.chapter.snippets.items() if snippet.path == path]
        failures = [failure for stem in stems if (failure := self.verifier.runs.failure(stem)) is not None]
        return "\n".join(str(problem) for problem in (*problems, *failures)) or None

    def _drawn(self, path: str) -> str:
        """The name of the figure that a file draws; empty if it draws none."""
        scripts = self.chapter.scripts
        return next((name for name, script in scripts.items() if script.source.path == path), "")

    def _check_figure(self, path: str, name: str, _: Example) -> str | None:
        """What the scan found in a script, and whether it draws its figure from what the runs give."""
        problems = [problem for problem in self.chapter.problems if problem.path == path]
        problems += self.gallery.problems([name])
        if not problems and (broken := self.gallery.broken(name)):
            return self._unevaluated(broken)
        return "\n".join(map(str, problems)) or None

    def _check_region(self, document: Document, index: int, _: Example) -> str | None:
        verdict = self.verifier.verdicts(document)[index]
        if verdict.status == "not evaluated":
            return self._unevaluated(verdict.broken)
        return None if verdict.problem is None else str(verdict.problem)

    def _unevaluated(self, broken: str) -> str:
        """Why something was not evaluated: a snippet did not finish."""
        reason = f"not evaluated: {broken}.py did not finish"
        if broken in self._running:
            # The snippet's own item is the one failure. Where that item was not selected, this one has to fail.
            pytest.skip(reason)
        return f"{reason}\n{self.verifier.runs.failure(broken)}"


class _NoModule(pytest.Module):
    """Stands for a snippet where pytest would import it, and so run it, to look for test functions."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        return []


class _File(SybilDocument):
    """A file of the book, as its bytes are, so that what no text can be read from is collected, too: the scan says why."""

    @classmethod
    def parse(cls, path: str, *parsers: Parser, encoding: str = "utf-8") -> SybilDocument:
        try:
            text = Path(path).read_text(encoding)
        except (OSError, UnicodeDecodeError):
            text = ""
        document = cls(text, path)
        for parser in parsers:
            for region in parser(document):
                document.add(region)
        return document


class _Sybil(Sybil):
    """Reads all files alike, and names an item after what it checks."""

    def parse(self, path: Path) -> SybilDocument:
        return _File.parse(str(path), *self.parsers, encoding=self.encoding)

    def identify(self, example: Example) -> str:
        name: str = example.parsed
        return name


def _region(start: int, end: int, name: str, evaluator: Evaluator) -> SybilRegion:
    return SybilRegion(start, end, name, evaluator)


def _name(region: Region) -> str:
    match region:
        case Claim():
            text = region.expression.text
        case Equation():
            text = region.text
        case Mention():
            text = f"`{region.text}`"
        case _:
            text = "output"
    return " ".join(text.replace("::", ":").split())
