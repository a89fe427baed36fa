"""bare: copies of loop bodies and functions with next to nothing between the statements, for iterations that no trace keeps.

They count the statements that run and say which one runs; nothing is called for that. Only a script all of whose functions
can do without hooks gets any, so that whatever an iteration calls can run bare as well.
"""

import ast
import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backprop_book.record.inserted import call_of, called, count_of, kept, marker_of, with_place
from backprop_book.record.reach import Calls
from backprop_book.snippet.nodes import Located

LOUD = frozenset({"print", "stdout", "stderr", "write"})
"""Names by which a statement prints."""


@dataclass(frozen=True, slots=True)
class Guard:
    """An `if` around a statement of a loop, whose outcome follows from the loop's target alone."""

    statement: int
    """The `if`."""
    test: ast.expr
    """Its condition."""
    outcome: bool
    """What it comes to where the statement runs."""


@dataclass(frozen=True, slots=True)
class Inner:
    """A statement in a loop."""

    index: int
    """Its number."""
    guards: tuple[Guard, ...]
    """What is known to be around it."""


@dataclass(frozen=True, slots=True)
class Resting:
    """A loop over a `range` whose iterations can run bare."""

    target: str
    """The name that it binds."""
    inner: tuple[Inner, ...]
    """The statements in it, its own header left out."""
    reach: frozenset[int]
    """The statements of the functions that it may call."""


@dataclass(frozen=True, slots=True)
class Spared:
    """What of a script can run bare."""

    loops: Mapping[int, Resting]
    """Loops, by statement."""
    functions: Mapping[int, frozenset[int]]
    """The functions, and the statements that may run while one does: its own, its definition and those of what it calls."""
    loud: frozenset[int]
    """Statements that look as if they print."""


def spared(located: Sequence[Located]) -> Spared:
    """Find what can run bare; nothing where one function cannot, or where the script may look at how it is run."""
    nothing = Spared({}, {}, frozenset())
    numbers = {id(entry.node): index for index, entry in enumerate(located)}
    names: set[str] = set()
    for index, entry in enumerate(located):
        node = entry.node
        if isinstance(node, ast.stmt) and entry.parent is None:
            parts = list(ast.walk(node))
            names |= {part.id for part in parts if isinstance(part, ast.Name)}
            if any(isinstance(part, _STRANGE) for part in parts):
                return nothing
        if entry.scope is not None and not isinstance(located[entry.scope].node, ast.ClassDef):
            if not isinstance(node, _SIMPLE):
                return nothing
        elif (
            entry.scope is not None and not isinstance(node, ast.FunctionDef | ast.Assign | ast.AnnAssign | ast.Expr)
        ) or (isinstance(node, ast.FunctionDef) and _inside_loop(located, index)):
            return nothing
    if names & _WATCHING:
        return nothing
    functions = frozenset(index for index, entry in enumerate(located) if isinstance(entry.node, ast.FunctionDef))
    calls = Calls(located, functions)
    found = {index: _resting(located, index, numbers, calls) for index in range(len(located))}
    loops = {index: each for index, each in found.items() if each is not None}
    loud = frozenset(index for index, entry in enumerate(located) if _is_loud(entry.node))
    return Spared(loops, calls.reaches(), loud)


_STRANGE = (ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith, ast.AsyncFunctionDef, ast.NamedExpr)
_WATCHING = frozenset({
    *("__import__", "breakpoint", "ctypes", "eval", "exec", "gc", "globals", "inspect", "locals", "multiprocessing"),
    *("os", "signal", "sys", "threading", "traceback", "vars", "warnings", "weakref"),
})  # fmt: skip
"""Names by which a script looks at the interpreter, or does something at the same time."""
_SIMPLE = (
    *(ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.If, ast.For, ast.Break, ast.Continue, ast.Pass),
    *(ast.Return, ast.Assert, ast.Delete, ast.With, ast.Raise),
)


def _inside_loop(located: Sequence[Located], index: int) -> bool:
    parent = located[index].parent
    return parent is not None and not isinstance(located[parent].node, ast.ClassDef)


def _is_loud(node: ast.AST) -> bool:
    """Whether the header of a statement looks as if it prints."""
    stack = [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.stmt | ast.excepthandler)]
    while stack:
        part = stack.pop()
        if (isinstance(part, ast.Name) and part.id in LOUD) or (isinstance(part, ast.Attribute) and part.attr in LOUD):
            return True
        stack += [each for each in ast.iter_child_nodes(part) if not isinstance(each, ast.stmt)]
    return False


def _resting(located: Sequence[Located], index: int, numbers: Mapping[int, int], calls: Calls) -> Resting | None:
    """A loop, if its iterations can run bare."""
    entry = located[index]
    node = entry.node
    scope = None if entry.scope is None else located[entry.scope].node
    if not isinstance(node, ast.For) or not isinstance(node.target, ast.Name) or isinstance(scope, ast.ClassDef):
        return None
    if not (isinstance(node.iter, ast.Call) and isinstance(node.iter.func, ast.Name) and node.iter.func.id == "range"):
        return None
    target = node.target.id
    for part in (part for each in node.body for part in ast.walk(each)):
        if isinstance(part, ast.stmt) and (not isinstance(part, _SIMPLE) or isinstance(part, ast.Return)):
            return None
        if isinstance(part, ast.Name) and part.id == target and not isinstance(part.ctx, ast.Load):
            return None
    found: list[Inner] = []
    if _breaks(node.body):
        return None
    _gather(node.body, target, (), numbers, found)
    return Resting(target, tuple(found), calls.reach(node.body))


def _breaks(body: Sequence[ast.stmt]) -> bool:
    """Whether a body leaves its loop."""
    for node in body:
        if isinstance(node, ast.Break) or (isinstance(node, ast.If | ast.With) and _breaks(node.body)):
            return True
        if isinstance(node, ast.If | ast.For) and _breaks(node.orelse):
            return True
    return False


def _gather(
    body: Sequence[ast.stmt], target: str, guards: tuple[Guard, ...], numbers: Mapping[int, int], found: list[Inner]
) -> None:
    for node in body:
        index = numbers[id(node)]
        found.append(Inner(index, guards))
        follows = isinstance(node, ast.If) and _follows(node.test, target)
        for name in ("body", "orelse"):
            inner: list[ast.stmt] = getattr(node, name, [])
            more = (Guard(index, node.test, name == "body"),) if follows and isinstance(node, ast.If) else ()
            _gather(inner, target, (*guards, *more), numbers, found)


def _follows(test: ast.expr, target: str) -> bool:
    """Whether a condition follows from the value of one name by operators alone."""
    parts = list(ast.walk(test))
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    return names <= {target} and all(isinstance(part, _OPERATING) for part in parts)


_OPERATING = (
    *(ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Tuple, ast.List, ast.Set),
    *(ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context),
)


class Bare:
    """Makes bare copies of blocks, from before hooks are put into these; it holds which node is which statement."""

    def __init__(self, numbers: dict[int, int]) -> None:
        self._numbers = numbers
        self._copies: list[ast.stmt] = []

    def copied(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Copies of statements, that are known to be the same statements."""
        copies = [copy.deepcopy(node) for node in body]
        for old, new in zip(body, copies, strict=True):
            for before, after in zip(ast.walk(old), ast.walk(new), strict=True):
                if id(before) in self._numbers:
                    self._numbers[id(after)] = self._numbers[id(before)]
        self._copies += copies  # while they live, nothing else has their identity
        return copies

    def block(self, body: Sequence[ast.stmt], rest: Sequence[ast.stmt] = ()) -> list[ast.stmt]:
        """Make copies bare.

        Args:
            body: The copies.
            rest: What is to be done before an iteration of the loop around them goes on to the next.
        """
        return [new for node in body for new in self._statement(node, rest)]

    def _statement(self, node: ast.stmt, rest: Sequence[ast.stmt]) -> list[ast.stmt]:
        index = self._numbers[id(node)]
        marker, count = marker_of(index, node), count_of(index, node)
        if isinstance(node, ast.Continue):
            return [marker, count, *(copy.deepcopy(each) for each in rest), node]
        if isinstance(node, ast.Return | ast.Break):
            return [marker, count, node]
        if isinstance(node, ast.If):
            node.body = [count, *self.block(node.body, rest)]
            node.orelse = [copy.deepcopy(count), *self.block(node.orelse, rest)]
            return [marker, node]
        if isinstance(node, ast.For):
            node.body = [count, *self.block(node.body)]
            node.orelse = self.block(node.orelse, rest)
            return [marker, node]
        if isinstance(node, ast.With):
            node.body = [count, *self.block(node.body, rest)]
            return [marker, node]
        return [marker, node, count]

    def function(self, node: ast.FunctionDef, body: Sequence[ast.stmt], index: int) -> list[ast.stmt]:
        """The bare body of a function, for copies of its statements."""
        return [count_of(index, node), *self.block(body)]


def rests(node: ast.For, index: int, bare: Sequence[ast.stmt], rest: Sequence[ast.stmt]) -> list[ast.stmt]:
    """What stands at the end of an iteration: the iterations that run bare, if there are any to come.

    Args:
        node: The loop.
        index: Its number.
        bare: The bare body.
        rest: What is to be done at the end of a bare iteration.
    """
    loop = with_place(
        ast.For(
            target=copy.deepcopy(node.target),
            iter=called("pop", node),
            body=[count_of(index, node), *bare, *rest],
            orelse=[],
        ),
        node,
    )
    hooks = call_of("woke", node, index)
    return [with_place(ast.If(test=called("resting", node), body=[loop, hooks], orelse=[]), node)]


def held(value: ast.expr, index: int) -> ast.expr:
    """The iterator of what a loop goes through, left where the hooks find it."""
    iterator = ast.copy_location(ast.Call(called("iter", value).func, [value], []), value)
    return kept(iterator, index)
