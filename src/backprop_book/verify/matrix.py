"""matrix: the statements about snippets that need NumPy alone, verified on the oldest and the newest NumPy that are supported.

The result is kept in a file that is a part of the book, with a digest of the snippets that ran: where they have changed since, it
says nothing about them any more.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from backprop_book.core.config import Config
from backprop_book.core.problems import BookError, Problem
from backprop_book.record.child_protocol import LIBRARIES
from backprop_book.run import Tracer
from backprop_book.run.cache import source_of
from backprop_book.scan.book import Chapter
from backprop_book.verify.reproducibility import pairs, stems_of
from backprop_book.verify.verifier import Verifier

FILE = "assets/matrix.json"
"""Where the result is kept, below the folder of the pages."""
_LOWEST = re.compile(r"numpy\s*>=\s*([0-9]+(?:\.[0-9]+)*)", re.IGNORECASE)
_PINNED = re.compile(r"^numpy==([0-9.]+)\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Combination:
    """One combination of versions."""

    versions: tuple[tuple[str, str], ...]
    """What the snippets ran on, as the runs report it."""
    holds: int
    """How many statements hold."""
    fails: int
    """How many do not."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """What was verified on which versions."""

    digest: str
    """A digest of the snippets that ran."""
    snippets: int
    """How many these were."""
    columns: tuple[Combination, ...]
    """The combinations, the oldest first."""


def supported(config: Config) -> tuple[str, ...]:
    """The oldest and the newest NumPy: the lower bound of the project, and the version that its constraints pin.

    Raises:
        BookError: The project does not say one of them.
    """
    text = (config.root / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text).get("project", {})
    bounds = (_LOWEST.match(each) for each in project.get("dependencies", ()))
    lowest = next((found[1] for found in bounds if found), "")
    constraints = config.root / "constraints.txt"
    pinned = _PINNED.search(constraints.read_text(encoding="utf-8")) if constraints.is_file() else None
    problems = []
    if not lowest:
        problems.append(
            Problem("pyproject.toml", 1, 1, "the project does not say which NumPy is the oldest", expected='"numpy>=2"',
                    remedy="add it to the dependencies of [project]", kind="configuration")
        )  # fmt: skip
    if pinned is None:
        problems.append(
            Problem("constraints.txt", 1, 1, "the constraints do not say which NumPy is the newest", expected="numpy==2.4.6",
                    remedy="pin it", kind="configuration")
        )  # fmt: skip
    if pinned is None or problems:
        raise BookError(problems)
    parts = [*lowest.split("."), "0", "0"][: max(3, lowest.count(".") + 1)]
    return tuple(dict.fromkeys((".".join(parts), pinned[1])))


def with_numpy_alone(chapter: Chapter) -> tuple[str, ...]:
    """The stems of the snippets that import NumPy, directly or not, and no other library that runs name the version of."""
    found = []
    for stem, snippet in sorted(chapter.snippets.items()):
        imports = source_of(chapter.config.root / snippet.path, snippet.text).imports
        if LIBRARIES.keys() & imports == {"numpy"}:
            found.append(stem)
    return tuple(found)


def column(verifier: Verifier, tracer: Tracer) -> tuple[Combination, tuple[Problem, ...]]:
    """Verify what the book states about snippets that need NumPy alone in the runs of another tracer.

    Args:
        verifier: Has the usual runs, or makes them.
        tracer: Runs the snippets on other versions.

    Returns:
        What came out, and a problem for each statement that holds usually and not on these versions.
    """
    chapter = verifier.chapter
    chosen = frozenset(with_numpy_alone(chapter))
    known = {stem: verifier.runs.of(stem) for stem in chapter.snippets if stem not in chosen}
    other = Verifier(chapter, tracer, known)
    versions = dict.fromkeys(
        version
        for stem in sorted(chosen)
        for version in other.runs.of(stem).versions
        if version[0] in ("python", "numpy")
    )
    found = [each for each in pairs(verifier, other, chapter.documents) if stems_of(each[1].region) & chosen]
    shown = ", ".join(f"{name} {version}" for name, version in versions)
    problems = []
    for document, first, second in found:
        if second.status != "holds":
            message = f"this does not hold on {shown}"
            problem = second.problem or document.source.problem(
                first.region.start, message, expected=f"{second.broken}.py to finish", remedy="mend the snippet"
            )
            problems.append(replace(problem, message=message, remedy=_REMEDY, kind="unsteady"))
    return Combination(tuple(versions), len(found) - len(problems), len(problems)), tuple(sorted(problems))


_REMEDY = "write the snippet so that all supported versions give the same, or raise the lowest version"


def digest(chapter: Chapter, stems: Sequence[str]) -> str:
    """A digest of snippets and of what they import from their folder."""
    parts = []
    for stem in stems:
        snippet = chapter.snippets[stem]
        neighbours = source_of(chapter.config.root / snippet.path, snippet.text).neighbours
        parts.append([snippet.path, snippet.text, neighbours])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def save(chapter: Chapter, matrix: Matrix) -> Path:
    """Keep the result in the book."""
    place = chapter.config.root / chapter.config.docs / FILE
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"{json.dumps(asdict(matrix), indent=2)}\n", encoding="utf-8")
    return place


def saved(chapter: Chapter) -> Matrix | None:
    """The result that is kept in the book; None if there is none that can be read."""
    place = chapter.config.root / chapter.config.docs / FILE
    try:
        fields = json.loads(place.read_text(encoding="utf-8"))
        return Matrix(str(fields["digest"]), int(fields["snippets"]), tuple(map(_column, fields["columns"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_current(chapter: Chapter, matrix: Matrix) -> bool:
    """Whether the snippets are still those that ran."""
    return matrix.digest == digest(chapter, with_numpy_alone(chapter))


def _column(fields: Mapping[str, object]) -> Combination:
    versions, holds, fails = fields["versions"], fields["holds"], fields["fails"]
    if not (isinstance(versions, list) and isinstance(holds, int) and isinstance(fails, int)):
        raise TypeError("this is not a column")
    return Combination(tuple((str(name), str(version)) for name, version in versions), holds, fails)
