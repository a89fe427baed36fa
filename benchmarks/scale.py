"""Whether the book stays quick while it grows: what the commands cost for 1, 10 and 65 sections of five listings and a hundred claims.

Run `python benchmarks/scale.py [--sections 1 10 65] [--saves 5]`. It generates the books in a temporary folder and goes through
the real commands. `cold` begins without the cache of runs, `warm` with it; `plain` is the same book built by Material for MkDocs
without this project's extension. A number is the time in seconds; behind it stand the peak memory of the command and of the
largest of its children, in MB. `each` is what a further section costs, between the sizes before and after it: where
that does not grow, the cost is at most linear. Of a save in `make serve` the median is shown; it should cost the same in all sizes.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import generated
from process import Cost, command, running, saves

SIZES = (1, 10, 65)
GROWTH = 1.25
"""How much more a further section may cost in a large book than in a small one before that counts as more than linear."""
LIMIT = 0.3
"""Seconds within which saved prose has to be verified."""
SAME = 1.25
"""How much more saved prose may cost in the largest book than in the smallest one and still count as the same."""
PROSE = "\nOne more sentence.\n"
WRONG = "\nAnd seventeen more.\n"
CODE = "\nadded = True\n"
BROKEN = "\nadded = 1 / 0\n"
BUILD = (sys.executable, "-m", "mkdocs", "build", "--quiet")
CHECK = (sys.executable, "-m", "backprop_book.cli", "check")
SERVE = (sys.executable, "-u", "-m", "backprop_book.serve", "--port", "0")

Rows = Mapping[str, Mapping[int, Cost]]
"""For each thing measured, what it cost at each size."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sections", nargs="+", type=int, default=list(SIZES), help="the sizes (default: 1 10 65)")
    parser.add_argument(
        "--saves", type=int, default=5, help="how often something is saved in `make serve` (default: 5)"
    )
    parser.add_argument("--only", choices=("commands", "serve"), help="measure a part only")
    given = parser.parse_args()
    rows: dict[str, dict[int, Cost]] = {}
    for size in sorted(given.sections):
        sys.stderr.write(f"{size} sections ...\n")
        with tempfile.TemporaryDirectory(prefix="backprop-book-scale-") as name:
            found = measure(Path(name), size, given.saves, given.only)
        for row, cost in found.items():
            rows.setdefault(row, {})[size] = cost
    sys.stdout.write(table(rows))


def measure(folder: Path, size: int, times: int, only: str | None = None) -> dict[str, Cost]:
    """What everything costs for a book of one size.

    Args:
        folder: An empty folder for it.
        size: How many sections.
        times: How often something is saved in `make serve`.
        only: `commands` or `serve` to leave the other out.
    """
    for name in ("plain", "book"):
        (folder / name).mkdir()
        generated.book(folder / name, size, plain=name == "plain")
    root = folder / "book"
    found = {} if only == "serve" else {"build, plain": command(BUILD, folder / "plain")} | commands(root, size)
    return found if only == "commands" else found | serving(root, size, times)


def commands(root: Path, size: int) -> dict[str, Cost]:
    """What `mkdocs build` and `backprop-book check` cost."""
    cache = root / ".cache"
    found = {"build, cold": command(BUILD, root)}
    shutil.rmtree(cache)
    found["check, cold"] = command(CHECK, root)
    found["build, warm"] = command(BUILD, root)
    found["check, warm"] = command(CHECK, root)
    page, snippet = root / generated.page(size // 2), root / generated.snippet(size // 2, generated.KINDS[0])
    for name, path, added in (("prose", page, PROSE), ("snippet", snippet, CODE)):
        # Nothing of an edit may be known already when the next command begins.
        kept = shutil.copytree(cache, root.parent / f"kept-{name}")
        text = path.read_text(encoding="utf-8")
        path.write_text(text + added, encoding="utf-8")
        found[f"build, {name} edited"] = command(BUILD, root)
        shutil.rmtree(cache)
        shutil.copytree(kept, cache)
        found[f"check, {name} edited"] = command(CHECK, root)
        path.write_text(text, encoding="utf-8")
    return found


def serving(root: Path, size: int, times: int) -> dict[str, Cost]:
    """What a save costs in `make serve`, of prose and of a snippet: until it is verified, and until its page is served."""
    page, snippet = root / generated.page(size // 2), root / generated.snippet(size // 2, generated.KINDS[0])
    found = {}
    with running(SERVE, root) as server:
        server.until("^served the book")
        for name, path, added in (("prose", page, WRONG), ("snippet", snippet, BROKEN)):
            seconds = saves(server, path, added, ["^[1-9][0-9]* problem", "^served"], times)
            for column, until in enumerate(("verified", "served")):
                middle = statistics.median(each[column] for each in seconds)
                found[f"serve, {name} {until}"] = Cost(middle, 0.0, 0.0)
    return found


def table(rows: Rows) -> str:
    """The table of what was measured, and what it says about growth."""
    sizes = sorted({size for costs in rows.values() for size in costs})
    head = "".join(f"{f'{size} section' + 's' * (size > 1):>24}" for size in sizes)
    head += "".join(f"{f'each to {size}':>12}" for size in sizes[1:])
    lines = [f"{'':24}{head}  grows"]
    for name, costs in rows.items():
        cells = "".join(f"{_cell(costs[size]):>24}" for size in sizes)
        cells += "".join(f"{1000 * each:>9.0f} ms" for each in slopes(costs))
        lines.append(f"{name:24}{cells}  {growth(name, costs)}")
    return "\n".join(lines) + "\n"


def slopes(costs: Mapping[int, Cost]) -> list[float]:
    """Seconds that a further section costs, between each size and the next."""
    return [(costs[large].seconds - costs[small].seconds) / (large - small) for small, large in pairwise(sorted(costs))]


def growth(name: str, costs: Mapping[int, Cost]) -> str:
    """What the times of one row say in a word."""
    if name.startswith("serve, prose"):
        smallest, largest = costs[min(costs)].seconds, costs[max(costs)].seconds
        said = "the same" if largest <= SAME * smallest else "not the same"
        late = [size for size, cost in costs.items() if cost.seconds > LIMIT]
        limit = f", above {1000 * LIMIT:.0f} ms with {_listed(late)}" if late else f", within {1000 * LIMIT:.0f} ms"
        return f"{said}: times {largest / smallest:.2f}{limit if name.endswith('verified') else ''}"
    each = slopes(costs)
    if len(each) < 2:
        return ""
    # Differences of few milliseconds are the noise of starting a process.
    more = each[-1] > max(GROWTH * each[0], each[0] + 0.002)
    return "more than linearly" if more else "linearly at most"


def _listed(sizes: Sequence[int]) -> str:
    return " and ".join(map(str, sizes)) + " sections"


def _cell(cost: Cost) -> str:
    if not cost.memory:
        return f"{1000 * cost.seconds:.0f} ms {'':>11}"
    return f"{cost.seconds:.2f} s {f'{cost.memory:.0f} + {cost.children:.0f}':>11}"


if __name__ == "__main__":
    main()
