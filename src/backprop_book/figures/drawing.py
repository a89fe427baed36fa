"""drawing: has figures drawn by a child process, and reads the drawings or problems that it returns."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from backprop_book.core.config import Config
from backprop_book.core.model import Value
from backprop_book.core.problems import INSTALL, Problem
from backprop_book.figures.svg import Picture
from backprop_book.record.codec import ValueTable
from backprop_book.record.dependencies import visible_environment
from backprop_book.run import DroppedError
from backprop_book.scan.book import Script

LIMIT = 30.0
"""Seconds that one figure may take."""
_PAUSE = 0.02
"""Seconds between two looks at whether the drawing is still wanted."""
MISSING = "missing"
"""The file in which a child leaves the name of a package that it needs and that is not installed."""
_FRAME = re.compile(r'File "([^"]*)", line (\d+)')


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of the data of a figure."""

    caption: str
    """Caption; empty for the only table of a figure."""
    headers: tuple[str, ...]
    """Headers of the columns."""
    rows: tuple[tuple[bool | int | float | str, ...], ...]
    """The rows that are kept; the first cell of each is its header."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as it was drawn."""

    title: str
    """Title."""
    wide: Picture
    """For wide windows and for print."""
    narrow: Picture
    """For telephones."""
    tables: tuple[DataTable, ...]
    """Its data as tables."""


@dataclass(frozen=True, slots=True)
class DrawingFault:
    """Why a figure was not drawn, and the place in its script: a line, or a part of its data."""

    message: str
    """The fault."""
    datum: str = ""
    """The name in DATA that it is about; empty if there is none."""
    cells: str = ""
    """The expression in TABLE that it is about; empty if there is none."""
    line: int = 0
    """The line that raised an exception; 0 if none did."""
    column: int = 1
    """The column there."""
    expected: str = ""
    """The correct content."""
    remedy: str = ""
    """The one thing to do; mending the script if empty."""


@dataclass(frozen=True, slots=True)
class Order:
    """A figure to be drawn, with its data."""

    script: Script
    """The script that draws it, checked."""
    values: dict[str, Value]
    """Its data."""

    def content(self) -> dict[str, Any]:
        """All that the drawing depends on, as JSON."""
        table = ValueTable()
        script = self.script
        return {
            "name": script.name,
            "path": script.source.path,
            "source": script.source.text,
            "data": {name: table.put(value) for name, value in self.values.items()},
            "values": table.values,
            "rows": None if script.rows is None else list(script.rows),
            "grids": [
                {"caption": grid.caption, "columns": [[each.header, each.expression] for each in grid.columns]}
                for grid in script.grids
            ],
        }


def draw(
    config: Config, orders: Sequence[Order], limit: float = LIMIT, stopped: Callable[[], bool] = lambda: False
) -> tuple[dict[str, Any], ...]:
    """Draw figures in one child process; after one that does not end, or ends it, another child goes on with the rest.

    Args:
        config: The book that they belong to.
        orders: The figures.
        limit: Seconds that one of them may take.
        stopped: Whether the drawings are no longer wanted; called repeatedly.

    Returns:
        For each, the result of the child: the parts of a drawing, or a problem. See `result`.

    Raises:
        DroppedError: The drawings are no longer wanted.
    """
    results: dict[int, dict[str, Any]] = {}
    while len(results) < len(orders):
        waiting = [number for number in range(len(orders)) if number not in results]
        with tempfile.TemporaryDirectory(prefix="backprop-book-") as name:
            folder = Path(name)
            for number in waiting:
                text = json.dumps(orders[number].content())
                (folder / f"{number:05}.order").write_text(text, encoding="ascii")
            environment = visible_environment(config.environment)
            hidden = sorted(os.environ.keys() - environment.keys())
            (folder / "book").write_text(json.dumps([str(config.root), hidden]), encoding="ascii")
            status = _run(folder, environment, limit, stopped)
            if (folder / MISSING).is_file():
                package = (folder / MISSING).read_text(encoding="utf-8")
                fault = DrawingFault(f"this figure is not drawn: {package} is not installed", remedy=INSTALL)
                results |= {number: {"problem": asdict(fault)} for number in waiting}
                break
            for number in waiting:
                place = folder / f"{number:05}.result"
                if not place.is_file():
                    late = (folder / "late").read_text(encoding="utf-8") if (folder / "late").is_file() else ""
                    results[number] = {"problem": asdict(_lost(orders[number].script, late, status, limit))}
                    break
                results[number] = json.loads(place.read_text(encoding="ascii"))
    return tuple(results[number] for number in range(len(orders)))


def result(script: Script, found: dict[str, Any]) -> Drawing | Problem:
    """The result of a child as a drawing, or as a problem at its place."""
    if "problem" in found:
        return _problem(script, DrawingFault(**found["problem"]))
    grids = tuple(
        DataTable(each["caption"], tuple(each["headers"]), tuple(map(tuple, each["rows"]))) for each in found["grids"]
    )
    return Drawing(script.title, Picture(**found["wide"]), Picture(**found["narrow"]), grids)


def _run(folder: Path, given: Mapping[str, str], limit: float, stopped: Callable[[], bool]) -> int:
    # With -P, no file in the current folder is taken for a module of the library.
    command = [sys.executable, "-P", "-m", "backprop_book.figures", str(folder), str(limit)]
    environment = {**given, "PYTHONHASHSEED": "0", "MPLBACKEND": "svg"}
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, env=environment)
    try:
        while not stopped():
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(_PAUSE)
        raise DroppedError
    finally:
        process.kill()
        process.wait()


def _lost(script: Script, late: str, status: int, limit: float) -> DrawingFault:
    """The fault of a figure without a result; `late` is the traceback of a figure that ran out of time."""
    if not late:
        reason = signal.Signals(-status).name if status < 0 else f"status {status}"
        return DrawingFault(f"the process that drew this figure ended with {reason}")
    # The first frame of the script is the innermost one.
    lines = [int(line) for path, line in _FRAME.findall(late) if path == script.source.path]
    return DrawingFault(f"this figure took more than {limit:g} seconds", line=lines[0] if lines else 0)


def _problem(script: Script, fault: DrawingFault) -> Problem:
    path = script.source.path
    remedy = fault.remedy or f"mend {path}"
    if fault.line:
        return Problem(path, fault.line, fault.column, fault.message, "", fault.expected, remedy, "figure")
    places = {("", each.expression): each.start for grid in script.grids for each in grid.columns}
    places |= {(each.name, ""): each.start for each in script.data}
    at = places.get((fault.datum, fault.cells), script.draw)
    found = fault.datum or fault.cells
    return script.source.problem(at, fault.message, found=found, expected=fault.expected, remedy=remedy, kind="figure")
