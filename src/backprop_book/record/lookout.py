"""lookout: whether `all`, `any` and their like had anything to go through; of nothing at all they hold whatever a run did."""

import ast
import builtins
import types
from collections.abc import Callable, Iterable
from itertools import chain, islice
from typing import Any

from backprop_book.record.kinds import is_array, is_tensor

LOOK = "\0look"
"""What the code of `watched` calls; no name of an expression can be like it."""
_BUILT_IN = frozenset({"all", "any"})
_ATTRIBUTES = frozenset({"all", "any", "allclose", "array_equal", "equal"})


def watched(tree: ast.Expression, source: str) -> tuple[types.CodeType | None, tuple[str, ...]]:
    """An expression as code that says what its quantifiers go through, and these as written; None and nothing if it has none.

    Args:
        tree: The expression; it is changed.
        source: It, as written.
    """
    if not any(_is_quantifier(part) for part in ast.walk(tree)):
        return None, ()
    marking = _Marking(source)
    code = compile(ast.fix_missing_locations(marking.visit(tree)), "<expression>", "eval", dont_inherit=True)
    return code, tuple(marking.found)


def _is_quantifier(node: ast.AST) -> bool:
    """Whether a part of an expression is a call that goes through something."""
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    if isinstance(function, ast.Name):
        return function.id in _BUILT_IN
    return isinstance(function, ast.Attribute) and function.attr in _ATTRIBUTES


class Lookout:
    """One evaluation of such code. It notes of each quantifier whether it was asked, and whether it ever had something."""

    def __init__(self) -> None:
        self._had: dict[int, bool] = {}

    def empty(self) -> list[int]:
        """The quantifiers that were asked and had nothing each time."""
        return sorted(number for number, had in self._had.items() if not had)

    def look(self, number: int, held: Any, attribute: str = "") -> Callable[..., Any]:
        """The function that is about to be called: `held`, or an attribute of it."""
        function: Callable[..., Any] = getattr(held, attribute) if attribute else held
        if function is builtins.all or function is builtins.any:
            return lambda *given, **named: function(*(self._through(number, each) for each in given), **named)
        if is_array(type(held)) or is_tensor(type(held)):
            self._note(number, _size(held) > 0)
        elif attribute and type(held) is types.ModuleType:
            return lambda *given, **named: self._call(number, function, given, named)
        return function

    def _through(self, number: int, items: Iterable[object]) -> Iterable[object]:
        """The items, one at a time as they are asked for."""
        going = iter(items)
        first = list(islice(going, 1))
        self._note(number, bool(first))
        return chain(first, going)

    def _call(self, number: int, function: Callable[..., Any], given: Any, named: Any) -> Any:
        self._note(number, all(_size(each) > 0 for each in given))
        return function(*given, **named)

    def _note(self, number: int, had: bool) -> None:
        self._had[number] = had or self._had.get(number, False)


def _size(value: Any) -> int:
    """How many elements there are to go through; 1 for what has none."""
    if is_tensor(type(value)):
        return int(value.numel())
    if is_array(type(value)):
        return int(value.size)
    return len(value) if isinstance(value, list | tuple) else 1


class _Marking(ast.NodeTransformer):
    """Puts a call of `LOOK` in the place of each function that goes through something."""

    def __init__(self, source: str) -> None:
        self.found: list[str] = []
        """The calls, as written."""
        self._source = source

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if _is_quantifier(node):
            place, function = ast.Constant(len(self.found)), node.func
            self.found.append(ast.get_source_segment(self._source, node) or "")
            named = [function.value, ast.Constant(function.attr)] if isinstance(function, ast.Attribute) else [function]
            node.func = ast.copy_location(ast.Call(ast.Name(LOOK, ast.Load()), [place, *named], []), function)
        return self.generic_visit(node)
