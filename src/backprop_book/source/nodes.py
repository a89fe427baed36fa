"""The statements of a syntax tree with their nesting, and the names that each of them reads and binds."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

Node = ast.stmt | ast.excepthandler | ast.match_case
LOOPS = (ast.For, ast.AsyncFor, ast.While)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Located:
    """A node of the tree with its nesting."""

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
    """All statements of a tree, `except` and `case` clauses included, in the order of the source."""
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
    """The child nodes of a statement that are not in its blocks: of a compound statement, those of its header."""
    fields = [value for name, value in ast.iter_fields(node) if name not in BLOCKS]
    parts = [part for value in fields for part in (value if isinstance(value, list) else [value])]
    yield from sorted((part for part in parts if isinstance(part, ast.AST)), key=position)


def children(part: ast.AST) -> list[ast.AST]:
    """The child nodes in the order of the source."""
    return sorted(ast.iter_child_nodes(part), key=position)


def position(part: ast.AST) -> tuple[int, int]:
    """Line and column of a node; of a node without them, those of its first child."""
    if isinstance(part, ast.expr | ast.pattern | ast.keyword | ast.arg):
        return part.lineno, part.col_offset
    return min(map(position, ast.iter_child_nodes(part)), default=(0, 0))


def _dotted(node: ast.expr) -> str | None:
    """The dotted name in an expression; None if it is something else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def reads_of(node: Node) -> Iterator[str]:
    """The dotted names that a statement reads, outside of its blocks."""
    hidden: list[set[str]] = []

    def visit(part: ast.AST) -> Iterator[str]:
        if isinstance(part, ast.Name | ast.Attribute):
            name = _dotted(part)
            if name is not None:
                if (isinstance(part.ctx, ast.Load) or "." in name) and not any(
                    name.split(".")[0] in names for names in hidden
                ):
                    yield name if isinstance(part.ctx, ast.Load) else name.rpartition(".")[0]
                return
        inner: set[str] = set()
        if isinstance(part, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            inner = {
                name.id for each in part.generators for name in ast.walk(each.target) if isinstance(name, ast.Name)
            }
        elif isinstance(part, ast.Lambda):
            inner = set(parameters(part.args))
        hidden.append(inner)
        for child in children(part):
            yield from visit(child)
        hidden.pop()

    for part in own(node):
        if isinstance(node, ast.AugAssign) and part is node.target and isinstance(part, ast.Name):
            yield part.id
        yield from visit(part)


def binds_of(node: Node) -> Iterator[str]:
    """The names that a statement can bind, outside of its blocks."""
    if isinstance(node, SCOPES):
        yield from (part.target.id for each in own(node) for part in ast.walk(each) if isinstance(part, ast.NamedExpr))
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.split(".")[0] for alias in node.names if alias.name != "*")
    elif isinstance(node, ast.ExceptHandler):
        if node.name:
            yield node.name
    else:
        for part in own(node):
            yield from _stores(part)


def _stores(part: ast.AST) -> Iterator[str]:
    """The names that a node binds in its scope. Targets of comprehensions have a scope of their own."""
    if isinstance(part, ast.Lambda):
        return
    if isinstance(part, ast.Name):
        if isinstance(part.ctx, ast.Store):
            yield part.id
    elif isinstance(part, ast.MatchAs | ast.MatchStar) and part.name:
        yield part.name
    for child in children(part):
        if isinstance(part, ast.comprehension) and child is part.target:
            continue
        yield from _stores(child)
    if isinstance(part, ast.MatchMapping) and part.rest:
        yield part.rest


def parameters(arguments: ast.arguments) -> tuple[str, ...]:
    """The names of a function's parameters, in order."""
    plain = [*arguments.posonlyargs, *arguments.args]
    starred = [arguments.vararg] if arguments.vararg else []
    return tuple(
        each.arg for each in [*plain, *starred, *arguments.kwonlyargs, *([arguments.kwarg] if arguments.kwarg else [])]
    )
