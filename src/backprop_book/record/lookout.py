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
COMPARING = frozenset({"allclose", "array_equal", "array_equiv", "equal"})
"""Functions of NumPy and torch, and methods of tensors, that say whether two values are alike in all of their elements."""
_GOING_THROUGH = COMPARING | {"all", "any", "isdisjoint", "issubset", "issuperset"}


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
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _GOING_THROUGH
    return False


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
        if _has_elements(held) is not None:
            return lambda *given, **named: self._call(number, function, (held,), given, named)
        if type(held) is types.ModuleType or (not attribute and _is_imported(function)):
            return lambda *given, **named: self._call(number, function, (), given, named)
        return function

    def _through(self, number: int, items: Iterable[object]) -> Iterable[object]:
        """The items, one at a time as they are asked for."""
        going = iter(items)
        first = list(islice(going, 1))
        self._note(number, bool(first))
        return chain(first, going)

    def _call(self, number: int, function: Callable[..., Any], owner: Any, given: Any, named: Any) -> Any:
        self._note(number, all(_has_elements(each) is not False for each in (*owner, *given, *named.values())))
        return function(*given, **named)

    def _note(self, number: int, had: bool) -> None:
        self._had[number] = had or self._had.get(number, False)


def _has_elements(value: Any) -> bool | None:
    """Whether there are elements to go through; None of what has none by its kind, such as a number."""
    if is_tensor(type(value)):
        return int(value.numel()) > 0
    if is_array(type(value)):
        return int(value.size) > 0
    if isinstance(value, list | tuple):
        # As NumPy takes them: [[], []] holds none.
        return any(_has_elements(each) is not False for each in value)
    return len(value) > 0 if isinstance(value, set | frozenset) else None


def _is_imported(function: Any) -> bool:
    """Whether a function that is called by its name is one of NumPy or torch, as after `from numpy import allclose`."""
    return str(getattr(function, "__module__", None)).partition(".")[0] in {"numpy", "torch"}


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
