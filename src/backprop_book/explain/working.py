"""The arithmetic of one statement, written out for each element of its result."""

import ast
import math
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from backprop_book.core.model import Value
from backprop_book.explain.evaluate import combine, element, found, held, read
from backprop_book.explain.operations import CannotWorkError, Operand, Terms, terms
from backprop_book.explain.result import Element, Working
from backprop_book.explain.term import Plain, Term, as_shown, joined, shown, size

_ROOM: Mapping[str | None, float] = {"float32": 1e-5, "float16": 1e-2, "bfloat16": 1e-1}
_USUAL_ROOM = 1e-9
_TEST = re.compile(r"(if|while)\b.*:\Z", re.DOTALL)
_RETURNED = "returned"
"""The name under which the elements of a returned tuple are shown."""
FAULTS = (
    CannotWorkError, ValueError, TypeError, IndexError, KeyError, OverflowError, SyntaxError, RecursionError, MemoryError,
)  # fmt: skip
"""The exceptions of statements without arithmetic to show: any code may be evaluated."""


def workings(code: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> tuple[Working, ...]:
    """Write out the arithmetic of a statement.

    Args:
        code: The source of an assignment (plain, augmented or annotated), of a `return`, of an expression, of a call of
            `append`, or the header of an `if` or `while`.
        before: The values that it reads, by the names in the code, dotted ones included (`layer1.weight`).
        after: The values that it binds, by name; the value of a `return`, of a test or of an expression under the empty name.

    Returns:
        The working of its value, or of each element of a tuple that it creates. Empty where there is none: the code is another
        kind of statement, only copies or rearranges numbers, calls something unknown, or reads or binds something without known
        numbers. Never raises.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (statement,) = ast.parse(f"{code} pass" if _TEST.match(code) else code).body
    except FAULTS:
        return ()
    known = {**after, _RETURNED: after[""]} if "" in after else after
    made = (_worked(part, before, known) for part in _split(statement))
    return tuple(working for working in made if working is not None)


def _worked(statement: ast.stmt, before: Mapping[str, Value], after: Mapping[str, Value]) -> Working | None:
    try:
        with np.errstate(all="ignore"):
            target, result, actual = _run(statement, before, after)
            names = {"", *(node.id for node in ast.walk(statement) if isinstance(node, ast.Name))}
            known = (*before.items(), *after.items())
            values = [value for name, value in known if name.partition(".")[0] in names]
            return compared(target, terms(result), terms(actual), values)
    except FAULTS:
        return None


def _split(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Split a statement that makes a tuple into assignments of its elements."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(targets) == len(values):
            yield from (ast.Assign([target], value) for target, value in zip(targets, values, strict=True))
        case ast.Assign(targets=[ast.Name() as name], value=ast.Tuple(elts=values)):
            yield from (_assignment(name, place, value) for place, value in enumerate(values))
        case ast.Return(value=ast.Tuple(elts=values)):
            yield from (
                _assignment(ast.Name(_RETURNED, ast.Store()), place, value) for place, value in enumerate(values)
            )
        case _:
            yield statement


def _assignment(owner: ast.Name, place: int, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Subscript(owner, ast.Constant(place), ast.Store())], value)


def _run(statement: ast.stmt, before: Mapping[str, Value], after: Mapping[str, Value]) -> tuple[str, Operand, Operand]:
    match statement:
        case ast.If(test=value) | ast.While(test=value):
            return "", read(value, before), held(after[""])
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="append"), args=[value], keywords=[])):
            *earlier, last = _elements(found(owner, after))
            return f"{ast.unparse(owner)}[{len(earlier)}]", read(value, before), last
        case ast.Assign(targets=[target], value=value):
            result = read(value, before)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            result = read(value, before)
        case ast.AugAssign(target=target, op=sign, value=value):
            result = combine(sign, read(target, before), read(value, before))
        case ast.Return(value=ast.expr() as value) | ast.Expr(value=value):
            return "", read(value, before), held(after[""])
        case _:
            raise CannotWorkError
    part = _part(target, before, after)
    if isinstance(target, ast.Subscript):
        result = np.broadcast_to(terms(result), terms(part).shape)
    return ast.unparse(target), result, part


def _elements(value: Value | None) -> list[Operand]:
    if value is None or value.kind != "list":
        raise CannotWorkError
    return list(held(value))


def _part(target: ast.expr, before: Mapping[str, Value], after: Mapping[str, Value]) -> Operand:
    value = found(target, after)
    if value is not None:
        return held(value)
    if isinstance(target, ast.Subscript):
        return element(_part(target.value, before, after), target.slice, before)
    raise CannotWorkError


def compared(name: str, result: Terms, actual: Terms, values: Iterable[Value]) -> Working | None:
    """The working of a result; None if it contains no arithmetic.

    Args:
        name: The name of the result.
        result: The computed result.
        actual: The result in the run.
        values: The values that it was computed from, whose element types give the precision of the run.
    """
    if not any(term.worked for term in result.flat):
        return None
    if result.shape != actual.shape:
        return Working(name, result.shape, (), result.size, agrees=False)
    room = max((_ROOM.get(dtype, _USUAL_ROOM) for value in values for dtype in _dtypes(value)), default=_USUAL_ROOM)
    agree = all(_same(term, outcome.value, room) for term, outcome in zip(result.flat, actual.flat, strict=True))
    elements: list[Element] = []
    omitted = 0
    for index, term, outcome in zip(np.ndindex(result.shape), result.flat, actual.flat, strict=True):
        if not term.worked:
            continue
        text = _text(term, outcome.value if agree else term.value)
        if text:
            elements.append(Element(tuple(index), text, term.value))
        else:
            omitted += 1
    return Working(name, result.shape, tuple(elements), omitted, agree)


def _dtypes(value: Value) -> Iterator[str | None]:
    yield value.dtype
    for _, part in value.items:
        yield from _dtypes(part)


def _same(term: Term, actual: Plain, room: float) -> bool:
    """Whether a term has the value of the run, apart from the rounding errors of another order of additions."""
    value = term.value
    if isinstance(value, bool) or isinstance(actual, bool):
        return value is actual
    if isinstance(value, int) and isinstance(actual, int):
        return value == actual
    if not math.isfinite(actual) or not math.isfinite(value):
        return math.isnan(actual) == math.isnan(value) and (math.isnan(actual) or actual == value)
    scale = max(size(actual), size(value), term.scale)
    return abs(actual - value) <= room * scale if math.isfinite(scale) else math.isclose(actual, value, rel_tol=room)


def _text(term: Term, outcome: Plain) -> str:
    if term.told:
        return term.text
    result = shown(outcome)
    if isinstance(outcome, bool) or not math.isfinite(outcome):
        return joined(term.text, " → ", result)
    exact = term.exact is not None and term.exact == as_shown(outcome)
    if isinstance(outcome, float) and outcome.is_integer() and result.lstrip("−").isdigit():
        result += ".0"
    return joined(term.text, " = " if exact else " ≈ ", result)
