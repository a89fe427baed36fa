"""tautology: expressions whose value does not depend on the run, so that a claim with one cannot fail."""

import ast
import builtins
import copy
import types
import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from types import MappingProxyType
from typing import Any, TypeGuard

from backprop_book.core.expressions import ClaimExpression, free_names
from backprop_book.core.functions import COMPARISONS, STEADY_ATTRIBUTES, STEADY_FUNCTIONS

_SYMMETRIC = ast.Add | ast.Mult | ast.BitAnd | ast.BitOr | ast.BitXor
_TURNED: Mapping[type[ast.cmpop], type[ast.cmpop]] = MappingProxyType({ast.Gt: ast.Lt, ast.GtE: ast.LtE})
BUILT_IN = frozenset(name for name in dir(builtins) if not name.startswith("__") or name == "__import__")
"""Names that are built in; `__name__` and its like are those of the snippet's own module."""
_LARGE = 1e300
"""Numbers beyond this are tried, but none between them and others."""
_OPEN = object()
_TRIED = 4096
"""So many combinations of values are tried; an expression that compares too much for that is left to a reader."""


@dataclass(frozen=True, slots=True)
class Tautology:
    """Why an expression cannot fail."""

    message: str
    """What is wrong, in one line."""
    found: str
    """The part of the expression that is meant."""
    remedy: str
    """The one thing to do."""


@lru_cache(maxsize=8192)  # each claim is read again and again while the book is edited, or made wrong on purpose
def tautology(expression: ClaimExpression, outside: frozenset[str]) -> Tautology | None:
    """Return why the value of an expression does not depend on the run; None if it may depend on it.

    Args:
        expression: The expression of a claim.
        outside: Names that the snippet does not assign: built-in and imported ones. Their attributes, such as `math.pi`, are not values
            of the run.
    """
    tree, condition = expression.tree, expression.condition
    if _looks_nowhere(tree, outside):
        return _unasked(expression.text)
    choices = set(_choices(tree, outside))
    for node in ast.walk(tree):
        if node in choices:
            continue
        if _compares_itself(node):
            message = "this compares a value with itself, which comes out alike in every run"
            remedy = "compare the value with another one, or with a number"
            return Tautology(message, ast.unparse(node), remedy)
        if isinstance(node, ast.BoolOp) and any(_is_truth(each) for each in node.values):
            return _unasked(ast.unparse(node))
        if isinstance(node, ast.Compare) and _looks_nowhere(node, outside):
            return _unasked(ast.unparse(node))
        if _is_condition(node) and _is_settled(node):
            message = "this is true of any value, so no run could make it fail"
            return Tautology(message, ast.unparse(node), "say what is so for the values of this run alone")
    if condition is not None and (
        _looks_nowhere(_replaced(tree, _pinned(condition)), outside) or _is_settled(tree, condition)
    ):
        message = "the condition after `when` says already what is claimed, so no run could make it fail"
        return Tautology(message, expression.text, "claim it without `when`, or claim another value at that moment")
    return None


def _choices(tree: ast.expr, outside: frozenset[str]) -> Iterator[ast.expr]:
    """The conditions that choose a value of the run, which is compared with the words whatever the condition asks."""
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp) and not any(
            _is_condition(each) or _is_truth(each) for each in (node.body, node.orelse)
        ):
            chosen = node.body if _is_settled(node.test) else node.orelse
            if not _looks_nowhere(chosen, outside):
                yield node.test


def _unasked(found: str) -> Tautology:
    remedy = "name what in the run this is, as in [4]{W1.shape[0]}, or waive it: [words]{# reason}"
    return Tautology("this expression asks nothing of the run", found, remedy)


def _looks_nowhere(tree: ast.expr, outside: frozenset[str]) -> bool:
    """Whether an expression reads no name of the run, and calls nothing that may look at the run without being given any."""
    if not outside.issuperset(free_names(tree)):
        return False
    return not any(
        isinstance(node, ast.Call) and not node.args and not node.keywords and _may_look(node.func, outside)
        for node in ast.walk(tree)
    )


def _may_look(function: ast.expr, outside: frozenset[str]) -> bool:
    """Whether a function that is given nothing may tell something of the run, as `torch.initial_seed` does."""
    while isinstance(function, ast.Attribute):
        function = function.value
    return isinstance(function, ast.Name) and function.id in outside - BUILT_IN


def _is_condition(node: ast.AST) -> TypeGuard[ast.expr]:
    return isinstance(node, ast.Compare | ast.BoolOp) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _is_truth(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def _compares_itself(node: ast.AST) -> bool:
    """Whether a part of an expression compares something with itself, or takes it from itself or divides it by itself."""
    match node:
        case ast.Compare(
            left=left, ops=[ast.In() | ast.NotIn()], comparators=[ast.Tuple() | ast.List() | ast.Set() as among]
        ):
            return any(_has_same([left, each]) for each in among.elts)
        case ast.Compare(left=left, comparators=others):
            return _has_same([left, *others])
        case ast.BinOp(left=left, op=ast.Sub() | ast.Div() | ast.FloorDiv() | ast.Mod(), right=right):
            return _has_same([left, right])
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name) as function, args=given) if name in COMPARISONS:
            # A method compares its owner: `W1.equal(W1)`.
            owner = [function.value] if isinstance(function, ast.Attribute) else []
            return any(_has_same(pair) for pair in pairwise([*owner, *given][: 2 + len(owner)]))
    return False


def _has_same(compared: Sequence[ast.expr]) -> bool:
    # What is called may give something else the second time, as `next` does.
    forms = [_form(each) for each in compared if not _varies(each)]
    return len(set(forms)) < len(forms)


def _varies(node: ast.AST) -> bool:
    """Whether an expression may give something else when it is evaluated again in the same state."""
    called = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return not all(
        function.id in STEADY_FUNCTIONS
        if isinstance(function, ast.Name)
        else isinstance(function, ast.Attribute) and function.attr in STEADY_ATTRIBUTES
        for function in called
    )


def _form(node: object) -> str:
    """An expression as text that is the same for `a + b` and `b + a`, `a < b` and `b > a`, `a` and `+a`."""
    match node:
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _SYMMETRIC):
            return f"{type(op).__name__}({', '.join(sorted((_form(left), _form(right))))})"
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            sides = [_form(left), _form(right)]
            sides = sorted(sides) if isinstance(op, ast.Eq | ast.NotEq) else sides
            sides = sides[::-1] if type(op) in _TURNED else sides
            return f"{_TURNED.get(type(op), type(op)).__name__}({', '.join(sides)})"
        case ast.BoolOp(op=op, values=values):
            return f"{type(op).__name__}({', '.join(sorted(map(_form, values)))})"
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _form(operand)
        case ast.AST():
            parts = (
                ", ".join(map(_form, value)) if isinstance(value, list) else _form(value)
                for _, value in ast.iter_fields(node)
            )
            return f"{type(node).__name__}({', '.join(parts)})"
    return repr(node)


def _pinned(condition: ast.expr) -> Mapping[str, ast.Constant]:
    """What a condition says to be a constant: that, by the form of what is compared with it."""
    if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And):
        return {form: value for each in condition.values for form, value in _pinned(each).items()}
    match condition:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant() as value]):
            return {_form(left): value}
        case ast.Compare(left=ast.Constant() as value, ops=[ast.Eq()], comparators=[right]):
            return {_form(right): value}
    return {}


def _replaced(tree: ast.expr, values: Mapping[str, ast.Constant]) -> ast.expr:
    """An expression with constants in the place of parts that are known to be these."""

    class Replacing(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            return values.get(_form(node)) or self.generic_visit(node)

    replaced: ast.expr = Replacing().visit(copy.deepcopy(tree))
    return replaced


def _is_settled(tree: ast.expr, condition: ast.expr | None = None) -> bool:
    """Whether an expression is true, or one and the same value, for all values of what it compares that fit a condition.

    What is compared is looked at as a whole: `a + b` is any value. All orders of these values among each other and among the
    numbers that they are compared with are tried.
    """
    comparing = _Comparing()
    codes = [comparing.code(each) for each in (condition, tree) if each is not None]
    points = list(comparing.points())
    if len(points) ** len(comparing.names) > _TRIED:
        return False
    found: set[tuple[type, object]] = set()
    for values in product(points, repeat=len(comparing.names)):
        space = dict(zip(comparing.names.values(), values, strict=True))
        try:
            *fits, result = (eval(code, {"__builtins__": {}}, space) for code in codes)
        except TypeError:  # a number was compared with a text
            continue
        if all(fits):
            found.add((type(result), result))
    return len(found) == 1 and all(bool(result) or condition is not None for _, result in found)


class _Comparing(ast.NodeTransformer):
    """Puts a name in the place of each value that expressions compare, the same for the same value."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        """The names, by the form of what they stand for."""
        self._constants: dict[object, None] = {0: None}

    def code(self, tree: ast.expr) -> types.CodeType:
        """An expression with such names, compiled."""
        changed: ast.expr = self.visit(copy.deepcopy(tree))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole = ast.fix_missing_locations(ast.Expression(changed))
            return compile(whole, "<expression>", "eval", dont_inherit=True)

    def points(self) -> Iterator[object]:
        """Values to try: the constants, and one more number between two neighbours than there are names."""
        numbers = sorted(each for each in self._constants if isinstance(each, int | float) and abs(each) < _LARGE)
        yield from self._constants
        ends = [numbers[0] - 2.0, *numbers, numbers[-1] + 2.0]
        count = len(self.names) + 1
        for low, high in pairwise(ends):
            yield from (low + (high - low) * n / (count + 1) for n in range(1, count + 1))

    def visit(self, node: ast.AST) -> Any:
        match node:
            case ast.Compare(ops=ops, comparators=others) if any(isinstance(op, ast.In | ast.NotIn) for op in ops):
                choices = _literal(others[0])
                if len(ops) == 1 and isinstance(choices, tuple | list | set):
                    self._constants |= dict.fromkeys(each for each in choices if isinstance(each, Hashable))
                    node.left = self.visit(node.left)
                    return node
            case ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.Compare() | ast.boolop() | ast.unaryop() | ast.cmpop():
                return self.generic_visit(node)
            case ast.expr() if (value := _literal(node)) is not _OPEN and isinstance(value, Hashable):
                self._constants[value] = None
                return node
        # What may give something else the second time is another value each time.
        form = f"{_form(node)} {len(self.names) if _varies(node) else ''}"
        return ast.Name(self.names.setdefault(form, f"value_{len(self.names)}"), ast.Load())


def _literal(node: ast.expr) -> object:
    """The constant that an expression is; `_OPEN` if it is none."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return _OPEN
