"""cache: runs by the content of all that they depend on."""

import ast
import hashlib
import json
import sysconfig
from dataclasses import asdict, dataclass
from pathlib import Path

from backprop_book import record
from backprop_book.memory import code, put, versions
from backprop_book.model import TRACE_FORMAT, Run
from backprop_book.record.codec import from_json, to_json
from backprop_book.tracing.request import Request

LIBRARIES = ("numpy", "torch")
"""What a run names the versions of, beside that of Python."""
PORTABLE = {"finished", "exception", "exit", "syntax", "step limit", "output limit", "value limit"}
"""Outcomes that do not depend on the machine, so that they may be remembered."""


@dataclass(frozen=True, slots=True)
class Source:
    """A script and what it imports from its own folder."""

    script: Path
    """Its absolute path."""
    text: str
    """Its source text."""
    imports: tuple[str, ...]
    """Top-level names of all modules that it or its neighbours import."""
    neighbours: tuple[tuple[str, str], ...]
    """File names and digests of the modules in its folder that it imports, directly or not."""


def source_of(script: Path, text: str) -> Source:
    """Find what a script imports from its own folder, transitively."""
    folder = script.parent
    # A script of the standard library or of an installed package has too many neighbours; versions stand for them.
    is_library = any(folder.is_relative_to(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib"))
    neighbours: dict[str, str] = {}
    imports: dict[str, None] = {}
    waiting = [text]
    while waiting:
        for name in _imported(waiting.pop()):
            top = name.split(".")[0]
            imports[top] = None
            for place in () if is_library else _files(folder, top):
                key = place.relative_to(folder).as_posix()
                if key not in neighbours and place != script:
                    content = place.read_bytes()
                    neighbours[key] = hashlib.sha256(content).hexdigest()
                    waiting.append(content.decode("utf-8", "replace"))
    return Source(script, text, tuple(imports), tuple(sorted(neighbours.items())))


def key_of(source: Source, request: Request, name: str) -> str:
    """The name of a run's entry in the cache."""
    parts = {
        "format": TRACE_FORMAT,
        "script": [name, str(source.script), source.text],
        "neighbours": source.neighbours,
        "probes": [asdict(probe) for probe in request.probes],
        "arguments": request.arguments,
        "keep": request.keep,
        "limits": asdict(request.limits),
        "versions": versions(*LIBRARIES),
        # What another version of the recorder has remembered may not be what this one would see.
        "recorder": code(Path(record.__file__).parent),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def load(folder: Path, key: str) -> Run | None:
    """A remembered run; None if there is none, or none that can be read."""
    try:
        return from_json((folder / f"{key}.json").read_text(encoding="ascii"))
    except (OSError, ValueError, RecursionError):
        return None


def store(folder: Path, key: str, run: Run) -> None:
    """Remember a run, if it is one that would be the same elsewhere. A full or read-only disk is no error."""
    if run.outcome.kind not in PORTABLE:
        return
    put(folder, f"{key}.json", to_json(run))


def _imported(text: str) -> list[str]:
    """Full names of the modules that a source text imports; none if it does not parse."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.module:
                found.append(node.module)
            else:
                found += [alias.name for alias in node.names]
    return found


def _files(folder: Path, name: str) -> list[Path]:
    """The files of a module or package in a folder."""
    plain = folder / f"{name}.py"
    package = folder / name
    files = [plain] if plain.is_file() else []
    if (package / "__init__.py").is_file():
        files += sorted(package.rglob("*.py"))
    return files
