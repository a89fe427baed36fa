"""vacuity: find parts of an expression that iterate over nothing, so that a claim about them cannot fail.

`all()` of an empty sequence is true and its `sum()` zero, an empty slice equals any other, and `zip()` leaves out what the shorter
of its sequences lacks.
"""

import ast
import builtins
import types
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Sequence, Sized, ValuesView
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from backprop_book.core.functions import REDUCING, SIZES, SUBSETS
from backprop_book.record.type_predicates import is_array, is_tensor

LOOK = "\0look"
"""The name by which the code of `with_traversal_log` finds its log; no expression can contain it."""
_QUANTIFIERS = REDUCING | SUBSETS
"""Calls that need elements even after a filter, which may select nothing."""
_WHOLE = SIZES | {
    "bool",
    "callable",
    "dir",
    "eval",
    "exec",
    "hasattr",
    "hash",
    "id",
    "isinstance",
    "issubclass",
    "vars",
}
"""Functions that do not iterate over their argument, or must be called by the expression itself."""
_PARALLEL = frozenset({"map", "zip"})
_EMPTY_CALLS = frozenset({"dict", "frozenset", "list", "set", "tuple"})
_FILTERED = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_SIZED: tuple[type[Sized], ...] = (set, frozenset, dict, range, KeysView, ValuesView, ItemsView)


@dataclass(frozen=True, slots=True)
class Traversal:
    """A part of an expression that may iterate over nothing."""

    source: str
    """The part as written."""
    kind: str
    """`call`, `source` (of elements) or `parallel` (for several sequences)."""


class NothingError(Exception):
    """A claim is about elements of an empty collection."""


class LeftOutError(Exception):
    """A claim is about parallel sequences of different lengths, and ignores elements of the longer ones."""


def with_traversal_log(tree: ast.Expression, source: str) -> tuple[types.CodeType | None, tuple[Traversal, ...]]:
    """Compile an expression so that it records what its parts iterate over.

    Args:
        tree: The expression; the tree is changed.
        source: The expression, as written.

    Returns:
        The code and the parts that may iterate over nothing; None and no parts if there are none.
    """
    marking = _Marking(source, _sizes_of(tree))
    marked = ast.fix_missing_locations(marking.visit(tree))
    if not marking.found:
        return None, ()
    return compile(marked, "<expression>", "eval", dont_inherit=True), tuple(marking.found)


class TraversalLog:
    """Records, over all evaluations of an expression, which of its parts had elements to iterate over."""

    def __init__(self) -> None:
        self._had: dict[int, bool] = {}
        self._lengths: dict[int, tuple[int, ...]] = {}

    def fault(self, parts: Sequence[Traversal]) -> NothingError | LeftOutError | None:
        """Return the error of the first part that never had elements, or ignored some; None if there is none."""
        number = min((number for number, had in self._had.items() if not had), default=None)
        if number is None:
            return None
        part = parts[number]
        if part.kind == "parallel":
            lengths = self._lengths[number]
            return LeftOutError(f"`{part.source}` ends after {min(lengths)} of {max(lengths)} elements")
        return NothingError(
            f"`{part.source}` has nothing to go through" if part.kind == "call" else f"`{part.source}` is empty"
        )

    def elements(self, number: int, value: Any) -> Any:
        """Note whether a collection has elements, and return it."""
        size = _size(value)
        if size is None and not _is_single(value):
            return self._through(number, value)
        self._note(number, size != 0)
        return value

    def sliced(self, number: int, value: Any) -> Any:
        """Note whether a slice has elements, and return it."""
        self._note(number, _size(value) != 0)
        return value

    def call(self, number: int, name: str, held: Any, attribute: str = "") -> Callable[..., Any]:
        """Return a function that notes whether its arguments have elements: for `held`, or an attribute of it."""
        function: Callable[..., Any] = getattr(held, attribute) if attribute else held
        if function is builtins.all or function is builtins.any:
            return lambda *given, **named: function(*(self._through(number, each) for each in given), **named)
        if function is builtins.max or function is builtins.min:
            # `max(a, b)` compares its arguments, `max(a)` the elements of its only argument.
            return lambda *given, **named: function(
                *(self._through(number, each) if len(given) == 1 else each for each in given), **named
            )
        if function is builtins.zip:
            return lambda *given, **named: function(*self._beside(number, given), **named)
        if function is builtins.map:
            return lambda *given, **named: function(*given[:1], *self._beside(number, given[1:]), **named)
        if _has_elements(held) is not None:
            return lambda *given, **named: self._call(number, name, function, (held,), given, named)
        if type(held) is types.ModuleType or (not attribute and _is_imported(function)):
            return lambda *given, **named: self._call(number, name, function, (), given, named)
        return function

    def _through(self, number: int, items: Iterable[object]) -> Iterator[object]:
        """Note whether an iterable has elements, and iterate over it lazily."""
        going = iter(items)
        first = list(islice(going, 1))
        self._note(number, bool(first))
        return chain(first, going)

    def _beside(self, number: int, sequences: tuple[Any, ...]) -> tuple[Any, ...]:
        """Note whether parallel sequences have the same length, and return them."""
        lengths = tuple(size for each in sequences if (size := _size(each)) is not None)
        self._note(number, len(set(lengths)) < 2)
        self._lengths[number] = lengths
        return sequences

    def _call(
        self, number: int, name: str, function: Callable[..., Any], owner: tuple[Any, ...], given: Any, named: Any
    ) -> Any:
        found = function(*given, **named)
        if name in _QUANTIFIERS:
            self._note(number, all(_has_elements(each) is not False for each in (*owner, *given, *named.values())))
        else:
            # Any function that makes one number of many: sum, mean, norm, ...
            first = (*owner, *given)[:1]
            self._note(number, not _is_single(found) or all(_has_elements(each) is not False for each in first))
        return found

    def _note(self, number: int, had: bool) -> None:
        self._had[number] = had or self._had.get(number, False)


def _is_single(value: Any) -> bool:
    """Whether a value is one number or truth value, in an array or tensor or not."""
    if is_array(type(value)) or is_tensor(type(value)):
        return not getattr(value, "ndim", 0)
    return isinstance(value, bool | int | float | complex)


def _size(value: Any) -> int | None:
    """The number of elements; None for objects that are no collection, and for iterators."""
    if isinstance(value, str | bytes | list | tuple):
        return len(value)
    if is_array(type(value)) or is_tensor(type(value)):
        return None if _is_single(value) else _count(value)
    return len(value) if isinstance(value, _SIZED) else None


def _count(value: Any) -> int:
    return int(value.numel() if is_tensor(type(value)) else value.size)


def _has_elements(value: Any) -> bool | None:
    """Whether a collection has elements; None for objects that are no collection."""
    if is_array(type(value)) or is_tensor(type(value)):
        return _count(value) > 0
    if isinstance(value, list | tuple):
        # As in NumPy, [[], []] has no elements.
        return any(_has_elements(each) is not False for each in value)
    return len(value) > 0 if isinstance(value, _SIZED) else None


def _is_imported(function: Any) -> bool:
    """Whether a function called by its name is not the script's: `sum`, or `allclose` after `from numpy import allclose`."""
    return str(getattr(function, "__module__", None)).partition(".")[0] in {"builtins", "math", "numpy", "torch"}


def _sizes_of(tree: ast.Expression) -> frozenset[int]:
    """The identities of parts that may be empty, because the expression asks for their size."""
    found: list[ast.AST] = [tree.body]
    while isinstance(whole := found[-1], ast.Call) and getattr(whole.func, "id", "") in _EMPTY_CALLS and whole.args:
        found.append(whole.args[0])
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=given) if name in _WHOLE:
                found += given
            case ast.Attribute(value=owner, attr=name) if name in SIZES:
                found.append(owner)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                found.append(operand)
            case ast.Compare(left=left, comparators=others) if any(map(_is_empty, (left, *others))):
                found += (part for side in (left, *others) for part in ast.walk(side))
            case ast.Call(args=given) if any(map(_is_empty, given)):
                found += given
    return frozenset(map(id, found))


def _is_empty(node: ast.expr) -> bool:
    """Whether an expression is an empty collection or text that is written out."""
    match node:
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]) | ast.Constant(value="" | b""):
            return True
        case ast.Call(func=ast.Name(id=name), args=[], keywords=[]):
            return name in _EMPTY_CALLS
    return False


def _has_slice(index: ast.expr) -> bool:
    return any(isinstance(each, ast.Slice) for each in (index.elts if isinstance(index, ast.Tuple) else [index]))


def _selects(node: ast.AST) -> bool:
    """Whether a part of an expression selects elements by a condition, which may select none."""
    if isinstance(node, ast.Subscript):
        return not _has_slice(node.slice) and any(not isinstance(each, _FIXED) for each in ast.walk(node.slice))
    return isinstance(node, _FILTERED) and any(each.ifs for each in node.generators)


_FIXED = ast.Constant | ast.UnaryOp | ast.USub | ast.Tuple | ast.Load
"""The nodes of an index that selects one element."""


def _is_shifted(given: Sequence[ast.expr]) -> bool:
    """Whether arguments are one sequence from several places on, as in `zip(x, x[1:])`, which takes neighbours."""
    bases = set()
    for each in given:
        match each:
            case ast.Subscript(value=base, slice=ast.Slice(upper=None, step=None)):
                bases.add(ast.dump(base))
            case _:
                bases.add(ast.dump(each))
    return len(bases) == 1 and not any(isinstance(each, ast.Starred) for each in given)


class _Marking(ast.NodeTransformer):
    """Puts calls of a `TraversalLog` around the parts of an expression that may iterate over nothing."""

    def __init__(self, source: str, sizes: frozenset[int]) -> None:
        self.found: list[Traversal] = []
        """The parts."""
        self._source = source
        self._sizes = sizes

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        is_parallel = name in _PARALLEL and isinstance(function, ast.Name)
        if is_parallel and _is_shifted(node.args[name == "map" :]):
            return self.generic_visit(node)
        if not (is_parallel or name in _QUANTIFIERS or self._reduces(node, name)):
            return self.generic_visit(node)
        number = self._number(node, "parallel" if is_parallel else "call")
        self.generic_visit(node)
        function = node.func
        held = [function.value, ast.Constant(function.attr)] if isinstance(function, ast.Attribute) else [function]
        node.func = self._look("call", function, number, ast.Constant(name), *held)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if _selects(node):
            number = self._number(node.value, "source")
            self.generic_visit(node)
            node.value = self._look("elements", node.value, number, node.value)
            return node
        if not _has_slice(node.slice) or id(node) in self._sizes:
            return self.generic_visit(node)
        number = self._number(node, "source")
        return self._look("sliced", node, number, self.generic_visit(node))

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        number = self._number(node.iter, "source")
        self.generic_visit(node)
        node.iter = self._look("elements", node.iter, number, node.iter)
        return node

    def _reduces(self, node: ast.Call, name: str) -> bool:
        """Whether a call may reduce all elements of its argument to one number."""
        operands = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        operands += node.args[:1]
        if not operands or not name or name in _WHOLE:
            return False
        return not any(_selects(part) for operand in operands for part in ast.walk(operand))

    def _number(self, node: ast.AST, kind: str) -> ast.Constant:
        self.found.append(Traversal(ast.get_source_segment(self._source, node) or "", kind))
        return ast.Constant(len(self.found) - 1)

    def _look(self, method: str, place: ast.AST, *given: Any) -> ast.Call:
        looking = ast.Attribute(ast.Name(LOOK, ast.Load()), method, ast.Load())
        return ast.copy_location(ast.Call(looking, list(given), []), place)
