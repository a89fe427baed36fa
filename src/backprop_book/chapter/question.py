"""question: what an author's expression asks of which run, and at which moment.

    loss                                    the value at the end of the run (in notes: right after the statement)
    loss when step == 10                    the last state in which the condition held
    h[0] == 0 always    h[1] > 0 never      over all states in which the names exist
    series(loss)[-1] < series(loss)[0]      values over the iterations of the loop, as an array
    training_step_pytorch.loss_new          a name of another snippet's run
    abs(a.loss - b.loss) < 1e-6             parts of several runs, combined afterwards

An expression that touches one run only becomes one probe, so it may use anything that lives there. One that touches several is
cut into parts, each a name of one run with its attributes, constant indices and calls with constant arguments. The values of the
parts are sent over, and the rest of the expression is evaluated on them, with NumPy as `np`.
"""

import ast
import builtins
import re
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from backprop_book.model import Moment, Probe

_ALWAYS_NEVER = re.compile(r"\s(always|never)\s*\Z")
_WHEN = re.compile(r"\swhen\s")
_PROVIDED = frozenset((*dir(builtins), "np", "series"))
"""Names that every evaluation has, whichever run it speaks of."""
NO_LISTING = "name the snippet (`snippet.name`), or the page's listing in the front matter: `book: {listing: snippet}`"
_COMPUTE = "compute it in the snippet, and claim the name"
_DEPTH = 60
_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class Part:
    """One probe on one run."""

    snippet: str
    """Stem of the snippet whose run answers."""
    probe: Probe
    """What it is asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """What an expression asks."""

    parts: tuple[Part, ...]
    """The probes; at least one."""
    combination: str = ""
    """An expression over `part_0`, `part_1`, ... that combines several parts; empty where the only part is the answer."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why an expression asks nothing."""

    offset: int
    """Where in the expression, from 0."""
    message: str
    """What is wrong, in one line."""
    remedy: str = "write one Python expression between the braces"
    """The one thing to do."""


def ask(
    expression: str,
    listing: str | None,
    snippets: Collection[str],
    statement: int | None = None,
    shared: Collection[str] = (),
) -> Question | Mistake:
    """Read an author's expression.

    Args:
        expression: what stands between the braces.
        listing: stem of the snippet that plain names belong to; None where there is none.
        snippets: the stems of all snippets.
        statement: in notes, the statement right after which plain names are read.
        shared: stems that the listing has names for, too, so that nobody knows which of them is meant.

    Returns:
        The question, or the first mistake in the expression.
    """
    return _ask(expression, listing, frozenset(snippets), statement, frozenset(shared))


@lru_cache(maxsize=8192)  # a pure function; an edit of one cell asks again only what has changed in its table
def _ask(
    expression: str, listing: str | None, snippets: frozenset[str], statement: int | None, shared: frozenset[str]
) -> Question | Mistake:
    text, moment, condition = _split_time(expression)
    trees: list[ast.expr] = []
    for piece in (text, condition):
        if piece is not None:
            tree = _parse(piece, max(expression.rfind(piece), 0) if piece is condition else 0)
            if isinstance(tree, Mistake):
                return tree
            trees.append(tree)
    roots = dict.fromkeys(name for tree in trees for name in _free_names(tree))
    foreign = [name for name in roots if name in snippets]
    if unclear := next((name for name in foreign if name in shared), None):
        return Mistake(0, f"`{unclear}` is both a snippet and a name of {listing}.py", "rename the one or the other")
    own = [name for name in roots if name not in snippets and name not in _PROVIDED]
    if not foreign:
        return _of_listing(text, moment, condition, listing, statement, trees[0])
    if len(foreign) == 1 and (not own or foreign[0] == listing):
        stripped = [_strip(tree, foreign[0]) for tree in trees]
        sources: list[str] = []
        for bare in stripped:
            if isinstance(bare, Mistake):
                return bare
            sources.append(ast.unparse(bare))
        if own:
            return _of_listing(sources[0], moment, sources[1] if condition else None, listing, statement, trees[0])
        return Question((Part(foreign[0], Probe(sources[0], moment, None, sources[1] if condition else None)),))
    if moment != "end":
        return Mistake(
            0,
            f"`{moment}` can speak of one run only, and this reads several: {', '.join([*foreign, *own])}",
            "ask one run at that moment, or compare what the runs end with",
        )
    if own and listing is None:
        return Mistake(0, f"there is no listing above that `{own[0]}` could belong to", NO_LISTING)
    cutter = _Cutter(snippets, frozenset(own), listing or "", statement)
    combination = ast.unparse(cutter.visit(trees[0]))
    if cutter.mistakes:
        return cutter.mistakes[0]
    return Question(tuple(cutter.parts), combination)


def negated(expression: str) -> str:
    """The expression that is False where this one is True, at the same moment."""
    text, moment, condition = _split_time(expression)
    tail = f" when {condition}" if condition is not None else "" if moment == "end" else f" {moment}"
    return f"not ({text}){tail}"


def fill(expression: str, row: int, cells: tuple[str | float | int, ...]) -> str:
    """The expression of a bound column for one row: `row` and `cell[k]` become constants.

    An index that the row does not have is left as it is, and so fails as an unknown name when it is evaluated.
    """
    return _fill(expression, row, tuple((type(cell).__name__, str(cell)) for cell in cells))


@lru_cache(maxsize=8192)  # as above; of cells by type and text, because 1 and 1.0, and 0.0 and -0.0, are equal
def _fill(expression: str, row: int, cells: tuple[tuple[str, str], ...]) -> str:
    text, moment, condition = _split_time(expression)
    types: Mapping[str, type[str | float | int]] = {"int": int, "float": float, "str": str}
    filler = _Filler(row, tuple(types[name](cell) for name, cell in cells))
    pieces = []
    for piece in (text, condition):
        if piece is not None:
            tree = _parse(piece, 0)
            # What does not parse is kept, so that `ask` reports it once for the column.
            pieces.append(piece if isinstance(tree, Mistake) else ast.unparse(filler.visit(tree)))
    if condition is not None:
        return f"{pieces[0]} when {pieces[1]}"
    return pieces[0] if moment == "end" else f"{pieces[0]} {moment}"


def _split_time(expression: str) -> tuple[str, Moment, str | None]:
    """Split the time words off: the bare expression, the moment, and the condition of a `when`."""
    if found := _ALWAYS_NEVER.search(expression):
        moment: Moment = "always" if found[1] == "always" else "never"
        return expression[: found.start()].strip(), moment, None
    for found in _WHEN.finditer(expression):
        # `when` may also stand inside a string: the split that leaves a whole expression before it is the one that is meant.
        if not isinstance(_parse(expression[: found.start()], 0), Mistake):
            return expression[: found.start()].strip(), "when", expression[found.end() :].strip()
    return expression.strip(), "end", None


def _parse(text: str, shift: int) -> ast.expr | Mistake:
    """Parse one Python expression; `shift` is where it begins in what the author wrote."""
    if not text.strip():
        return Mistake(shift, "an expression is missing")
    if len(text) > _LENGTH:
        return Mistake(shift, f"this expression is longer than {_LENGTH} characters", _COMPUTE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        # At the end of the text, Python gives no offset.
        at = error.offset - 1 if error.offset else len(text)
        return Mistake(shift + max(at, 0), f"this is not a Python expression: {error.msg}")
    except (ValueError, MemoryError, RecursionError) as error:
        return Mistake(shift, f"this is not a Python expression: {error or 'it is nested too deeply'}")
    nodes: list[tuple[ast.AST, int]] = [(tree, 0)]
    while nodes:
        node, depth = nodes.pop()
        if isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            return Mistake(shift + node.col_offset, "a claim only looks: it may not assign, await or yield", _COMPUTE)
        if depth > _DEPTH:
            return Mistake(shift, "this is not a Python expression: it is nested too deeply", _COMPUTE)
        nodes += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
    return tree


def _free_names(tree: ast.expr) -> list[str]:
    """Names that the expression reads from outside, in order, without those that it binds itself."""
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in bound
    ]
    return [node.id for node in sorted(found, key=lambda node: (node.lineno, node.col_offset))]


def _of_listing(
    text: str,
    moment: Moment,
    condition: str | None,
    listing: str | None,
    statement: int | None,
    tree: ast.expr,
) -> Question | Mistake:
    """A question to the listing's own run."""
    if listing is None:
        return Mistake(0, "there is no listing above that this could speak of", NO_LISTING)
    if moment == "end" and statement is not None and "series" not in _free_names(tree):
        moment = "after"
    scope = None if moment == "end" else statement
    return Question((Part(listing, Probe(text, moment, scope, condition)),))


def _strip(tree: ast.expr, stem: str) -> ast.expr | Mistake:
    """`stem.name` becomes `name` throughout, because the expression is evaluated inside that run."""
    stripper = _Stripper(stem)
    result = stripper.visit(tree)
    if stripper.alone is not None:
        return _alone(stripper.alone, stem)
    assert isinstance(result, ast.expr)
    return result


def _alone(node: ast.Name, stem: str) -> Mistake:
    return Mistake(node.col_offset, f"`{stem}` is a snippet, not a value", f"say which of its names: `{stem}.name`")


class _Stripper(ast.NodeTransformer):
    """Takes the stem of one snippet off; remembers where it stands alone."""

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.alone: ast.Name | None = None

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == self.stem:
            return ast.copy_location(ast.Name(node.attr, ast.Load()), node)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == self.stem:
            self.alone = node
        return node


class _Filler(ast.NodeTransformer):
    """Puts the number of a row, and the contents of its cells, in place of `row` and `cell[k]`."""

    def __init__(self, row: int, cells: tuple[str | float | int, ...]) -> None:
        self.row = row
        self.cells = cells

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Constant(self.row), node) if node.id == "row" else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(node.value, ast.Name) and node.value.id == "cell" and isinstance(index, int):
            return ast.copy_location(ast.Constant(self.cells[index]), node) if index < len(self.cells) else node
        return self.generic_visit(node)


class _Cutter(ast.NodeTransformer):
    """Cuts an expression over several runs into parts, each of one run."""

    def __init__(self, snippets: frozenset[str], own: frozenset[str], listing: str, statement: int | None) -> None:
        self.snippets = snippets
        self.own = own
        self.listing = listing
        self.statement = statement
        self.parts: list[Part] = []
        self.mistakes: list[Mistake] = []

    def visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, ast.expr):
            return self.generic_visit(node)
        root = self._root(node)
        if root is None:
            return self.generic_visit(node)
        if root in self.snippets:
            piece = _strip(node, root)
            if isinstance(piece, Mistake):
                self.mistakes.append(piece)
                return node
            question: Question | Mistake = Question((Part(root, Probe(ast.unparse(piece))),))
        else:
            question = _of_listing(ast.unparse(node), "end", None, self.listing, self.statement, node)
        assert isinstance(question, Question)
        part = question.parts[0]
        if part not in self.parts:
            self.parts.append(part)
        return ast.copy_location(ast.Name(f"part_{self.parts.index(part)}", ast.Load()), node)

    def _root(self, node: ast.expr) -> str | None:
        """The snippet or own name that a chain of attributes, constant indices and constant calls begins with."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "series":
            names = {name for argument in node.args[:1] for name in _free_names(argument)}
            runs = (names & self.snippets) | ({self.listing} if names & self.own else set())
            if len(runs) == 1:
                return (names & self.snippets or names & self.own).pop()
            self.mistakes.append(
                Mistake(
                    node.col_offset,
                    "a series is of one run",
                    "write a series for each run: series(a.loss) - series(b.loss)",
                )
            )
            return None
        if isinstance(node, ast.Name):
            return node.id if node.id in self.snippets or node.id in self.own else None
        if isinstance(node, ast.Attribute):
            return self._root(node.value)
        if isinstance(node, ast.Subscript) and not _free_names(node.slice):
            return self._root(node.value)
        if isinstance(node, ast.Call) and not any(
            _free_names(part) for part in [*node.args, *(k.value for k in node.keywords)]
        ):
            return self._root(node.func)
        return None
