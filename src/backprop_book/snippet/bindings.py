"""bindings: the names that a statement reads, and those that it binds."""

import ast
from collections.abc import Iterator

from backprop_book.snippet.nodes import SCOPES, Node, children, own


def _dotted(node: ast.expr) -> str | None:
    """The dotted name that an expression is, if it is one."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def reads_of(node: Node) -> Iterator[str]:
    """Dotted names that a node's own code reads."""
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
    """Plain names that a node can bind."""
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
    """Names that a part binds in the scope that it runs in; targets of comprehensions are their own."""
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
    """Names of the parameters of a function, in order."""
    plain = [*arguments.posonlyargs, *arguments.args]
    starred = [arguments.vararg] if arguments.vararg else []
    return tuple(
        each.arg for each in [*plain, *starred, *arguments.kwonlyargs, *([arguments.kwarg] if arguments.kwarg else [])]
    )
