"""closeness: comparisons of two values within a tolerance in an expression, such as `abs(a - b) < 1e-6` and `np.isclose(a, b)`.

The verifier compares the tolerance with the words of the claim. The scanner adds a second question, `shifted`: whether the comparison
would also hold with a value that is 1 % larger, so that its tolerance is too wide.
"""

import ast
import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from backprop_book.core.expressions import ClaimExpression, walk_denials, with_time
from backprop_book.core.functions import CLOSE, DISTANCES, MODULES, ROUNDING
from backprop_book.numbers import constant

_RELATIVE, _ABSOLUTE = ("rtol", "rel_tol"), ("atol", "abs_tol")
_DIGITS = 300
"""More digits than those of any number that a run gives."""
_HUNDREDTH = 1.01
_DEFAULT = Fraction(1, 10**5)
"""The relative tolerance of NumPy and torch."""
_FINE = Fraction(1, 10**6)
"""A tolerance for rounding errors."""


@dataclass(frozen=True, slots=True)
class Closeness:
    """A comparison within a tolerance: that values agree, or (`is_far`) that they do not."""

    node: ast.expr
    """The comparison, or the call."""
    pairs: tuple[tuple[ast.expr, ast.expr], ...]
    """The values that are compared, side by side."""
    absolute: Fraction | None
    """The absolute tolerance; None if it is not constant."""
    relative: Fraction | None
    """The tolerance relative to the second value; None if it is not constant."""
    is_far: bool
    """Whether it states that they differ by more."""
    written: Fraction | None = None
    """The bound as it is written, where the distance is squared."""

    @property
    def is_fine(self) -> bool:
        """Whether the tolerance is no larger than rounding errors, for values of any size."""
        is_relative = self.relative is None or self.relative > _DEFAULT
        return self.absolute is not None and self.absolute <= _FINE and not is_relative

    @property
    def is_next_to_zero(self) -> bool:
        """Whether values are compared with zero, where a relative tolerance means nothing."""
        return any(constant(side) == 0 for pair in self.pairs for side in pair)


def closenesses(expression: ClaimExpression) -> tuple[Closeness, ...]:
    """Find the comparisons within a tolerance that must hold for an expression to be true."""
    return tuple(_closenesses(expression.tree, expression.moment == "never"))


def shifted(expression: ClaimExpression) -> str | None:
    """Build the expression that asks whether a claim would still hold if one of the compared values were 1 % larger.

    Tolerances for rounding errors and comparisons with zero are left out.

    Returns:
        An expression that is true where some tolerance is wider than 1 % of what it compares; None if no tolerance is left.
    """
    tree, moment = expression.tree, expression.moment
    asked = []
    for number, each in enumerate(_closenesses(tree, moment == "never")):
        if each.is_far or each.is_fine or each.is_next_to_zero:
            continue
        sides = []
        for side in (0, 1):
            other = copy.deepcopy(tree)
            chosen = list(_closenesses(other, moment == "never"))[number]
            sides.append(ast.unparse(_Shift({id(pair[side]) for pair in chosen.pairs}).visit(other)))
        asked.append(f"({sides[0]}) and ({sides[1]})")
    return with_time(" or ".join(asked), moment, expression.condition_text) if asked else None


class _Shift(ast.NodeTransformer):
    """Makes some values of an expression a hundredth larger."""

    def __init__(self, nodes: set[int]) -> None:
        self._nodes = nodes

    def visit(self, node: ast.AST) -> ast.AST:
        """A node with what is to be larger in it."""
        is_shifted = id(node) in self._nodes
        found = self.generic_visit(node)
        return _larger(found) if is_shifted and isinstance(found, ast.expr) else found


def _larger(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.List | ast.Tuple):
        node.elts = [_larger(each) for each in node.elts]
        return node
    return ast.BinOp(ast.Constant(_HUNDREDTH), ast.Mult(), node)


def _closenesses(tree: ast.expr, is_denied: bool) -> Iterator[Closeness]:
    for node, denied in walk_denials(tree, is_denied=is_denied):
        match node:
            case ast.Compare():
                yield from _differences(node, denied)
                yield from _rounded(node, denied)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in CLOSE:
                if found := _call(node, denied):
                    yield found


def _differences(node: ast.Compare, is_denied: bool) -> Iterator[Closeness]:
    """What a comparison says of distances, in a chain of each: `abs(a - b) < 1e-6`, `-1 < a - b < 1`."""
    sides = [node.left, *node.comparators]
    match node:
        case ast.Compare(
            ops=[ast.Lt() | ast.LtE(), ast.Lt() | ast.LtE()], comparators=[ast.BinOp(op=ast.Sub()) as middle, _]
        ):
            bounds = [constant(sides[0]), constant(sides[2])]
            known = [abs(each) for each in bounds if each is not None]
            absolute = max(known) if len(known) == len(bounds) else None
            yield Closeness(node, ((middle.left, middle.right),), absolute, Fraction(0), is_denied)
            return
    for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
        if isinstance(operator, ast.Lt | ast.LtE):
            found = _difference(node, left, right)
        elif isinstance(operator, ast.Gt | ast.GtE):
            found = _difference(node, right, left)
        else:
            continue
        if found is not None:
            yield replace(found, is_far=found.is_far is not is_denied)


def _difference(node: ast.Compare, smaller: ast.expr, larger: ast.expr) -> Closeness | None:
    """What it says that one side is smaller than the other, where one of them is made of distances; None of all others."""
    distances, others = tuple(_distances(smaller)), tuple(_distances(larger))
    if bool(distances) is bool(others):
        return None
    absolute = constant(larger if distances else smaller)
    # What is compared with zero is a sign.
    if absolute is not None and absolute <= 0:
        return None
    if any(_is_squared(each) for each in ast.walk(smaller if distances else larger)):
        width = None if absolute is None else Fraction(math.sqrt(min(absolute, 10**_DIGITS)))
        return Closeness(node, distances or others, width, Fraction(0), not distances, absolute)
    return Closeness(node, distances or others, absolute, Fraction(0), not distances)


def _rounded(node: ast.Compare, is_denied: bool) -> Iterator[Closeness]:
    """What it says that values are equal when they are rounded: `round(a, 2) == round(b, 2)`."""
    match node:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as operator], comparators=[right]):
            sides = [_whole(left), _whole(right)]
            digits = [each for _, each in sides if each is not None]
            # That something is 5000, to the thousand, says how far it may be away.
            if not digits or (len(digits) < len(sides) and digits[0] < 0):
                return
            is_far = isinstance(operator, ast.NotEq) is not is_denied
            # Two values that are rounded alike differ by up to a unit, and one from a number by half of it.
            width = Fraction(1, 10) ** min(digits) / (1 if len(digits) == len(sides) else 2)
            yield Closeness(node, ((sides[0][0], sides[1][0]),), width, Fraction(0), is_far)


def _whole(side: ast.expr) -> tuple[ast.expr, int | None]:
    """What is rounded, and to how many digits; a side that is not rounded, and None."""
    match side:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name) as called, args=given) if name in ROUNDING:
            is_method = isinstance(called, ast.Attribute) and not _is_module(called.value)
            owner = [called.value] if is_method and isinstance(called, ast.Attribute) else []
            named = [each.value for each in side.keywords if each.arg in ("ndigits", "decimals")]
            value, *digits = [*owner, *given, *named, None]
            number = Fraction(0) if not digits or digits[0] is None else constant(digits[0])
            if value is not None and number is not None and abs(number) <= _DIGITS:
                return value, int(number)
    return side, None


def _distances(side: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The values whose distance a side of a comparison is made of."""
    for call in ast.walk(side):
        match call:
            case ast.Call(func=ast.Attribute(value=owner, attr=name), args=given) if name in DISTANCES:
                measured: list[ast.expr] = [owner, *given]
            case ast.Call(func=ast.Name(id=name), args=given) if name in DISTANCES:
                measured = given
            case ast.BinOp(left=ast.expr() as difference) | ast.Call(args=[difference]) if _is_squared(call):
                measured = [difference]
            case _:
                continue
        for each in measured:
            if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Sub):
                yield each.left, each.right


def _is_squared(node: ast.AST) -> bool:
    """Whether a part of an expression is the square of a difference."""
    match node:
        case ast.BinOp(left=ast.BinOp(op=ast.Sub()), op=ast.Pow(), right=ast.Constant(value=2)):
            return True
        case ast.Call(func=ast.Name(id="square") | ast.Attribute(attr="square"), args=[ast.BinOp(op=ast.Sub())]):
            return True
    return False


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in MODULES


def _call(node: ast.Call, is_denied: bool) -> Closeness | None:
    given = list(node.args)
    if isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if not _is_module(owner):
            given.insert(0, owner)
    named = {each.arg or "": each.value for each in node.keywords}
    given += [named[name] for name in ("input", "a", "b", "other") if name in named]
    if len(given) < len(("one", "other")):
        return None
    one, other, *tolerances = given
    relative, absolute = (
        next(iter(tolerances[place:]), None) or next((named[name] for name in names if name in named), None)
        for place, names in enumerate((_RELATIVE, _ABSOLUTE))
    )
    return Closeness(
        node,
        ((one, other),),
        # What is unpacked into a call may be anything.
        (None if "" in named else Fraction(0)) if absolute is None else constant(absolute),
        _DEFAULT if relative is None else constant(relative),
        is_denied,
    )
