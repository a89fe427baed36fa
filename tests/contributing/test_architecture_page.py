"""The page of the architecture: the imports it draws are those of the code, and what it names exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/backprop_book"
PAGE = (ROOT / "docs/contributing/architecture.md").read_text(encoding="utf-8")


def _imports() -> dict[str, set[str]]:
    """For each module of the package, those that it imports."""
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        used = found.setdefault(name, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("backprop_book."):
                used.add((node.module or "").split(".")[1])
    del found["__init__"]
    return {name: used - {name} for name, used in found.items()}


def drawn() -> str:
    """The picture: a line for each module, those that others build on first."""
    found = _imports()
    done: list[str] = []
    while len(done) < len(found):
        done += sorted(name for name in found if name not in done and found[name] <= set(done))
    return "\n".join(f"{name:<10} ◀── {', '.join(sorted(found[name])) or '(nothing)'}" for name in done)


def test_page_draws_the_imports_of_the_code() -> None:
    assert f"```text\n{drawn()}\n```" in PAGE


def test_page_names_what_exists() -> None:
    named = re.findall(r"`(\w+) in (\w+/\w+\.py)`", PAGE)
    assert named
    for name, path in named:
        tree = ast.parse((SOURCE / path).read_text(encoding="utf-8"))
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        assert name in names, f"{path} has no {name}"
