"""source: a snippet's text, its statements, sections, imports and names."""

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType

from backprop_book.errors import BookError, Problem, place
from backprop_book.model import Statement
from backprop_book.snippet.bindings import parameters
from backprop_book.snippet.nodes import Located, locate
from backprop_book.snippet.statements import describe

_IMPORTS = ("import", "importfrom")
_MARKER = re.compile(r"-{1,}8<-{1,} \[\s*(?P<edge>start|end)\s*:\s*(?P<name>[A-Za-z][-\w]*)\s*\]")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A Python file that parses."""

    path: str
    """The file as given, with forward slashes."""
    stem: str
    """Its name without folder and suffix."""
    text: str
    """Its source text."""
    statements: tuple[Statement, ...]
    """Its statements in the order of the source."""
    imports: tuple[str, ...]
    """Top-level names of the modules that it imports anywhere, in order of first appearance."""
    sections: Mapping[str, tuple[int, int]]
    """Named sections: the first and the last line between the markers, from 1 (first > last where there is none)."""
    module_names: tuple[str, ...]
    """Names that it binds at module level, `global` ones of functions included."""
    inner_names: tuple[str, ...]
    """Names that it binds in functions and classes, parameters included."""

    @property
    def imported_names(self) -> frozenset[str]:
        """Names that its imports bind."""
        return frozenset(name for each in self.statements if each.kind == "import" for name in each.binds)

    def names_from_outside(self, book: Collection[str]) -> frozenset[str]:
        """Names that nothing but its imports binds, without those that it imports from some modules.

        Args:
            book: The names of these modules.
        """
        own = {name for each in self.statements if each.kind not in _IMPORTS for name in each.binds}
        imported = {name for each in self.statements if each.kind in _IMPORTS for name in each.binds}
        return frozenset(imported - own - {*_imported_from(book, self.statements)})


def parse(path: str, text: str) -> Snippet:
    """Take a Python file apart.

    Args:
        path: The file's path, for messages.
        text: Its source text.

    Returns:
        The snippet.

    Raises:
        BookError: Its syntax or its section markers are wrong; all markers that are, at once.
    """
    if (null := text.find("\0")) >= 0:
        # Versions of Python differ in how they say so, and none of them says where.
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


def names(snippet: Snippet) -> tuple[str, ...]:
    """Names bound at module level, in order of first appearance."""
    return snippet.module_names


def loops(snippet: Snippet) -> tuple[Statement, ...]:
    """The loop statements, in the order of the source."""
    return tuple(statement for statement in snippet.statements if statement.kind in {"for", "asyncfor", "while"})


def _syntax(path: str, text: str, error: SyntaxError, *, counts_bytes: bool) -> Problem:
    """A syntax error as a problem; its column is one of characters."""
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
    """Names that statements import from some modules, or from a package around the snippet."""
    for statement in statements:
        for node in ast.parse(statement.code).body if statement.kind in _IMPORTS else ():
            if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] in modules):
                yield from (alias.asname or alias.name for alias in node.names)
            elif isinstance(node, ast.Import):
                parts = ((alias.asname, alias.name.split(".")[0]) for alias in node.names)
                yield from (name or module for name, module in parts if module in modules)


def _bound(located: tuple[Located, ...], statements: tuple[Statement, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names bound at module level, and names bound in functions and classes."""
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
    """Sections between markers in comments.

    Raises:
        BookError: Markers that are doubled, or have no partner.
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
