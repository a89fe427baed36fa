"""expressions: the expressions of probes as code, with their names, and with `series(...)` taken out of them."""

import ast
import builtins
import dis
import types
import warnings
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from backprop_book.core.expressions import ExpressionError, free_names, parse
from backprop_book.core.model import Probe, Statement
from backprop_book.record.vacuity import Traversal, with_traversal_log


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A compiled expression."""

    code: types.CodeType
    """The code."""
    names: tuple[str, ...]
    """The names that it needs from outside."""
    attributes: frozenset[str]
    """Names of the attributes and methods that it asks for."""
    only_operates: bool
    """Whether it only applies operators: it has no calls, attributes or iterations."""
    logging_code: types.CodeType | None = None
    """The code that also records what its parts iterate over; None if no part iterates."""
    parts: tuple[Traversal, ...] = ()
    """The parts that iterate."""


@dataclass(frozen=True, slots=True)
class SampledSeries:
    """One `series(...)` in an expression."""

    source: str
    """The sampled expression as text."""
    expression: Expression
    """The compiled expression."""
    loop: int
    """The loop; samples are taken at the end of its iterations."""
    stand_in: str
    """The name that stands for it in the expression."""
    unsaid: tuple[str, ...]
    """Names in it that the script does not contain."""


@dataclass(frozen=True, slots=True)
class CompiledProbe:
    """A compiled probe."""

    error: str = ""
    """The reason why it cannot be evaluated."""
    expression: Expression | None = None
    """The expression; None if it cannot be evaluated."""
    condition: Expression | None = None
    """The condition of a `when`."""
    series: tuple[SampledSeries, ...] = ()
    """Its `series`."""
    is_anywhere: bool = False
    """Whether states of all frames count in which its names exist."""


class _UnfitError(Exception):
    """A probe cannot be evaluated, for the reason in the message."""


def compile_probe(probe: Probe, statements: tuple[Statement, ...], module_names: tuple[str, ...]) -> CompiledProbe:
    """Compile a probe.

    Args:
        probe: The probe.
        statements: The statements of the script.
        module_names: The names that the module binds.

    Returns:
        The compiled probe; if it cannot be evaluated, with the reason only.
    """
    try:
        return _ask(probe, statements, module_names)
    except _UnfitError as error:
        return CompiledProbe(error=str(error))


def compile_expression(expression: str) -> Expression:
    """Compile an expression.

    Raises:
        ValueError: It does not parse, or would change the run.
    """
    try:
        return _plain(expression)
    except _UnfitError as error:
        raise ValueError(str(error)) from error


def _ask(probe: Probe, statements: tuple[Statement, ...], module_names: tuple[str, ...]) -> CompiledProbe:
    owner = _owner(probe, statements)
    expression = _plain(probe.expression, owner)
    if probe.moment == "after" and (probe.statement is None or not 0 <= probe.statement < len(statements)):
        raise _UnfitError("ValueError: a probe after a statement needs the statement")
    series: tuple[SampledSeries, ...] = ()
    if _calls_series(expression, probe.expression):
        finder = _SeriesFinder(probe, statements)
        tree = ast.fix_missing_locations(finder.visit(_tree(probe.expression, owner)))
        series = tuple(finder.found)
        expression = _expression(tree, probe.expression, {each.stand_in for each in series})
    condition = _plain(probe.condition or "", owner) if probe.moment == "when" else None
    if probe.moment not in {"end", "after"} and (
        series or (condition and _calls_series(condition, probe.condition or ""))
    ):
        raise _UnfitError(f"ValueError: `series` gathers all iterations, so it cannot be asked with `{probe.moment}`")
    names = (condition or expression).names
    is_anywhere = probe.statement is None and any(name not in module_names and name not in _BUILT_IN for name in names)
    return CompiledProbe(expression=expression, condition=condition, series=series, is_anywhere=is_anywhere)


_BUILT_IN = frozenset(dir(builtins))


def _owner(probe: Probe, statements: tuple[Statement, ...]) -> str:
    """The name of the class around the statement of a probe; empty outside of classes.

    For a name that only has to exist somewhere, it is the class that contains the name.
    """
    if probe.statement is not None and 0 <= probe.statement < len(statements):
        return _class_of(statements[probe.statement], statements)
    if probe.moment == "somewhere" and "__" in probe.expression:
        owners = (_class_of(each, statements) for each in statements if probe.expression in each.code)
        return next(filter(None, owners), "")
    return ""


def _class_of(statement: Statement, statements: tuple[Statement, ...]) -> str:
    """The name of the innermost class in whose body a statement stands; empty outside of classes."""
    index = statement.parent
    while index is not None and statements[index].kind != "classdef":
        index = statements[index].parent
    return "" if index is None else statements[index].binds[0]


@lru_cache(maxsize=4096)
def _plain(text: str, owner: str = "") -> Expression:
    """Compile an expression as in the body of a class with this name, `series` being a name like any other."""
    return _expression(_tree(text, owner), text, frozenset())


def _tree(expression: str, owner: str = "") -> ast.Expression:
    """The tree of an expression, with private names as Python turns them in the body of a class."""
    try:
        tree = ast.Expression(parse(expression))
    except ExpressionError as error:
        raise _UnfitError(str(error)) from None
    for part in ast.walk(tree):
        if isinstance(part, ast.Attribute):
            part.attr = _private(part.attr, owner)
        elif isinstance(part, ast.Name):
            part.id = _private(part.id, owner)
    return tree


def _private(name: str, owner: str) -> str:
    """A name as Python turns it in the body of a class: `__secret` of `Layer` is `_Layer__secret`."""
    owner = owner.lstrip("_")
    return f"_{owner}{name}" if owner and name.startswith("__") and not name.endswith("__") else name


def _expression(tree: ast.Expression, text: str, stand_ins: Set[str]) -> Expression:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(tree, "<expression>", "eval", dont_inherit=True)
            names = tuple(name for name in free_names(tree) if name not in stand_ins)
            attributes = frozenset(part.attr for part in ast.walk(tree) if isinstance(part, ast.Attribute))
            marked, parts = with_traversal_log(tree, text.strip())  # last, as it changes the tree
    except SyntaxError as error:
        raise _UnfitError(f"SyntaxError: {error.msg}") from error
    return Expression(code, names, attributes, not _CALLING.intersection(code.co_code[::2]), marked, parts)


_CALLING = frozenset(
    number
    for name, number in dis.opmap.items()
    if name.startswith(
        ("CALL", "LOAD_ATTR", "LOAD_METHOD", "MAKE_", "FORMAT", "BUILD_STRING", "CONVERT", "GET_", "FOR_")
    )
)
"""Instructions that may run other code: calls, attributes, formatting, iteration."""


def _is_series(part: ast.AST) -> bool:
    return isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "series"


def _calls_series(expression: Expression, text: str) -> bool:
    """Whether an expression calls `series`; a script may have a variable of that name."""
    return "series" in expression.names and _has_series(_tree(text))


def _has_series(tree: ast.AST) -> bool:
    return any(_is_series(part) for part in ast.walk(tree))


class _SeriesFinder(ast.NodeTransformer):
    """Replaces each `series(...)` by a name."""

    def __init__(self, probe: Probe, statements: tuple[Statement, ...]) -> None:
        self.found: list[SampledSeries] = []
        """The series, in order."""
        self._probe = probe
        self._statements = statements
        self._said = {name.partition(".")[0] for each in statements for name in (*each.binds, *each.reads)}

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if not _is_series(node):
            return self.generic_visit(node)
        sampled, loop = _sampled(node, self._probe, self._statements)
        stand_in = f"series {len(self.found)}"
        text = ast.unparse(sampled)
        unsaid = tuple(name for name in free_names(sampled) if name not in self._said)
        self.found.append(SampledSeries(text, _plain(text), loop, stand_in, unsaid))
        return ast.copy_location(ast.Name(stand_in, ast.Load()), node)


def series_of(tree: ast.expr, probe: Probe, statements: tuple[Statement, ...]) -> tuple[tuple[ast.expr, int], ...]:
    """Return the sampled expression of each `series(...)` of an answered probe, with its loop.

    Args:
        tree: The expression of the probe.
        probe: The probe.
        statements: The statements of the run.
    """
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_series(node))
    return tuple(_sampled(call, probe, statements) for call in calls)


def _sampled(call: ast.Call, probe: Probe, statements: tuple[Statement, ...]) -> tuple[ast.expr, int]:
    """The sampled expression of a `series(...)`, and the loop with its target, or in whose body one of its names is bound."""
    if len(call.args) not in {1, 2} or call.keywords or not all(isinstance(each, ast.Name) for each in call.args[1:]):
        raise _UnfitError("TypeError: write series(expression) or series(expression, name of the loop's target)")
    sampled = call.args[0]
    if _has_series(sampled):
        raise _UnfitError("ValueError: a series of a series: say which values of one loop you mean")
    loops = [each for each in statements if each.kind in {"for", "asyncfor", "while"}]
    if probe.statement is not None:
        loops = [each for each in loops if each.scope == statements[probe.statement].scope]
    if not loops:
        raise _UnfitError("ValueError: there is no loop to take a series from")
    if target := next((each.id for each in call.args[1:] if isinstance(each, ast.Name)), ""):
        fits = [each for each in loops if target in (each.binds if each.kind != "while" else each.reads)]
        if not fits:
            raise _UnfitError(f"ValueError: no loop has the target `{target}`: {_listed(loops)}")
    else:
        names = set(free_names(sampled))
        # A loop binds what its body binds, without what only loops inside of it bind.
        fits = [loop for loop in loops if any(s.loop == loop.index and names & {*s.binds} for s in statements)] or loops
    if len(fits) > 1:
        raise _UnfitError(
            f"ValueError: it could be the series of several loops: {_listed(fits)}; say series(..., name)"
        )
    return sampled, fits[0].index


def _listed(loops: list[Statement]) -> str:
    return ", ".join(f"`{' '.join(loop.code.split())}` in line {loop.line}" for loop in loops)
