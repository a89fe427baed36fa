"""assertion: `name = value`, what a span says about a name."""

import ast
import re
import warnings

from backprop_book.digits.relations import Assertion, Equation
from backprop_book.digits.sides import read_sides
from backprop_book.digits.tokens import Token, tokens
from backprop_book.digits.tree import Items, bare

_RELATION = re.compile(r"(?<![<>=!+\-−*/%@&|^:~])=(?!=)|≈")
_LITERAL = re.compile(r"True|False|None|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|\[\s*\]|\(\s*\)|\{\s*\}")


def assertion(text: str) -> Assertion | None:
    """Read a span as an assertion; None if it is anything else."""
    sign = _first_relation(text)
    if sign is None:
        return None
    name_start, name_end = _trimmed(text, 0, sign.start())
    name = text[name_start:name_end]
    if not _is_subject(name):
        return None
    start, end = _trimmed(text, sign.end(), len(text))
    value = text[start:end]
    if _LITERAL.fullmatch(value):
        return Assertion(name, name_start, name_end, sign[0], value, start, end)
    symbols = tokens(text[sign.end() :], math=False)
    if not symbols:
        return None
    moved = tuple(Token(t.kind, t.text, t.start + sign.end(), t.end + sign.end()) for t in symbols)
    sides = read_sides(text, moved, math=False)
    if sides is None or any(relation.symbol not in "=≈" for relation in sides[1]):
        return None
    last = sides[0][-1]
    if not bare(last.tree) or (isinstance(last.tree, Items) and last.text[0] not in "[("):
        return None
    return Assertion(name, name_start, name_end, sign[0], last.text, last.start, last.end, Equation(*sides))


def _first_relation(text: str) -> re.Match[str] | None:
    """The first `=` or `≈` outside brackets and strings."""
    depth = 0
    quote = ""
    signs = {match.start(): match for match in _RELATION.finditer(text)}
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth == 0 and place in signs:
            return signs[place]
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())


def _is_subject(text: str) -> bool:
    """Whether the text is a name, or attributes, elements and results of calls of one."""
    if len(text) > 200:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    while isinstance(tree, ast.Attribute | ast.Subscript | ast.Call):
        tree = tree.func if isinstance(tree, ast.Call) else tree.value
    return isinstance(tree, ast.Name)
