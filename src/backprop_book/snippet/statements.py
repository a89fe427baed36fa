"""statements: the syntax tree of a file as a flat list of `Statement`s in the order of the source."""

import ast
import io
import tokenize
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from backprop_book.model import Statement

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


@dataclass(frozen=True, slots=True)
class _Token:
    """One token that matters for headers, with offsets in characters."""

    text: str
    """Its source text."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""


_BLOCKS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})


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


def describe(text: str, located: tuple[Located, ...]) -> tuple[Statement, ...]:
    """The statements of a source text, given its located nodes."""
    rows = _rows(text)
    tokens = _tokens(text, rows)
    starts = [token.start for token in tokens]

    def offset(line: int, column: int) -> int:
        """Offset in characters of a place of the tree, whose columns count bytes of UTF-8."""
        begin = rows[line - 1]
        end = rows[line] if line < len(rows) else len(text)
        return begin + len(text[begin:end].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))

    def before(place: int, sought: str) -> _Token:
        """The last token before `place` with the text `sought`."""
        at = bisect_left(starts, place) - 1
        while tokens[at].text != sought:
            at -= 1
        return tokens[at]

    def first(node: Node) -> int:
        """Offset of the first character that belongs to a node, its decorators included."""
        if isinstance(node, ast.match_case):
            return before(offset(node.pattern.lineno, node.pattern.col_offset), "case").start
        if isinstance(node, SCOPES) and node.decorator_list:
            decorator = node.decorator_list[0]
            return before(offset(decorator.lineno, decorator.col_offset), "@").start
        return offset(node.lineno, node.col_offset)

    def last(node: Node) -> int:
        """Offset after the last character of a node, or after the colon of its header."""
        if isinstance(node, ast.Match):
            return before(first(node.cases[0]), ":").end
        body = getattr(node, "body", None)
        if body:
            return before(first(body[0]), ":").end
        assert isinstance(node, ast.stmt)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return offset(node.end_lineno, node.end_col_offset)

    statements = []
    for index, entry in enumerate(located):
        start, end = first(entry.node), last(entry.node)
        line = bisect_left(rows, start + 1)
        statements.append(
            Statement(
                index=index,
                kind=type(entry.node).__name__.lower().replace("_", ""),
                start=start,
                end=end,
                line=line,
                column=start - rows[line - 1] + 1,
                end_line=bisect_left(rows, end),
                code=text[start:end],
                parent=entry.parent,
                reads=_unique(_reads(entry.node)),
                binds=_unique(_binds(entry.node)),
                loop=entry.loops[-1] if entry.loops else None,
                scope=entry.scope,
            )
        )
    return tuple(statements)


def own(node: Node) -> Iterator[ast.AST]:
    """The parts of a node that run as part of itself: of a compound statement, the header's."""
    fields = [value for name, value in ast.iter_fields(node) if name not in _BLOCKS]
    parts = [part for value in fields for part in (value if isinstance(value, list) else [value])]
    yield from sorted((part for part in parts if isinstance(part, ast.AST)), key=_position)


def _children(part: ast.AST) -> list[ast.AST]:
    """The parts of a part in the order of the source."""
    return sorted(ast.iter_child_nodes(part), key=_position)


def _position(part: ast.AST) -> tuple[int, int]:
    """Where a part begins; of one that does not say, where the first of its own parts does."""
    if isinstance(part, ast.expr | ast.pattern | ast.keyword | ast.arg):
        return part.lineno, part.col_offset
    return min(map(_position, ast.iter_child_nodes(part)), default=(0, 0))


def _rows(text: str) -> list[int]:
    """Offsets of the first characters of the lines, as Python counts lines."""
    rows = [0]
    rows.extend(at + 1 for at, character in enumerate(text) if character == "\n")
    return rows


def _tokens(text: str, rows: list[int]) -> list[_Token]:
    """The tokens of a text that is known to parse."""
    skipped = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER}
    return [
        _Token(token.string, rows[token.start[0] - 1] + token.start[1], rows[token.end[0] - 1] + token.end[1])
        for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline)
        if token.type not in skipped
    ]


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _dotted(node: ast.expr) -> str | None:
    """The dotted name that an expression is, if it is one."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def _reads(node: Node) -> Iterator[str]:
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
        for child in _children(part):
            yield from visit(child)
        hidden.pop()

    for part in own(node):
        if isinstance(node, ast.AugAssign) and part is node.target and isinstance(part, ast.Name):
            yield part.id
        yield from visit(part)


def _binds(node: Node) -> Iterator[str]:
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
    for child in _children(part):
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
