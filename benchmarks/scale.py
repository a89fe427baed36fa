"""Whether the book stays quick while it grows: what the commands cost for 1, 10 and 65 sections of five listings and a hundred claims.

Run `python benchmarks/scale.py [--sections 1 10 65] [--saves 15]`. It generates the books in a temporary folder and goes through
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
from contextlib import ExitStack
from itertools import pairwise, product
from pathlib import Path

import generated
from process import Cost, command, running, save

SIZES = (1, 10, 65)
GROWTH = 1.25
"""How much more a further section may cost in a large book than in a small one before that counts as more than linear."""
LIMIT = 0.3
"""Seconds within which saved prose has to be verified."""
SAME = 1.25
"""How much more saved prose may cost in the largest book than in the smallest one and still count as the same."""
FRAME = 1 / 60
"""Seconds of one frame on a usual screen: nobody sees a smaller difference, so it counts as none, whatever the ratio."""
PROSE = "\nOne more sentence.\n"
WRONG = "\nAnd {} more.\n"
CODE = "\nadded = True\n"
BROKEN = "\nadded = {} / 0\n"
BUILD = (sys.executable, "-m", "mkdocs", "build", "--quiet")
CHECK = (sys.executable, "-m", "backprop_book.tools.cli", "check")
SERVE = (sys.executable, "-u", "-m", "backprop_book.site.live", "--port", "0")

Rows = Mapping[str, Mapping[int, Cost]]
"""For each thing measured, what it cost at each size."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sections", nargs="+", type=int, default=list(SIZES), help="the sizes (default: 1 10 65)")
    parser.add_argument(
        "--saves", type=int, default=15, help="how often something is saved in `make serve` (default: 15)"
    )
    parser.add_argument("--only", choices=("commands", "serve"), help="measure a part only")
    given = parser.parse_args()
    rows: dict[str, dict[int, Cost]] = {}
    with tempfile.TemporaryDirectory(prefix="backprop-book-scale-") as name:
        folders = {size: Path(name, str(size)) for size in sorted(given.sections)}
        for size, folder in folders.items():
            for kind in ("plain", "book"):
                (folder / kind).mkdir(parents=True)
                generated.book(folder / kind, size, plain=kind == "plain")
        if given.only != "serve":
            for size, folder in folders.items():
                sys.stderr.write(f"{size} sections ...\n")
                for row, cost in commands(folder, size).items():
                    rows.setdefault(row, {})[size] = cost
        if given.only != "commands":
            rows |= serving({size: folder / "book" for size, folder in folders.items()}, given.saves)
    sys.stdout.write(table(rows))


def commands(folder: Path, size: int) -> dict[str, Cost]:
    """What `mkdocs build` and `backprop-book check` cost for the books of one size."""
    root = folder / "book"
    cache = root / ".cache"
    found = {"build, plain": command(BUILD, folder / "plain"), "build, cold": command(BUILD, root)}
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


def serving(roots: Mapping[int, Path], times: int) -> Rows:
    """What a save costs in `make serve`, of prose and of a snippet: until it is verified, and until its page is served.

    All books are served at once, and saved in turn: a machine that slows down for a while slows all of them down.
    """
    sys.stderr.write("saves ...\n")
    found: dict[str, dict[int, Cost]] = {}
    with ExitStack() as stack:
        servers = {size: stack.enter_context(running(SERVE, root)) for size, root in roots.items()}
        for server in servers.values():
            server.until("^served the book")
        for name, added in (("prose", WRONG), ("snippet", BROKEN)):
            seconds: dict[int, list[list[float]]] = {size: [] for size in roots}
            for number, (size, root) in product(range(times), roots.items()):
                place = (
                    generated.page(size // 2) if name == "prose" else generated.snippet(size // 2, generated.KINDS[0])
                )
                patterns = ["^[1-9][0-9]* problem", "^served"]
                seconds[size].append(save(servers[size], root / place, added.format(number + 2), patterns))
            for column, until in enumerate(("verified", "served")):
                found[f"serve, {name} {until}"] = {
                    size: Cost(statistics.median(each[column] for each in many), 0.0, 0.0)
                    for size, many in seconds.items()
                }
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
        said = "the same" if largest <= max(SAME * smallest, smallest + FRAME) else "not the same"
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
