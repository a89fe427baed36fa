"""What the book costs beside other ways to run code in a site, on the chapter's own five listings.

Run `python benchmarks/comparison.py [--rounds 5] [--markdown-exec PYTHON]`. Each way gets a project of its own in a temporary folder:

- `bare` runs the five listings one after the other in one process, and nothing else;
- `plain build` is Material for MkDocs, which shows them and runs nothing;
- `book` builds, checks and tests them with their notes, every claim verified; `cold` without the cache of runs, `warm` with it;
- `markdown-exec`, `mkdocs-jupyter` (cold, and warm with its cache) and `Sybil` (each listing as a fence) run them with no claims.

Everything is run once in each round, the rounds turn about, and ratios are taken within a round, so that a machine that is busy for a
while slows down both sides. Shown are the median and, in brackets, the least and the most. Times are from the start of a command to
its end; memory is the peak of the command and of the largest of its children. Below the table stands what the book aims at.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
import yaml
from process import Cost, command, running, saves

ROOT = Path(__file__).resolve().parent.parent
LISTINGS = (
    "training_step_numpy",
    "training_step_pytorch",
    "training_loop_numpy",
    "training_loop_pytorch",
    "full_training",
)
BARE, PLAIN, COLD, WARM, TESTS = "bare run", "plain build", "book, cold build", "book, warm build", "book, doc tests"
MISSING = """\
markdown-exec is left out: {reason}
Make an environment that holds it, and name its Python:
    {python} -m venv FOLDER && echo {packages} > FOLDER/lib/python{version}/site-packages/book.pth
    FOLDER/bin/python -m pip install markdown-exec
    python benchmarks/comparison.py --markdown-exec FOLDER/bin/python
"""
_RUN = "import runpy, sys\nfor path in sys.argv[1:]:\n    runpy.run_path(path, run_name='__main__')\n"
_CONFTEST = """\
from pathlib import Path

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil([PythonCodeBlockParser()], path=str(Path(__file__).parent), patterns=["*.md"]).pytest()
"""
_UNUSED = ("cacheprovider", "randomly", "hypothesispytest")
_PROJECT = '[tool.backprop_book]\ndocs = "docs"\nsnippets = "snippets"\n'
_EXTENSIONS = (
    "admonition",
    "attr_list",
    "md_in_html",
    "tables",
    {"pymdownx.arithmatex": {"generic": True}},
    "pymdownx.highlight",
    {"pymdownx.snippets": {"base_path": ["snippets"], "check_paths": True}},
    "pymdownx.superfences",
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to run the listings."""

    name: str
    """What the table calls it."""
    folder: str
    """Its project."""
    arguments: tuple[str, ...]
    """The command."""
    reference: str = PLAIN
    """What its time is a multiple of."""
    fresh: bool = False
    """Whether the cache is removed before."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that the book aims at."""

    words: str
    """What."""
    measured: float
    """What came out."""
    limit: float
    """What may come out at most."""
    unit: str = "×"
    """What is counted."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is run (default: 5)")
    parser.add_argument(
        "--markdown-exec", metavar="PYTHON", help="an interpreter that has markdown-exec and the book's packages"
    )
    parser.add_argument(
        "--only", nargs="+", metavar="WAY", help="leave out the other ways, but for the bare run and the plain build"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="backprop-book-comparison-") as name:
        folder = Path(name)
        chosen = given.only or ["book", "markdown-exec", "mkdocs-jupyter", "Sybil"]
        python = (given.markdown_exec or environment(folder)) if "markdown-exec" in chosen else None
        projects(folder)
        everything = ways(python)
        picked = [way for way in everything if way.name in (BARE, PLAIN) or way.name.startswith(tuple(chosen))]
        rounds = measure(folder, picked, given.rounds)
        edits = edited(folder, given.rounds)
    sys.stdout.write(table(picked, rounds))
    sys.stdout.write(verdicts(targets(rounds, edits)))


def ways(python: str | None) -> tuple[Way, ...]:
    """All ways; markdown-exec only where there is an interpreter that has it."""
    here = sys.executable
    build = (here, "-m", "mkdocs", "build", "--quiet")
    # Plug-ins that have nothing to do with doc tests are left out: at the end Hypothesis would be imported, which takes 0.2 seconds.
    test = (here, "-m", "pytest", "-q", *(part for name in _UNUSED for part in ("-p", f"no:{name}")))
    check = (here, "-m", "backprop_book.tools.cli", "check")
    found = [
        Way(BARE, "bare", (here, "-c", _RUN, *(f"{stem}.py" for stem in LISTINGS)), BARE),
        Way(PLAIN, "plain", build),
        Way(COLD, "book", build, fresh=True),
        Way(WARM, "book", build),
        Way("book, cold check", "book", check, BARE, fresh=True),
        Way("book, warm check", "book", check, BARE),
        Way(TESTS, "book", test, BARE),
        Way("mkdocs-jupyter, cold", "jupyter", build, fresh=True),
        Way("mkdocs-jupyter, warm", "jupyter", build),
        Way("Sybil, fences", "sybil", test, BARE),
    ]
    if python:
        found.insert(7, Way("markdown-exec", "exec", (python, *build[1:])))
    return tuple(found)


def projects(folder: Path) -> None:
    """Write a project for each way into a folder."""
    sources = {stem: (ROOT / "snippets" / f"{stem}.py").read_text(encoding="utf-8") for stem in LISTINGS}
    for name in ("bare", "plain", "book", "exec", "jupyter", "sybil"):
        (folder / name / "docs").mkdir(parents=True)
    for stem, source in sources.items():
        (folder / "bare" / f"{stem}.py").write_text(source, encoding="utf-8")
        shown = _page(stem, f'```python title="{stem}"\n--8<-- "{stem}.py"\n```\n')
        for name in ("plain", "book"):
            (folder / name / "snippets").mkdir(exist_ok=True)
            (folder / name / "snippets" / f"{stem}.py").write_text(source, encoding="utf-8")
            (folder / name / "docs" / f"{stem}.md").write_text(shown, encoding="utf-8")
        shutil.copy(ROOT / "snippets" / f"{stem}.md", folder / "book/snippets")
        fence = f'```python exec="on" source="above" result="text"\n{source}```\n'
        (folder / "exec/docs" / f"{stem}.md").write_text(_page(stem, fence), encoding="utf-8")
        (folder / "sybil/docs" / f"{stem}.md").write_text(_page(stem, f"```python\n{source}```\n"), encoding="utf-8")
        cells = [nbformat.v4.new_markdown_cell(f"# {_title(stem)}"), nbformat.v4.new_code_cell(source)]
        notebook = nbformat.v4.new_notebook(cells=cells)
        nbformat.write(notebook, folder / "jupyter/docs" / f"{stem}.ipynb")
    (folder / "book/pyproject.toml").write_text(_PROJECT, encoding="utf-8")
    shutil.copy(ROOT / "conftest.py", folder / "book")
    (folder / "sybil/conftest.py").write_text(_CONFTEST, encoding="utf-8")
    jupyter = {"mkdocs-jupyter": {"execute": True, "allow_errors": False, "cache": True}}
    for name, plugins, extensions in (
        ("plain", [], []),
        ("book", [], ["backprop_book"]),
        ("exec", ["markdown-exec"], []),
        ("jupyter", [jupyter], []),
    ):
        _configure(folder / name, plugins, extensions)


def _configure(folder: Path, plugins: Sequence[object], extensions: Sequence[str]) -> None:
    configuration = {
        "site_name": "Five listings",
        "theme": {"name": "material", "font": False},
        "plugins": ["search", *plugins],
        "markdown_extensions": [*_EXTENSIONS, *extensions],
    }
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
    (folder / "docs/index.md").write_text("# Listings\n\nRun in one way or another.\n", encoding="utf-8")


def _title(stem: str) -> str:
    return stem.replace("_", " ").capitalize()


def _page(stem: str, fence: str) -> str:
    return f"# {_title(stem)}\n\n{fence}"


def environment(folder: Path) -> str | None:
    """The interpreter of a new environment that has markdown-exec and all that this one has; None, with the reason said, if it fails."""
    place = folder / "environment"
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    version = ".".join(map(str, sys.version_info[:2]))
    steps = (
        [sys.executable, "-m", "venv", str(place)],
        [str(place / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "markdown-exec"],
    )
    for step in steps:
        if place.is_dir():
            (place / f"lib/python{version}/site-packages/book.pth").write_text(f"{packages}\n", encoding="utf-8")
        done = subprocess.run(step, capture_output=True, text=True)
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines()
            reason = lines[-1] if lines else f"`{' '.join(step)}` ended with status {done.returncode}"
            sys.stderr.write(MISSING.format(reason=reason, python=sys.executable, packages=packages, version=version))
            return None
    return str(place / "bin/python")


def measure(folder: Path, chosen: Sequence[Way], rounds: int) -> list[dict[str, Cost]]:
    """What each way costs in each of several rounds; every second round goes backwards through groups of one project."""
    groups: dict[str, list[Way]] = {}
    for way in chosen:
        groups.setdefault(way.folder, []).append(way)
    environment = {"MPLBACKEND": "agg", "PYTHONPATH": os.pathsep.join(path for path in sys.path[1:] if path)}
    found = []
    for number in range(rounds):
        costs: dict[str, Cost] = {}
        order = list(groups.values())
        # Within a project the order stays: what is warm needs what is cold before it.
        for way in (way for group in (order[::-1] if number % 2 else order) for way in group):
            sys.stderr.write(f"\rround {number + 1} of {rounds}: {way.name:24}")
            if way.fresh:
                shutil.rmtree(folder / way.folder / ".cache", ignore_errors=True)
            costs[way.name] = command(way.arguments, folder / way.folder, environment)
        found.append(costs)
    sys.stderr.write("\n")
    return found


def edited(folder: Path, times: int) -> list[float]:
    """Seconds from each of several saves of a page's prose in `make serve` until it is verified."""
    root = folder / "book"
    with running([sys.executable, "-u", "-m", "backprop_book.site.live", "--port", "0"], root) as server:
        server.until("^served the book")
        page = root / "docs" / f"{LISTINGS[0]}.md"
        return [each[0] for each in saves(server, page, "\nAnd {} more.\n", ["^[1-9][0-9]* problem", "^served"], times)]


def table(chosen: Sequence[Way], rounds: Sequence[Mapping[str, Cost]]) -> str:
    """A line for each way."""
    lines = [f"{'':24}{'seconds':>22}{'of the plain build':>22}{'of the bare run':>22}{'MB':>7}{'child':>7}"]
    for way in chosen:
        costs = [costs[way.name] for costs in rounds]
        cells = [_spread([cost.seconds for cost in costs])]
        for reference in (PLAIN, BARE):
            same = way.name == reference or reference != way.reference
            cells.append("" if same else _spread(ratios(rounds, way.name, reference)))
        memory = statistics.median(cost.memory for cost in costs)
        child = statistics.median(cost.children for cost in costs)
        cells += [f"{memory:.0f}", f"{child:.0f}" if child else ""]
        widths = (22, 22, 22, 7, 7)
        lines.append(
            f"{way.name:24}{''.join(f'{cell:>{width}}' for cell, width in zip(cells, widths, strict=True))}".rstrip()
        )
    return "\n".join(lines) + "\n"


def ratios(rounds: Sequence[Mapping[str, Cost]], name: str, reference: str) -> list[float]:
    """The time of one way as a multiple of another's, within each round."""
    return [costs[name].seconds / costs[reference].seconds for costs in rounds]


def targets(rounds: Sequence[Mapping[str, Cost]], edits: Sequence[float]) -> tuple[Target, ...]:
    """What the book aims at, with what came out, as medians over the rounds."""

    def middle(values: Sequence[float]) -> float:
        return statistics.median(values)

    if COLD not in rounds[0]:
        return ()
    allowed = [costs[COLD].seconds / (costs[PLAIN].seconds + 1.2 * costs[BARE].seconds) for costs in rounds]
    parent = [max(costs[name].memory for name in (COLD, WARM)) / costs[PLAIN].memory for costs in rounds]
    child = [costs[COLD].children / costs[BARE].memory for costs in rounds]
    return (
        Target("doc tests, of the bare run", middle(ratios(rounds, TESTS, BARE)), 1.2),
        Target("cold build, of the plain build and 1.2 bare runs", middle(allowed), 1.0),
        Target("warm build, of the plain build", middle(ratios(rounds, WARM, PLAIN)), 1.25),
        Target("a prose edit verified", 1000 * middle(edits), 300, " ms"),
        Target("peak memory of a build, of the plain build's", middle(parent), 1.5),
        Target("peak memory of its child, of the bare run's", middle(child), 1.2),
    )


def verdicts(aims: Sequence[Target]) -> str:
    """A line for each target: what came out, and whether that is good enough."""
    lines = []
    for aim in aims:
        measured, limit = (
            f"{value:.0f}{aim.unit}" if aim.unit == " ms" else f"{value:.2f}{aim.unit}"
            for value in (aim.measured, aim.limit)
        )
        word = "met" if aim.measured <= aim.limit else "MISSED"
        lines.append(f"{word:8}{aim.words:52}{measured:>9}, at most {limit}")
    return "".join(f"{line}\n" for line in ("", *lines)) if lines else ""


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


if __name__ == "__main__":
    main()
