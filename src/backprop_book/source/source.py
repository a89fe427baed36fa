"""Parses a snippet into statements, sections, imports and names."""

import ast
import contextlib
import io
import re
import tokenize
import warnings
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import PurePath
from types import MappingProxyType

from backprop_book.core.model import Statement
from backprop_book.core.problems import BookError, Problem, place
from backprop_book.source.nodes import SCOPES, Located, Node, binds_of, locate, parameters, reads_of

_LAYOUT = frozenset(
    {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER}
)
"""The kinds of tokens of layout and comments, which do not affect what code does."""
_SEPARATOR = "\0"


def readable(text: str, layout: Set[int] = _LAYOUT) -> Iterator[str]:
    """The tokens of a piece of code, up to where it cannot be read.

    Args:
        text: The code, which need not be complete.
        layout: The kinds of tokens that are left out.
    """
    # Shortened quotes may end in an open bracket or string, and a piece may dedent: the tokens before that are read. Python 3.12
    # and later refuse half of a surrogate pair.
    with contextlib.suppress(tokenize.TokenError, SyntaxError, UnicodeEncodeError):
        for token in tokenize.generate_tokens(io.StringIO(f"{text.strip()}\n").readline):
            if token.type not in layout and token.string.strip():
                yield token.string


@dataclass(frozen=True, slots=True)
class _Token:
    """A token, with offsets in characters."""

    text: str
    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""


def describe(text: str, located: tuple[Located, ...]) -> tuple[Statement, ...]:
    """The statements of a source text.

    Args:
        text: The source text.
        located: The nodes of its tree.
    """
    rows = _rows(text)
    tokens = _tokens(text, rows)
    starts = [token.start for token in tokens]

    def offset(line: int, column: int) -> int:
        """The offset in characters of a line and a column in bytes of UTF-8, as nodes have them."""
        begin = rows[line - 1]
        end = rows[line] if line < len(rows) else len(text)
        return begin + len(text[begin:end].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))

    def before(place: int, sought: str) -> _Token:
        """The last token with the text `sought` before an offset."""
        at = bisect_left(starts, place) - 1
        while tokens[at].text != sought:
            at -= 1
        return tokens[at]

    def first(node: Node) -> int:
        """Offset of a node, its decorators included."""
        if isinstance(node, ast.match_case):
            return before(offset(node.pattern.lineno, node.pattern.col_offset), "case").start
        if isinstance(node, SCOPES) and node.decorator_list:
            decorator = node.decorator_list[0]
            return before(offset(decorator.lineno, decorator.col_offset), "@").start
        return offset(node.lineno, node.col_offset)

    def last(node: Node) -> int:
        """Offset after a node, or after the colon of its header."""
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
                reads=_unique(reads_of(entry.node)),
                binds=_unique(binds_of(entry.node)),
                loop=entry.loops[-1] if entry.loops else None,
                scope=entry.scope,
            )
        )
    return tuple(statements)


def _rows(text: str) -> list[int]:
    """Offsets of the starts of lines."""
    rows = [0]
    rows.extend(at + 1 for at, character in enumerate(text) if character == "\n")
    return rows


def _tokens(text: str, rows: list[int]) -> list[_Token]:
    """The tokens of a text that parses, without those of layout."""
    return [
        _Token(token.string, rows[token.start[0] - 1] + token.start[1], rows[token.end[0] - 1] + token.end[1])
        for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline)
        if token.type not in _LAYOUT
    ]


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


_IMPORTS = ("import", "importfrom")
_MARKER = re.compile(r"-{1,}8<-{1,} \[\s*(?P<edge>start|end)\s*:\s*(?P<name>[A-Za-z][-\w]*)\s*\]")


@dataclass(frozen=True)
class Snippet:
    """A Python file that parses."""

    path: str
    """The file's path as given, with forward slashes."""
    stem: str
    """Its name without folder and suffix."""
    text: str
    """The source text."""
    statements: tuple[Statement, ...]
    """Its statements in the order of the source."""
    imports: tuple[str, ...]
    """Top-level names of the modules that it imports anywhere, in order of first appearance."""
    sections: Mapping[str, tuple[int, int]]
    """For each named section the first and the last line between the markers, from 1; first > last if there is no line."""
    module_names: tuple[str, ...]
    """Names that it binds at module level, `global` ones of functions included."""
    inner_names: tuple[str, ...]
    """Names that it binds in functions and classes, parameters included."""

    @cached_property
    def _key(self) -> str:
        return _key(readable(self.text))

    def contains(self, code: str) -> bool:
        """Whether it contains some code, which may end in `...`. White space does not count, nor do comments of the snippet."""
        key = _quote_key(code)
        return key != _key(()) and key in self._key

    @cached_property
    def imported_names(self) -> frozenset[str]:
        """The names that `import` statements bind."""
        return frozenset(name for each in self.statements if each.kind == "import" for name in each.binds)

    def names_from_outside(self, book: Collection[str]) -> frozenset[str]:
        """The names that only imports bind, without those imported from modules of the book.

        Args:
            book: The names of these modules.
        """
        own = {name for each in self.statements if each.kind not in _IMPORTS for name in each.binds}
        imported = {name for each in self.statements if each.kind in _IMPORTS for name in each.binds}
        return frozenset(imported - own - {*_imported_from(book, self.statements)})


def _key(tokens: Iterable[str]) -> str:
    """Tokens as one string. That of a piece of code is a part of that of the code."""
    return _SEPARATOR.join(["", *tokens, ""])


@lru_cache(maxsize=1024)  # a quote is searched for in every snippet
def _quote_key(code: str) -> str:
    quoted = code.strip().removesuffix("...") if code.strip() != "..." else code
    # Comments in a quote are compared: nothing else checks them.
    return _key(readable(quoted, _LAYOUT - {tokenize.COMMENT}))


def parse(path: str, text: str) -> Snippet:
    """Parse a snippet.

    Args:
        path: The file's path, for messages.
        text: Its source text.

    Raises:
        BookError: Its syntax is wrong, or section markers are, all of which are reported together.
    """
    if (null := text.find("\0")) >= 0:
        # Python's own message differs between versions, and has no line.
        message = "this is not Python: there is a NUL character"
        remedy = "remove the NUL character"
        raise BookError([Problem(path, *place(text, null), message, found="\\0", remedy=remedy, kind="snippet")])
    parsed = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, path)
            parsed = True
            compile(text, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise BookError([_syntax(path, text, error, counts_bytes=parsed)]) from error
    except (RecursionError, MemoryError) as error:
        problem = Problem(
            path, 1, 1, "this is not Python: too deeply nested", remedy="write it in several statements", kind="snippet"
        )
        raise BookError([problem]) from error
    located = locate(tree)
    module_names, inner_names = _bound(located, statements := describe(text, located))
    return Snippet(
        path=path,
        stem=PurePath(path).stem,
        text=text,
        statements=statements,
        imports=_imports(located),
        sections=_sections(path, text),
        module_names=module_names,
        inner_names=inner_names,
    )


def _syntax(path: str, text: str, error: SyntaxError, *, counts_bytes: bool) -> Problem:
    """The problem of a syntax error, with its column in characters."""
    line = max(error.lineno or 1, 1)
    column = max(error.offset or 1, 1)
    rows = text.split("\n")
    row = rows[line - 1] if line <= len(rows) else ""
    if counts_bytes:
        column = len(row.encode("utf-8", "surrogatepass")[: column - 1].decode("utf-8", "ignore")) + 1
    found = row.strip()
    return Problem(
        path,
        line,
        column,
        f"this is not Python: {error.msg}",
        found=found,
        remedy="mend the syntax of the snippet",
        kind="snippet",
    )


def _imports(located: tuple[Located, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for entry in located:
        if isinstance(entry.node, ast.Import):
            found.update(dict.fromkeys(alias.name.split(".")[0] for alias in entry.node.names))
        elif isinstance(entry.node, ast.ImportFrom) and not entry.node.level and entry.node.module:
            found[entry.node.module.split(".")[0]] = None
    return tuple(found)


def _imported_from(modules: Collection[str], statements: tuple[Statement, ...]) -> Iterator[str]:
    """The names that statements import from the given modules, or from a package around the snippet."""
    for statement in statements:
        for node in ast.parse(statement.code).body if statement.kind in _IMPORTS else ():
            if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] in modules):
                yield from (alias.asname or alias.name for alias in node.names)
            elif isinstance(node, ast.Import):
                parts = ((alias.asname, alias.name.split(".")[0]) for alias in node.names)
                yield from (name or module for name, module in parts if module in modules)


def _bound(located: tuple[Located, ...], statements: tuple[Statement, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names bound at module level, and those bound in functions and classes."""
    outer: dict[str, None] = {}
    inner: dict[str, None] = {}
    declared: dict[int | None, set[str]] = {}
    for entry in located:
        if isinstance(entry.node, ast.Global):
            declared.setdefault(entry.scope, set()).update(entry.node.names)
    for entry, statement in zip(located, statements, strict=True):
        for name in statement.binds:
            is_outer = entry.scope is None or name in declared.get(entry.scope, ())
            (outer if is_outer else inner)[name] = None
        if isinstance(entry.node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner.update(dict.fromkeys(parameters(entry.node.args)))
    return tuple(outer), tuple(inner)


def _sections(path: str, text: str) -> Mapping[str, tuple[int, int]]:
    """The sections between markers in comments.

    Raises:
        BookError: A marker occurs twice, or without its counterpart.
    """
    opened: dict[str, tuple[int, int]] = {}
    found: dict[str, tuple[int, int]] = {}
    problems = []
    for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline):
        match = _MARKER.search(token.string) if token.type == tokenize.COMMENT else None
        if match is None:
            continue
        name, line, column = match["name"], token.start[0], token.start[1] + 1
        if match["edge"] == "start":
            if name in opened or name in found:
                message = f"the section `{name}` starts a second time"
                problems.append(
                    Problem(
                        path, line, column, message, found=token.string, remedy="give it another name", kind="snippet"
                    )
                )
            else:
                opened[name] = (line, column)
        elif name in opened:
            found[name] = (opened.pop(name)[0] + 1, line - 1)
        else:
            message = f"the section `{name}` ends without a start"
            remedy = f"write `# --8<-- [start:{name}]` above it, or remove this line"
            problems.append(Problem(path, line, column, message, found=token.string, remedy=remedy, kind="snippet"))
    for name, (line, column) in opened.items():
        remedy = f"write `# --8<-- [end:{name}]` below it"
        problems.append(
            Problem(path, line, column, f"the section `{name}` does not end", remedy=remedy, kind="snippet")
        )
    if problems:
        raise BookError(problems)
    return MappingProxyType(found)
