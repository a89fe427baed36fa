"""The picture of the architecture and the table of what imports what, made from the imports of the code.

Run as a script, it writes both into the page; a test compares the page with the code.
"""

import sys
import tomllib
from importlib import import_module
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/contributing/architecture.md"
COMMAND = "python tests/architecture.py"

PACKAGE = "backprop_book"
MARKS = (f"<!-- picture: made by {COMMAND} -->", "<!-- end of the picture -->")
ROW, BOX, ROUND = 30, 100, 11
"""Height of a row and width of a box, in pixels, and how far a line curves out for each row that it passes."""


def imports() -> dict[str, set[str]]:
    """Return for each package those that it imports directly."""
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    modules = sorted(graph.find_children(PACKAGE))
    for module in modules:
        graph.squash_module(module)
    used = {module: graph.find_modules_directly_imported_by(module) & set(modules) for module in modules}
    return {_short(module): {_short(each) for each in used[module] - {module}} for module in modules}


def layers() -> list[list[str]]:
    """Return the layers of packages that the linter checks, the highest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (found,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[name.strip() for name in layer.split("|")] for layer in found]


def steps() -> list[tuple[str, str]]:
    """Return the imports that do not follow from others, as pairs of importing and imported package."""
    found = imports()
    below: dict[str, set[str]] = {}
    for layer in reversed(layers()):
        for name in layer:
            below[name] = found[name].union(*(below[each] for each in found[name]))
    return [
        (name, each)
        for name in below
        for each in sorted(found[name])
        if not any(each in below[other] for other in found[name])
    ]


def picture() -> str:
    """Return the drawing: a box for each package, below those that import it, and lines for the imports."""
    rows = [name for layer in layers() for name in layer]
    places = {name: index * ROW + ROW // 2 for index, name in enumerate(rows)}
    farthest = max(places[below] - places[above] for above, below in steps()) // ROW
    width = BOX + farthest * ROUND * 3 // 4 + ROUND
    lines = "".join(_line(places[above], places[below]) for above, below in steps())
    boxes = "".join(_box(name, place) for name, place in places.items())
    return (
        f'<svg class="bb-imports" viewBox="0 0 {width} {len(rows) * ROW}" width="{width}" role="img" '
        f'aria-label="The packages, each with lines down to those that it imports; the table below says the same.">\n'
        f"{lines}{boxes}</svg>"
    )


def table() -> str:
    """Return the table: for each package the first line of its docstring, and its imports."""
    found = imports()
    lines = ["| package | what it is | it imports |", "|---|---|---|"]
    for layer in layers():
        for name in layer:
            said = str(import_module(f"{PACKAGE}.{name}").__doc__).partition("\n")[0].removeprefix(f"{name}: ")
            used = ", ".join(f"`{each}`" for each in sorted(found[name]))
            lines.append(f"| `{name}` | {said[0].upper()}{said[1:]} | {used or 'nothing'} |")
    return "\n".join(lines)


def drawn() -> str:
    """The picture and the table, between the marks that they stand between on the page."""
    return "\n\n".join([MARKS[0], picture(), table(), MARKS[1]])


def _line(above: int, below: int) -> str:
    out = BOX + (below - above) // ROW * ROUND
    return f'<path d="M{BOX} {above}C{out} {above} {out} {below} {BOX} {below}"/>\n'


def _box(name: str, middle: int) -> str:
    return (
        f'<rect x="1" y="{middle - ROW // 2 + 3}" width="{BOX - 1}" height="{ROW - 6}" rx="3"/>'
        f'<text x="{BOX // 2}" y="{middle + 4}">{name}</text>\n'
    )


def _short(module: str) -> str:
    return module.removeprefix(f"{PACKAGE}.")


def main() -> None:
    """Write them into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, found, rest = text.partition(MARKS[0])
    _, ended, after = rest.partition(MARKS[1])
    if not (found and ended):
        sys.exit(f"{PAGE.relative_to(ROOT)}: the picture belongs between {MARKS[0]} and {MARKS[1]}; write both")
    PAGE.write_text(f"{before}{drawn()}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
