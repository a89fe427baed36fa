"""The page of the architecture: the imports it draws are those of the code, and what it names exists."""

import ast
import re
from pathlib import Path

from architecture import COMMAND, drawn, imports, steps
from architecture import PAGE as PATH

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/backprop_book"
PAGE = PATH.read_text(encoding="utf-8")
CLOSED = {"numbers", "record", "explain", "figures", "render", "site", "tools"}
"""Packages of which others import only what their `__init__` exports."""


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


def test_packages_import_the_names_of_others_and_no_module_inside_of_them() -> None:
    inner = [
        f"{path.relative_to(SOURCE)}: {node.module}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (found := re.match(r"backprop_book\.(\w+)\.", node.module or ""))
        if found[1] in CLOSED and found[1] != path.relative_to(SOURCE).parts[0]
    ]
    assert not inner


def _defined(path: Path) -> set[str]:
    """The names of functions, classes and constants of a module."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return defined | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
