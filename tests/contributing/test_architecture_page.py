"""The page of the architecture: the imports it draws are those of the code, and what it names exists."""

import ast
import re
from pathlib import Path

from architecture import COMMAND, drawn, imports, steps
from architecture import PAGE as PATH

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/backprop_book"
PAGE = PATH.read_text(encoding="utf-8")


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
    named = re.findall(r"`(\w+)` in `(\w+/\w+\.py)`", PAGE)
    assert named
    for name, path in named:
        tree = ast.parse((SOURCE / path).read_text(encoding="utf-8"))
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        assert name in names, f"{path} has no {name}"
