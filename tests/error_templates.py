"""Every message that the source can report, as a pattern: collected from the code, so that none is forgotten."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import backprop_book
from backprop_book.core.config import REFUSALS
from backprop_book.tools.mutate.mutants import _MESSAGES

SOURCE = Path(backprop_book.__file__).parent
POSITIONS = {
    "Problem": 3,
    "problem": 1,
    "Diagnostic": 1,
    "diagnostic": 1,
    "diagnose": 1,
    "UnplacedError": 0,
    "ExpressionError": 1,
    "Tautology": 0,
    "ScriptError": 0,
    "DrawingFault": 0,
    "UnsourcedValue": 0,
    "_forbid": 1,
    "_file_error": 0,
    "_key_problem": 3,
}
"""What makes a problem, and which of its arguments is the message."""


@dataclass(frozen=True, slots=True)
class Template:
    """One message as it is written in the code."""

    place: str
    """The module and the line."""
    text: str
    """The message, with `…` for what is filled in."""

    def matches(self, message: str) -> bool:
        """Whether a message was made from it."""
        pattern = ".*?".join(map(re.escape, self.text.split("…")))
        return re.fullmatch(pattern, message, re.DOTALL) is not None


def templates() -> tuple[Template, ...]:
    """All messages, in the order of modules and lines.

    Raises:
        ValueError: A message that is made in a way that this does not follow.
    """
    found: dict[str, Template] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        for template in _of_module(name, ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(template.text, template)
    return tuple(found.values())


def _of_module(name: str, tree: ast.Module) -> Iterator[Template]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        position = POSITIONS.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
        if position is None or any(isinstance(each, ast.Starred) for each in call.args):
            continue
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        node = call.args[position] if len(call.args) > position else given.get("message")
        inside = [each for each in functions if each.lineno <= call.lineno <= (each.end_lineno or 0)]
        around = max(inside, key=lambda each: each.lineno, default=None)
        for text in _texts(node, tree if around is None else around):
            yield Template(f"{name}:{call.lineno}", text)


def _texts(node: ast.expr | None, around: ast.AST) -> list[str]:
    """The texts that an expression can be; none where it hands on the message of another problem."""
    match node:
        case None:
            return []
        case ast.Constant(value=str(text)):
            return [text] if text else []  # empty where there is nothing to say
        case ast.JoinedStr(values=parts):
            pieces = [str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts]
            return [re.sub("…+", "…", "".join(pieces))]
        case ast.IfExp(body=body, orelse=other):
            return [*_texts(body, around), *_texts(other, around)]
        case ast.Attribute(attr="message"):
            return []
        case ast.Name(id=name) if name not in _parameters(around):
            return [text for value in _assigned(name, around) for text in _texts(value, around)]
        case ast.Name():
            return []
        case ast.Subscript(value=ast.Name(id=name)):
            return _MAPPED[name]
    raise ValueError(f"line {getattr(node, 'lineno', '?')}: a message that cannot be followed")


def _parameters(around: ast.AST) -> set[str]:
    arguments = around.args if isinstance(around, ast.FunctionDef) else None
    return {each.arg for each in (*arguments.args, *arguments.kwonlyargs)} if arguments else set()


def _assigned(name: str, around: ast.AST) -> Iterator[ast.expr]:
    """What is assigned to a name in a function."""
    for node in ast.walk(around):
        targets = node.targets if isinstance(node, ast.Assign) else ()
        for target in targets:
            if isinstance(target, ast.Name) and target.id == name and isinstance(node, ast.Assign):
                yield node.value
            elif isinstance(target, ast.Tuple) and isinstance(node, ast.Assign):
                names = [each.id if isinstance(each, ast.Name) else "" for each in target.elts]
                if name in names:
                    yield node.value.elts[names.index(name)] if isinstance(node.value, ast.Tuple) else node.value


_MAPPED = {
    "_MESSAGES": [message for message, _ in _MESSAGES.values()],
    "REFUSALS": [message for message, _ in REFUSALS.values()],
}
