"""cache: keys of runs, made of all that a run depends on, and the runs that are kept under them. The tracer calls it."""

import ast
import hashlib
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from backprop_book import record
from backprop_book.core.cache import Memo, code, digest, installed, keep, kept, versions
from backprop_book.core.model import TRACE_FORMAT, Run
from backprop_book.record.codec import from_json, to_json
from backprop_book.record.dependencies import are_current
from backprop_book.run.request import Request

_LIBRARIES = tuple(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))
"""The folders of the standard library and of installed packages."""
_LONGEST = 200
"""Largest length of a string that is taken for the name of a file."""
PORTABLE = {"finished", "exception", "exit", "syntax", "step limit", "output limit", "value limit"}
"""Outcomes that do not depend on the machine, so that they may be kept."""


Code = tuple[str, tuple[tuple[str, str], ...]]
"""The text of a script, and names and digests of the modules in its folder that it imports."""


@dataclass(frozen=True, slots=True)
class ScriptSource:
    """A script and what it imports from its own folder."""

    script: Path
    """Its absolute path."""
    text: str
    """Its source text."""
    imports: tuple[str, ...]
    """Top-level names of all modules that it or its neighbours import."""
    neighbours: tuple[tuple[str, str], ...]
    """Names and digests of the modules in its folder that it imports, directly or not."""

    @property
    def code(self) -> Code:
        """The source texts that it executes."""
        return self.text, self.neighbours


def source_of(script: Path, text: str, memo: Memo | None = None) -> ScriptSource:
    """Find what a script imports from its own folder, transitively.

    Args:
        script: Its absolute path.
        text: Its source text.
        memo: What source texts were found to name before.
    """
    memo = memo or Memo()
    folder = script.parent
    # A script of the standard library or of an installed package has too many neighbours; versions stand for them.
    is_library = any(map(folder.is_relative_to, _LIBRARIES))
    neighbours: dict[str, str] = {}
    imports: dict[str, None] = {}
    waiting = [text]
    while waiting:
        names, texts = _told(waiting.pop(), memo)
        imports |= dict.fromkeys(sorted(names))
        if is_library:
            continue
        # A text may be the name of a module, too, for `importlib`.
        modules = [
            place for top in sorted(names | {text.split(".")[0] for text in texts}) for place in _files(folder, top)
        ]
        for place in modules:
            key = place.relative_to(folder).as_posix()
            if key not in neighbours and place != script:
                content = _content(place)
                neighbours[key] = hashlib.sha256(content).hexdigest()
                waiting.append(content.decode("utf-8", "replace"))
    return ScriptSource(script, text, tuple(imports), tuple(sorted(neighbours.items())))


def key_of(source: ScriptSource, request: Request, name: str, environment: Mapping[str, str] | None = None) -> str:
    """Return the key of a run.

    Args:
        source: The script.
        request: The request.
        name: Its path as the trace shows it.
        environment: The environment variables that it gets.
    """
    parts = {
        "format": TRACE_FORMAT,
        "script": [name, str(source.script), source.text],
        "neighbours": source.neighbours,
        "probes": [asdict(probe) for probe in request.probes],
        "arguments": request.arguments,
        "keep": request.keep,
        "limits": asdict(request.limits),
        "environment": None if environment is None else dict(environment),
        "book": None if request.book is None else str(request.book),
        "versions": [versions(), installed()],
        # Another version of the recorder may have recorded other steps.
        "recorder": code(Path(record.__file__).parent),
    }
    return digest(parts)


def load(folder: Path, key: str) -> Run | None:
    """Return the run that is kept under a key; None if there is none, or if a file that it has read has changed."""
    text = kept(folder, key, key)
    run = None if text is None else from_json(text)
    return run if run is not None and run.dependencies is not None and are_current(run.dependencies) else None


def store(folder: Path, key: str, run: Run) -> None:
    """Keep a run under a key, if its outcome does not depend on the machine. A full or read-only disk is no error."""
    if run.outcome.kind not in PORTABLE or run.dependencies is None:
        return
    keep(folder, key, key, to_json(run))


def _told(text: str, memo: Memo) -> tuple[frozenset[str], frozenset[str]]:
    """Top-level names of the modules that a source text imports, and the texts in it that could name a file."""

    def read() -> tuple[frozenset[str], frozenset[str]]:
        nodes = _parsed(text)
        return frozenset(name.split(".")[0] for name in _imported(nodes)), frozenset(_texts(nodes))

    return memo(read, ("imports", text))


def _parsed(text: str) -> list[ast.AST]:
    """All nodes of a source text; none if it does not parse."""
    try:
        return list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _imported(nodes: Iterable[ast.AST]) -> list[str]:
    """Full names of the modules that a source text imports."""
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.module:
                found.append(node.module)
            else:
                found += [alias.name for alias in node.names]
    return found


def _texts(nodes: Iterable[ast.AST]) -> set[str]:
    """The texts in a source text that could name a file."""
    values = (node.value for node in nodes if isinstance(node, ast.Constant))
    return {value for value in values if isinstance(value, str) and 0 < len(value) < _LONGEST and value.isprintable()}


def _files(folder: Path, name: str) -> list[Path]:
    """The files of a module or package in a folder; a package needs no `__init__.py`."""
    if not name.isidentifier():
        return []
    plain, package = folder / f"{name}.py", folder / name
    return [*([plain] if plain.is_file() else []), *(sorted(package.rglob("*.py")) if package.is_dir() else [])]


def _content(place: Path) -> bytes:
    """What a file holds; nothing where it cannot be read, or has gone since it was found."""
    try:
        return place.read_bytes()
    except OSError:
        return b""
