"""How long `make test` takes beside the bare run of the chapter's five listings, and which of its items take longest.

Run `python benchmarks/suite.py`. The five listings are run in one process, several times, before and after `make test`; the ratio
is that of the whole command to the median of these runs. A machine that is busy slows down both sides.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from subprocess import run
from xml.etree import ElementTree as ET

from comparison import BARE, LISTINGS, ROOT, ways
from process import command

LONGEST = 10
_AROUND = 3
"""Bare runs before `make test`, and again after it."""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="backprop-book-suite-") as name:
        report = Path(name) / "report.xml"
        before = bare_runs(Path(name))
        begun = time.perf_counter()
        status = run(["make", "test"], cwd=ROOT, env=environment(report), check=False).returncode
        seconds = time.perf_counter() - begun
        if status:
            sys.exit(f"`make test` ended with status {status}")
        after = bare_runs(Path(name))
        found = durations(report.read_text(encoding="utf-8"))
    sys.stdout.write(table(seconds, statistics.median([*before, *after]), found))


def bare_runs(folder: Path) -> list[float]:
    """Seconds of some runs of the five listings."""
    bare = next(way for way in ways(None) if way.name == BARE)
    listings = [str(ROOT / "snippets" / f"{stem}.py") for stem in LISTINGS]
    return [command([*bare.arguments[:3], *listings], folder).seconds for _ in range(_AROUND)]


def environment(report: Path) -> dict[str, str]:
    """The environment of `make test`, in which pytest writes a report in the format of JUnit; that of the last call stays."""
    return {**os.environ, "PYTEST_ADDOPTS": f"--junit-xml={report}"}


def durations(report: str) -> list[tuple[float, str]]:
    """Seconds and name of each item of a report in the format of JUnit, the longest first."""
    cases = ET.fromstring(report).iter("testcase")
    return sorted(
        ((float(case.attrib["time"]), f"{case.attrib['classname']}::{case.attrib['name']}") for case in cases),
        reverse=True,
    )


def table(seconds: float, bare: float, items: Sequence[tuple[float, str]]) -> str:
    """What was measured, in words and as a table."""
    lines = [
        f"make test: {seconds:.0f} s, {seconds / bare:.0f} times the bare run of {bare:.2f} s",
        "",
        "The longest items:",
        "",
    ]
    lines += [f"{taken:6.1f} s  {name}" for taken, name in items[:LONGEST]]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
