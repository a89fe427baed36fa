"""question: turns the expression of a claim into a `Question`, the probes of runs that answer it.

    loss                                    the value at the end of the run (in notes: right after the statement)
    loss when step == 10                    the last state in which the condition held
    h[0] == 0 always    h[1] > 0 never      over all states in which the names exist
    series(loss)[-1] < series(loss)[0]      values over the iterations of the loop, as an array
    training_step_pytorch.loss_new          a name of another snippet's run
    abs(a.loss - b.loss) < 1e-6             parts of several runs, combined afterwards

An expression with names of one run becomes one probe, which is evaluated in the process of the run, with all that is there. One with
names of several runs is split into parts: a name of one run with its attributes, constant indices and calls with constant arguments.
The values of the parts are sent to another process, which evaluates the rest of the expression, with NumPy as `np`.
"""

import ast
import builtins
import copy
import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache

from backprop_book.core.expressions import ClaimExpression, ExpressionError, build, free_names
from backprop_book.core.model import Moment, Probe

_PROVIDED = frozenset((*dir(builtins), "np", "series"))
"""Names that exist in every evaluation."""
_NO_LISTING = "name the snippet (`snippet.name`), or the page's listing in the front matter: `book: {listing: snippet}`"


@dataclass(frozen=True, slots=True)
class Place:
    """The run that the names at a place of a document refer to."""

    listing: str | None
    """Stem of the listing above, or of the snippet that the notes explain."""
    statement: int | None = None
    """In a note, the index of the statement right after which claims are evaluated."""
    silent: bool = False
    """Whether the listing is missing or broken, which is reported elsewhere."""


@dataclass(frozen=True, slots=True)
class Part:
    """A probe of one run."""

    snippet: str
    """Stem of the snippet whose run answers."""
    probe: Probe
    """The probe."""
    expression: ClaimExpression = field(compare=False, repr=False)
    """The expression of the probe, parsed."""


@dataclass(frozen=True, slots=True)
class Question:
    """The probes of an expression, and how their answers are combined."""

    parts: tuple[Part, ...]
    """The probes; at least one."""
    expression: ClaimExpression = field(compare=False, repr=False)
    """The whole expression, parsed."""
    combination: str = ""
    """An expression over `part_0`, `part_1`, ... that combines several parts; empty where the only part is the answer."""


class UnplacedError(ExpressionError):
    """An expression names no snippet, and no listing stands above it."""

    def __init__(self, message: str, remedy: str = _NO_LISTING, owner: str = "") -> None:
        super().__init__(0, message, remedy)
        self.owner = owner
        """The name that is written like a snippet, `name.part`, but is none."""


def probes_of(questions: Iterable[Question]) -> Mapping[str, tuple[Probe, ...]]:
    """Return the probes of questions by snippet: each probe once, in the order of the questions."""
    found: dict[str, dict[Probe, None]] = {}
    for question in questions:
        for part in question.parts:
            found.setdefault(part.snippet, {})[part.probe] = None
    return {stem: tuple(probes) for stem, probes in found.items()}


@lru_cache(maxsize=8192)  # a pure function; a change of one cell asks again only what has changed in its table
def ask(
    expression: ClaimExpression, place: Place, snippets: frozenset[str], shared: frozenset[str] = frozenset()
) -> Question:
    """Turn an expression into a question.

    Args:
        expression: The expression.
        place: What plain names refer to.
        snippets: The stems of all snippets.
        shared: Stems that are also names in the listing, so that they are ambiguous.

    Raises:
        ExpressionError: No run can answer it.
    """
    foreign = [name for name in expression.names if name in snippets]
    if unclear := next((name for name in foreign if name in shared), None):
        message = f"`{unclear}` is both a snippet and a name of {place.listing}.py"
        raise ExpressionError(0, message, "rename the one or the other")
    own = [name for name in expression.names if name not in snippets and name not in _PROVIDED]
    if place.listing is None and (owner := _owner(expression.trees, own)) is not None:
        near = difflib.get_close_matches(owner, sorted(snippets), 1)
        remedy = f"did you mean `{near[0]}`?" if near else _NO_LISTING
        message = f"there is no snippet `{owner}`, and no listing above that it could belong to"
        raise UnplacedError(message, remedy, owner)
    if len(foreign) > 1 or (foreign and own and foreign[0] != place.listing):
        return _combine(expression, place, snippets, foreign, own)
    if not foreign:
        return Question((_of_listing(expression, place),), expression)
    tree, *condition = (_Stripper(foreign[0]).visit(copy.deepcopy(each)) for each in expression.trees)
    bare = build(tree, expression.moment, *condition)
    return Question((_of_listing(bare, place) if own else _of_snippet(bare, foreign[0]),), expression)


def _combine(
    expression: ClaimExpression, place: Place, snippets: Set[str], foreign: Sequence[str], own: Sequence[str]
) -> Question:
    """Return the question of an expression over several runs: its parts, and the expression that combines their values."""
    if expression.moment != "end":
        names = ", ".join([*foreign, *own])
        message = f"`{expression.moment}` can speak of one run only, and this reads several: {names}"
        raise ExpressionError(0, message, "ask one run at that moment, or compare what the runs end with")
    if own and place.listing is None:
        raise UnplacedError(f"there is no listing above that `{own[0]}` could belong to")
    splitter = _RunSplitter(snippets, frozenset(own), place)
    combination = ast.unparse(splitter.visit(copy.deepcopy(expression.tree)))
    return Question(tuple(splitter.parts), expression, combination)


def _owner(trees: Iterable[ast.expr], own: Collection[str]) -> str | None:
    """Return the first of `own` that is written like a snippet, `name.part`; None if there is none."""
    asked = {
        node.value.id
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    return next((name for name in own if name in asked), None)


def _of_listing(expression: ClaimExpression, place: Place) -> Part:
    if place.listing is None:
        raise UnplacedError("there is no listing above that this could speak of")
    moment: Moment = expression.moment
    if moment == "end" and place.statement is not None and "series" not in free_names(expression.tree):
        moment = "after"
    scope = None if moment == "end" else place.statement
    return Part(place.listing, Probe(expression.body, moment, scope, expression.condition_text), expression)


def _of_snippet(expression: ClaimExpression, stem: str) -> Part:
    return Part(stem, Probe(expression.body, expression.moment, None, expression.condition_text), expression)


class _Stripper(ast.NodeTransformer):
    """Replaces `stem.name` by `name` in an expression that is evaluated in the run of that snippet."""

    def __init__(self, stem: str) -> None:
        self.stem = stem

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == self.stem:
            return ast.copy_location(ast.Name(node.attr, ast.Load()), node)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == self.stem:
            message = f"`{self.stem}` is a snippet, not a value"
            raise ExpressionError(node.col_offset, message, f"say which of its names: `{self.stem}.name`")
        return node


class _RunSplitter(ast.NodeTransformer):
    """Replaces the parts of an expression that belong to one run by `part_0`, `part_1` and so on.

    Args:
        snippets: The stems of all snippets.
        own: The names that belong to the listing.
        place: The listing.
    """

    def __init__(self, snippets: Set[str], own: frozenset[str], place: Place) -> None:
        self.snippets = snippets
        self.own = own
        self.place = place
        self.parts: list[Part] = []

    def visit(self, node: ast.AST) -> ast.AST:
        """Replace a node that belongs to one run."""
        root = self._root(node) if isinstance(node, ast.expr) else None
        if root is None or not isinstance(node, ast.expr):
            return self.generic_visit(node)
        if root in self.snippets:
            part = _of_snippet(build(_Stripper(root).visit(node)), root)
        else:
            part = _of_listing(build(node), self.place)
        if part not in self.parts:
            self.parts.append(part)
        return ast.copy_location(ast.Name(f"part_{self.parts.index(part)}", ast.Load()), node)

    def _root(self, node: ast.expr) -> str | None:
        """The snippet or name at the beginning of a chain of attributes, constant indices and calls with constant arguments."""
        match node:
            case ast.Call(func=ast.Name(id="series"), args=arguments):
                names = {name for argument in arguments[:1] for name in free_names(argument)}
                foreign, own = names & self.snippets, names & self.own
                if len(foreign) + bool(own and self.place.listing not in foreign) != 1:
                    remedy = "write a series for each run: series(a.loss) - series(b.loss)"
                    raise ExpressionError(node.col_offset, "a series is of one run", remedy)
                return (foreign or own).pop()
            case ast.Name(id=name):
                return name if name in self.snippets or name in self.own else None
            case ast.Attribute(value=value):
                return self._root(value)
            case ast.Subscript(value=value, slice=index) if not free_names(index):
                return self._root(value)
            case ast.Call(func=function, args=given, keywords=named):
                is_constant = not any(free_names(each) for each in (*given, *(each.value for each in named)))
                return self._root(function) if is_constant else None
        return None
