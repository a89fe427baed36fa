"""rewrite: insert hooks into the syntax tree of a script, between its statements.

All nodes of the script keep their positions, so tracebacks stay as they were. Hooks are reached through constants
of the code, which no code of the script can see, name or delete. A hook that fails for want of stack is passed over.
"""

import ast
import sys
import types
import warnings
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backprop_book.record.ast_templates import call_of, failed, kept, marker_of
from backprop_book.source.nodes import LOOPS, SCOPES, Node, locate

BLOCKS = 20
"""Most nested blocks that CPython compiles in a function. Hooks are blocks, too, so the innermost statements of deeply nested code have none."""
RECURSION = 50_000
"""Recursion limit while syntax trees are copied: a long chain of `elif` or a long sum has a level for each of its parts."""
HOOKS = ("begin", "lap", "turn", "done", "test", "after", "gives", "enter", "enter_class", "leave", "failed", "caught")
"""The names of the hooks; each stands, after a NUL character, for the function."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A script with hooks, and what the hooks need to know of it."""

    code: types.CodeType
    """What runs."""
    places: tuple[tuple[int, int, int], ...]
    """Line, column in bytes and index of each statement, ascending."""
    chains: tuple[tuple[int, ...], ...]
    """For each statement the loops around it in its scope, outermost first, itself included if it is a loop."""

    def statement_at(self, line: int, column: int) -> int | None:
        """The statement that a place of the code belongs to."""
        at = bisect_right(self.places, (line, column, len(self.places)))
        return self.places[at - 1][2] if at else None


def rewrite(text: str, filename: str, constants: Mapping[str, Any]) -> Rewritten:
    """Compile a script with hooks.

    Args:
        text: Source text that is known to compile.
        filename: The name that tracebacks show.
        constants: What the names above, and those of the hooks, stand for.
    """
    deepest = BLOCKS
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION))
    try:
        while True:
            try:
                return _rewrite(text, filename, constants, deepest)
            except SyntaxError:  # the script compiles, so that it is its hooks that have no room
                deepest //= 2
                if not deepest:
                    raise
    finally:
        sys.setrecursionlimit(before)


def _rewrite(text: str, filename: str, constants: Mapping[str, Any], deepest: int) -> Rewritten:
    """As above, with hooks only where at most so many blocks are around them in a function."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text, filename)
        located = locate(tree)
        nodes = {id(entry.node): index for index, entry in enumerate(located)}
        places = tuple(sorted((*_place(entry.node), index) for index, entry in enumerate(located)))
        tree.body = _Rewriter(nodes, deepest).module(tree.body)
        code = compile(tree, filename, "exec", dont_inherit=True)
    return Rewritten(_replace(code, constants), places, tuple(entry.loops for entry in located))


def _place(node: Node) -> tuple[int, int]:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno, node.pattern.col_offset
    if isinstance(node, SCOPES) and node.decorator_list:
        return node.decorator_list[0].lineno, node.decorator_list[0].col_offset
    return node.lineno, node.col_offset


def _replace(code: types.CodeType, constants: Mapping[str, Any]) -> types.CodeType:
    """Put the real objects in the place of their names among the constants of a code object and those inside it."""
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
    """Builds new blocks of statements; holds which node is which statement."""

    def __init__(self, nodes: dict[int, int], deepest: int) -> None:
        self._nodes = nodes
        self._deepest = deepest
        self._depth = 0

    def module(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The body of the module: its docstring and `from __future__` imports stay first."""
        first = 1 if _is_docstring(body) else 0
        while first < len(body) and _is_future(body[first]):
            first += 1
        return [*body[:first], *self._block(body[first:])]

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        if self._depth > self._deepest:
            return body
        self._depth += 1
        hooked = [new for node in body for new in self._statement(node)]
        self._depth -= 1
        return hooked

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        index = self._nodes[id(node)]
        if isinstance(node, ast.Global | ast.Nonlocal):
            return [node]
        marker = marker_of(index, node)
        after = call_of("after", node, index)
        if isinstance(node, ast.Return):
            return [marker, *self._give(node, index), node]
        if isinstance(node, ast.Break | ast.Continue):
            return [marker, after, call_of("turn", node), node]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = self._scope(node, index, "enter")
            return [marker, node, after]
        if isinstance(node, ast.ClassDef):
            node.body = self._scope(node, index, "enter_class")
            return [marker, node, after]
        if isinstance(node, ast.If):
            node.body = [call_of("test", node, index, True), *self._block(node.body)]
            node.orelse = [call_of("test", node, index, False), *self._block(node.orelse)]
        elif isinstance(node, LOOPS):
            node.body = [call_of("lap", node, index), *self._block(node.body), call_of("turn", node.body[-1])]
            node.orelse = [call_of("done", node, index), *self._block(node.orelse)]
            return [marker, call_of("begin", node, index), node]
        elif isinstance(node, ast.With | ast.AsyncWith):
            node.body = [after, *self._guarded(node, self._block(node.body))]
        elif isinstance(node, ast.Try | ast.TryStar):
            node.body = [after, *self._guarded(node, self._block(node.body))]
            for handler in node.handlers:
                handler.body = [call_of("caught", handler, self._nodes[id(handler)]), *self._block(handler.body)]
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
        guarded = ast.Try(body=block, handlers=[failed(node)], orelse=[], finalbody=[call_of("leave", node, index)])
        return [*head, call_of(hook, node, index), ast.copy_location(guarded, node)]

    def _guarded(self, node: ast.stmt, body: list[ast.stmt]) -> list[ast.stmt]:
        """A block whose exceptions are seen by a hook on their way out."""
        return [ast.copy_location(ast.Try(body=body, handlers=[failed(node)], orelse=[], finalbody=[]), node)]

    def _match(self, node: ast.Match, after: ast.stmt) -> None:
        last = node.cases[-1]
        for case in node.cases:
            hook = call_of("after", case.pattern, self._nodes[id(case)])
            case.body = [after, hook, *self._block(case.body)]
        if last.guard is not None or not _is_irrefutable(last.pattern):
            pattern = ast.copy_location(ast.MatchAs(), node)
            node.cases.append(ast.match_case(pattern=pattern, guard=None, body=[after]))

    def _give(self, node: ast.stmt, index: int) -> list[ast.stmt]:
        """Make the values of `return` and `yield` known to the hooks.

        Values of names and constants are handed over before the statement; those of other expressions pass through
        a dict of pending values, which takes no call of a Python function: a hook must not fail inside an expression.
        """
        for part in _own_parts(node):
            if isinstance(part, ast.Yield) and part.value is not None:
                part.value = kept(part.value, index)
        if not isinstance(node, ast.Return):
            return []
        if node.value is None:
            return [call_of("after", node, index)]
        if isinstance(node.value, ast.Name | ast.Constant):
            hook = call_of("gives", node, index)
            assert isinstance(hook, ast.Try)
            call = hook.body[0]
            assert isinstance(call, ast.Expr)
            assert isinstance(call.value, ast.Call)
            call.value.args.append(node.value)
            return [hook]
        node.value = kept(node.value, index)
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
