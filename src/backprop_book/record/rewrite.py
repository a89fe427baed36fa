"""rewrite: insert hooks into the syntax tree of a script, between its statements.

All nodes of the script keep their positions, so tracebacks stay as they were. Hooks are reached through constants
of the code, which no code of the script can see, name or delete. A hook that fails for want of stack is passed over.
"""

import ast
import sys
import types
import warnings
from bisect import bisect_right
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, TypeVar

from backprop_book.source import LOOPS, SCOPES, Node, locate

MARKER = "\0marker"
"""Constant in the place of the marker, to which the number of the running statement is written."""
KEEP = "\0keep"
"""Constant in the place of a function of a key and a value that stores the value and returns it."""
NO_STACK = "\0shallow"
"""Constant in the place of the exception of a hook that has no stack left."""
EVERY_EXCEPTION = "\0every"
"""Constant in the place of `BaseException`."""
FAILED = "\0fail"
"""Constant in the place of the function that ends the run because of an exception that leaves the module."""

Made = TypeVar("Made", bound=ast.AST)


def pending_value(value: ast.expr, index: int) -> ast.expr:
    """Make an expression whose value is also stored among the pending values.

    Args:
        value: The expression.
        index: The statement that gives the value.
    """
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg("index")],
        vararg=None,
        kwonlyargs=[],
        kw_defaults=[],
        kwarg=None,
        defaults=[ast.Constant(index)],
    )
    key = ast.Lambda(arguments, ast.Constant(None))  # a new object each time, made without a call
    call = ast.Call(ast.Constant(KEEP), [key, value], [])
    return _placed(call, value)


def _placed(new: ast.expr, old: ast.expr) -> ast.expr:
    """Give a new expression and its new parts the position of an old one."""
    for part in ast.walk(new):
        if isinstance(part, ast.expr | ast.arg) and not hasattr(part, "lineno"):
            ast.copy_location(part, old)
    return new


def marker_assignment(index: int, node: ast.stmt) -> ast.stmt:
    """Make a statement that writes the number of a statement, from 1, to the marker.

    Args:
        index: The statement, from 0.
        node: The node whose position the new one gets.
    """
    target = ast.Subscript(ast.Constant(MARKER), ast.Constant(0), ast.Store())
    return with_place(ast.Assign([target], ast.Constant(index + 1)), node)


def hook_call(name: str, node: Any, *arguments: Any) -> ast.stmt:
    """Make a statement that calls a hook, and does nothing if there is no stack left.

    Args:
        name: The name of the hook.
        node: The node whose position the new one gets.
        arguments: Constants that the hook is called with.
    """
    call = ast.Call(ast.Constant(f"\0{name}"), [ast.Constant(each) for each in arguments], [])
    handler = ast.ExceptHandler(ast.Constant(NO_STACK), None, [ast.Pass()])
    return with_place(ast.Try(body=[ast.Expr(call)], handlers=[handler], orelse=[], finalbody=[]), node)


def failure_handler(node: Any) -> ast.ExceptHandler:
    """A handler that calls the hook for exceptions and raises the exception again."""
    handler = ast.ExceptHandler(ast.Constant(EVERY_EXCEPTION), None, [hook_call("failed", node), ast.Raise()])
    with_place(handler, node)
    return handler


def with_place(new: Made, old: Any) -> Made:
    """Give all parts of a new node the position of an old one."""
    for part in ast.walk(new):
        if isinstance(part, ast.stmt | ast.expr | ast.excepthandler) and not hasattr(part, "lineno"):
            part.lineno = part.end_lineno = old.lineno
            part.col_offset = part.end_col_offset = old.col_offset
    return new


CODE_MODULES = frozenset(
    {"bdb", "cProfile", "dis", "marshal", "pdb", "profile", "signal", "trace", "torch._dynamo", "torch.export"}
)
"""Modules that look at the code or the frames of functions, or interrupt them."""
CODE_NAMES = frozenset({
    *("__code__", "f_code", "gi_code", "cr_code", "ag_code", "tb_frame", "f_lineno", "f_lasti", "f_trace"),
    *("breakpoint", "set_trace", "settrace", "setprofile", "torch.compile", "PyThreadState_SetAsyncExc"),
})  # fmt: skip
"""Names and attributes by which a script looks at the code or the frames of its functions, or interrupts them."""
DEBUGGERS = frozenset({"breakpoint", "set_trace"})
"""Functions that stop at the statement that runs next."""
BLOCKS = 20
"""Most nested blocks that CPython compiles in a function. Hooks are blocks, too, so the innermost statements of deeply nested code have none."""
RECURSION = 50_000
"""Recursion limit while syntax trees are copied: a long chain of `elif` or a long sum has a level for each of its parts."""
HOOKS = ("begin", "lap", "turn", "done", "test", "after", "gives", "enter", "enter_class", "leave", "failed", "caught")
"""The names of the hooks; each stands, after a NUL character, for the function."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A script with hooks, and the statements that the hooks refer to."""

    code: types.CodeType
    """The code that runs."""
    places: tuple[tuple[int, int, int], ...]
    """Line, column in bytes and index of each statement, ascending."""
    chains: tuple[tuple[int, ...], ...]
    """For each statement the loops around it in its scope, outermost first, itself included if it is a loop."""

    def statement_at(self, line: int, column: int) -> int | None:
        """Return the statement at a position in the source text; None before the first."""
        at = bisect_right(self.places, (line, column, len(self.places)))
        return self.places[at - 1][2] if at else None


def rewrite(text: str, filename: str, constants: Mapping[str, Any]) -> Rewritten:
    """Compile a script with hooks.

    Args:
        text: Source text that is known to compile.
        filename: The name that tracebacks show.
        constants: The objects for the constants above, and for the names of the hooks.
    """
    deepest = BLOCKS
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION))
    try:
        while True:
            try:
                return _rewrite(text, filename, constants, deepest)
            except SyntaxError:  # the script itself compiles, so its hooks are nested too deeply
                deepest //= 2
                if not deepest:
                    raise
    finally:
        sys.setrecursionlimit(before)


def _rewrite(text: str, filename: str, constants: Mapping[str, Any], deepest: int) -> Rewritten:
    """Compile a script with hooks, but only at statements within at most `deepest` blocks of a function."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text, filename)
        located = locate(tree)
        nodes = {id(entry.node): index for index, entry in enumerate(located)}
        places = tuple(sorted((*_place(entry.node), index) for index, entry in enumerate(located)))
        has_hooks = id(tree) not in _holders(tree, CODE_NAMES) and _imports(tree).isdisjoint(CODE_MODULES)
        stops = set() if has_hooks else _holders(tree, DEBUGGERS)
        tree.body = _Rewriter(nodes, deepest, stops, has_hooks=has_hooks).module(tree.body)
        code = compile(tree, filename, "exec", dont_inherit=True)
    return Rewritten(_replace(code, constants), places, tuple(entry.loops for entry in located))


def _names_of(node: ast.AST) -> set[str]:
    """The names and attributes that a node of a syntax tree itself has, and its dotted names of two parts."""
    match node:
        case ast.Name(id=name) | ast.alias(name=name):
            return {name}
        case ast.ImportFrom(module=module, names=imported):
            return {f"{module}.{each.name}" for each in imported}
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return {name, f"{owner}.{name}"}
        case ast.Attribute(attr=name):
            return {name}
    return set()


def _holders(tree: ast.AST, names: Set[str]) -> set[int]:
    """The identities of all nodes of a syntax tree in which one of some names occurs."""
    found: set[int] = set()
    for node in reversed(list(ast.walk(tree))):  # parts come before the nodes that contain them
        if not _names_of(node).isdisjoint(names) or any(id(each) in found for each in ast.iter_child_nodes(node)):
            found.add(id(node))
    return found


def _imports(tree: ast.AST) -> set[str]:
    """The modules that a syntax tree imports, and those that they are in."""
    found = set()
    for node in ast.walk(tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
        found |= {name[:end] for name in names for end in range(1, len(name) + 1) if (name + ".")[end] == "."}
    return found


def _place(node: Node) -> tuple[int, int]:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno, node.pattern.col_offset
    if isinstance(node, SCOPES) and node.decorator_list:
        return node.decorator_list[0].lineno, node.decorator_list[0].col_offset
    return node.lineno, node.col_offset


def _replace(code: types.CodeType, constants: Mapping[str, Any]) -> types.CodeType:
    """Replace names among the constants of a code object, and of those inside it, by their objects."""
    return code.replace(
        co_consts=tuple(
            _replace(each, constants)
            if isinstance(each, types.CodeType)
            else constants[each]
            if type(each) is str and each in constants
            else each
            for each in code.co_consts
        )
    )


class _Rewriter:
    """Builds the blocks of statements with hooks."""

    def __init__(self, nodes: dict[int, int], deepest: int, stops: set[int], *, has_hooks: bool) -> None:
        self._nodes = nodes
        self._deepest = deepest
        self._stops = stops
        self._has_hooks = has_hooks
        self._depth = 0

    def module(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The body of the module: its docstring and `from __future__` imports stay first."""
        first = 1 if _is_docstring(body) else 0
        while first < len(body) and _is_future(body[first]):
            first += 1
        if first == len(body):
            return body
        ends = with_place(ast.Expr(ast.Call(ast.Constant(FAILED), [], [])), body[first])
        handler = with_place(ast.ExceptHandler(ast.Constant(EVERY_EXCEPTION), None, [ends]), body[first])
        guarded = ast.Try(body=self._block(body[first:]), handlers=[handler], orelse=[], finalbody=[])
        return [*body[:first], ast.copy_location(guarded, body[first])]

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        if self._depth > self._deepest:
            return body
        self._depth += 1
        hooked: list[ast.stmt] = []
        for number, node in enumerate(body):
            if id(node) in self._stops and not isinstance(node, SCOPES):
                hooked += body[number:]
                break
            hooked += self._statement(node)
        self._depth -= 1
        return hooked

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        index = self._nodes[id(node)]
        if isinstance(node, ast.Global | ast.Nonlocal):
            return [node]
        marker = marker_assignment(index, node)
        after = hook_call("after", node, index)
        if isinstance(node, ast.Return):
            return [marker, *self._give(node, index), node]
        if isinstance(node, ast.Break | ast.Continue):
            return [marker, after, hook_call("turn", node), node]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if self._has_hooks:
                node.body = self._scope(node, index, "enter")
            return [marker, node, after]
        if isinstance(node, ast.ClassDef):
            node.body = self._scope(node, index, "enter_class")
            return [marker, node, after]
        if isinstance(node, ast.If):
            node.body = [hook_call("test", node, index, True), *self._block(node.body)]
            node.orelse = [hook_call("test", node, index, False), *self._block(node.orelse)]
        elif isinstance(node, LOOPS):
            node.body = [hook_call("lap", node, index), *self._block(node.body), hook_call("turn", node.body[-1])]
            node.orelse = [hook_call("done", node, index), *self._block(node.orelse)]
            return [marker, hook_call("begin", node, index), node]
        elif isinstance(node, ast.With | ast.AsyncWith):
            node.body = [after, *self._guarded(node, self._block(node.body))]
        elif isinstance(node, ast.Try | ast.TryStar):
            node.body = [after, *self._guarded(node, self._block(node.body))]
            for handler in node.handlers:
                handler.body = [hook_call("caught", handler, self._nodes[id(handler)]), *self._block(handler.body)]
            node.orelse = self._block(node.orelse)
            node.finalbody = self._block(node.finalbody)
        elif isinstance(node, ast.Match):
            self._match(node, after)
        else:
            self._give(node, index)
            return [marker, node, after]
        return [marker, node]

    def _scope(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, index: int, hook: str
    ) -> list[ast.stmt]:
        """The body of a function or class: hooks say when it is entered, left, and left by an exception."""
        first = 1 if _is_docstring(node.body) else 0
        head, body = node.body[:first], node.body[first:] or [ast.copy_location(ast.Pass(), node.body[0])]
        rest = node.body[first:]
        around, self._depth = self._depth, 0
        block = self._block(body) if rest else body
        self._depth = around
        guarded = ast.Try(
            body=block, handlers=[failure_handler(node)], orelse=[], finalbody=[hook_call("leave", node, index)]
        )
        return [*head, hook_call(hook, node, index), ast.copy_location(guarded, node)]

    def _guarded(self, node: ast.stmt, body: list[ast.stmt]) -> list[ast.stmt]:
        """A block whose exceptions are seen by a hook on their way out."""
        return [ast.copy_location(ast.Try(body=body, handlers=[failure_handler(node)], orelse=[], finalbody=[]), node)]

    def _match(self, node: ast.Match, after: ast.stmt) -> None:
        last = node.cases[-1]
        for case in node.cases:
            hook = hook_call("after", case.pattern, self._nodes[id(case)])
            case.body = [after, hook, *self._block(case.body)]
        if last.guard is not None or not _is_irrefutable(last.pattern):
            pattern = ast.copy_location(ast.MatchAs(), node)
            node.cases.append(ast.match_case(pattern=pattern, guard=None, body=[after]))

    def _give(self, node: ast.stmt, index: int) -> list[ast.stmt]:
        """Store the values of `return` and `yield` for the hooks.

        Values of names and constants are handed over before the statement; those of other expressions pass through
        a dict of pending values, which takes no call of a Python function: a hook must not fail inside an expression.
        """
        for part in _own_parts(node):
            if isinstance(part, ast.Yield) and part.value is not None:
                part.value = pending_value(part.value, index)
        if not isinstance(node, ast.Return):
            return []
        if node.value is None:
            return [hook_call("after", node, index)]
        if isinstance(node.value, ast.Name | ast.Constant):
            hook = hook_call("gives", node, index)
            assert isinstance(hook, ast.Try)
            call = hook.body[0]
            assert isinstance(call, ast.Expr)
            assert isinstance(call.value, ast.Call)
            call.value.args.append(node.value)
            return [hook]
        node.value = pending_value(node.value, index)
        return []


def _own_parts(node: ast.AST) -> list[ast.AST]:
    """The parts of a simple statement that run in its own frame."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = [node]
    while stack:
        part = stack.pop()
        found.append(part)
        if not isinstance(part, ast.Lambda):
            stack.extend(ast.iter_child_nodes(part))
    return found


def _is_docstring(body: list[ast.stmt]) -> bool:
    first = body[0] if body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__" and not node.level


def _is_irrefutable(pattern: ast.pattern) -> bool:
    """Whether a pattern matches everything, so that no case may follow it."""
    if isinstance(pattern, ast.MatchOr):
        return _is_irrefutable(pattern.patterns[-1])
    return isinstance(pattern, ast.MatchAs) and (pattern.pattern is None or _is_irrefutable(pattern.pattern))
