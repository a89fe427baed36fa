"""The page of the architecture: the imports it draws are those of the code, and what it names exists."""

import ast
import re
from importlib import import_module
from pathlib import Path

from architecture import COMMAND, PACKAGE, drawn, imports, steps
from architecture import PAGE as PATH

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/backprop_book"
PAGE = PATH.read_text(encoding="utf-8")
MOST = 12
"""So many names and modules may a package export."""


def test_page_draws_the_imports_of_the_code() -> None:
    assert drawn() in PAGE, f"after a change of imports, run `{COMMAND}`"


def test_every_line_is_an_import_and_what_has_none_is_brought_along() -> None:
    found, lines = imports(), steps()
    assert all(below in found[above] for above, below in lines)
    for name, used in found.items():
        reached = {name}
        while more := {below for above, below in lines if above in reached} - reached:
            reached |= more
        assert used <= reached


def test_page_names_what_exists() -> None:
    named = re.findall(r"`(\w+)`\s+in\s+`((?:\w+/)*\w+(?:\.py)?)`", PAGE)
    assert len(named) > 30
    for name, path in named:
        place = SOURCE / path
        files = [place] if place.is_file() else sorted(place.rglob("*.py"))
        assert files, f"there is no {path}"
        assert any(name in _defined(file) for file in files), f"{path} has no {name}"


def test_page_names_files_that_exist() -> None:
    named = re.findall(r"`((?:\w+/)+\w+\.\w+)`", PAGE)
    assert named
    missing = [path for path in named if not any((folder / path).is_file() for folder in (SOURCE, ROOT))]
    assert not missing


def test_packages_import_what_others_export_and_nothing_else() -> None:
    exported = {package: set(getattr(import_module(f"{PACKAGE}.{package}"), "__all__", ())) for package in imports()}
    used: set[tuple[str, str]] = set()
    for path in SOURCE.rglob("*.py"):
        own = path.relative_to(SOURCE).parts[0]
        found = {(package, name) for package, name in _imported(path) if package != own}
        assert not [each for each in found if each[1] not in exported[each[0]]], path
        used |= found
    for path in (ROOT / "tests").rglob("test_*.py"):
        used |= set(_imported(path))
    assert all(len(names) <= MOST for names in exported.values())
    assert not {(package, name) for package, names in exported.items() for name in names} - used


def _defined(path: Path) -> set[str]:
    """The names of functions, classes and constants of a module."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return defined | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _imported(path: Path) -> list[tuple[str, str]]:
    """What a module imports from the packages: the package, and the name or the module in it."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{PACKAGE}."):
            for alias in node.names:
                package, name, *_ = f"{node.module}.{alias.name}".split(".")[1:]
                found.append((package, name))
    return found
