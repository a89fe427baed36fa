"""nodes: the statements of a syntax tree, each with its place among the others."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

Node = ast.stmt | ast.excepthandler | ast.match_case
LOOPS = (ast.For, ast.AsyncFor, ast.While)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Located:
    """A node of the tree with its place among the others."""

    node: Node
    """The statement, `except` clause or `case` clause."""
    parent: int | None
    """Index of the node whose block holds it."""
    loops: tuple[int, ...]
    """Indices of the loops around it within its scope, outermost first; its own last, if it is a loop."""
    scope: int | None
    """Index of the innermost function or class definition around it."""


BLOCKS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})


def locate(tree: ast.Module) -> tuple[Located, ...]:
    """All statements of a tree in the order of the source; `except` and `case` clauses are among them."""
    found: list[Located] = []

    def block(nodes: list[ast.stmt], parent: int | None, loops: tuple[int, ...], scope: int | None) -> None:
        for node in nodes:
            index = len(found)
            inside = (*loops, index) if isinstance(node, LOOPS) else loops
            found.append(Located(node, parent, inside, scope))
            if isinstance(node, SCOPES):
                block(node.body, index, (), index)
            elif isinstance(node, LOOPS):
                block(node.body, index, inside, scope)
                block(node.orelse, index, loops, scope)
            elif isinstance(node, ast.Match):
                for case in node.cases:
                    found.append(Located(case, index, loops, scope))
                    block(case.body, len(found) - 1, loops, scope)
            elif isinstance(node, ast.Try | ast.TryStar):
                block(node.body, index, loops, scope)
                for handler in node.handlers:
                    found.append(Located(handler, index, loops, scope))
                    block(handler.body, len(found) - 1, loops, scope)
                block(node.orelse, index, loops, scope)
                block(node.finalbody, index, loops, scope)
            elif isinstance(node, ast.If):
                block(node.body, index, loops, scope)
                block(node.orelse, index, loops, scope)
            elif isinstance(node, ast.With | ast.AsyncWith):
                block(node.body, index, loops, scope)

    block(tree.body, None, (), None)
    return tuple(found)


def own(node: Node) -> Iterator[ast.AST]:
    """The parts of a node that run as part of itself: of a compound statement, the header's."""
    fields = [value for name, value in ast.iter_fields(node) if name not in BLOCKS]
    parts = [part for value in fields for part in (value if isinstance(value, list) else [value])]
    yield from sorted((part for part in parts if isinstance(part, ast.AST)), key=position)


def children(part: ast.AST) -> list[ast.AST]:
    """The parts of a part in the order of the source."""
    return sorted(ast.iter_child_nodes(part), key=position)


def position(part: ast.AST) -> tuple[int, int]:
    """Where a part begins; of one that does not say, where the first of its own parts does."""
    if isinstance(part, ast.expr | ast.pattern | ast.keyword | ast.arg):
        return part.lineno, part.col_offset
    return min(map(position, ast.iter_child_nodes(part)), default=(0, 0))
