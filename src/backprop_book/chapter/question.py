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
import difflib
from collections.abc import Collection, Iterable
from functools import lru_cache

from backprop_book.chapter.asked import Mistake, Part, Question
from backprop_book.chapter.expression import free_names, misplaced, parse, split_time
from backprop_book.chapter.split_by_run import NO_LISTING, RunSplitter, of_listing, strip
from backprop_book.model import Probe

_PROVIDED = frozenset((*dir(builtins), "np", "series"))
"""Names that every evaluation has, whichever run it speaks of."""


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
    text, moment, condition = split_time(expression)
    trees: list[ast.expr] = []
    for piece in (text, condition):
        if piece is not None:
            tree = parse(piece, max(expression.rfind(piece), 0) if piece is condition else 0)
            if isinstance(tree, Mistake):
                return misplaced(expression) or tree
            trees.append(tree)
    roots = dict.fromkeys(name for tree in trees for name in free_names(tree))
    foreign = [name for name in roots if name in snippets]
    if unclear := next((name for name in foreign if name in shared), None):
        return Mistake(0, f"`{unclear}` is both a snippet and a name of {listing}.py", "rename the one or the other")
    own = [name for name in roots if name not in snippets and name not in _PROVIDED]
    if listing is None and (owner := _owner(trees, own)) is not None:
        near = difflib.get_close_matches(owner, sorted(snippets), 1)
        remedy = f"did you mean `{near[0]}`?" if near else NO_LISTING
        message = f"there is no snippet `{owner}`, and no listing above that it could belong to"
        return Mistake(0, message, remedy, unplaced=True, owner=owner)
    if not foreign:
        return of_listing(text, moment, condition, listing, statement, trees[0])
    if len(foreign) == 1 and (not own or foreign[0] == listing):
        stripped = [strip(tree, foreign[0]) for tree in trees]
        sources: list[str] = []
        for bare in stripped:
            if isinstance(bare, Mistake):
                return bare
            sources.append(ast.unparse(bare))
        if own:
            return of_listing(sources[0], moment, sources[1] if condition else None, listing, statement, trees[0])
        return Question((Part(foreign[0], Probe(sources[0], moment, None, sources[1] if condition else None)),))
    if moment != "end":
        return Mistake(
            0,
            f"`{moment}` can speak of one run only, and this reads several: {', '.join([*foreign, *own])}",
            "ask one run at that moment, or compare what the runs end with",
        )
    if own and listing is None:
        return Mistake(0, f"there is no listing above that `{own[0]}` could belong to", NO_LISTING, unplaced=True)
    splitter = RunSplitter(snippets, frozenset(own), listing or "", statement)
    combination = ast.unparse(splitter.visit(trees[0]))
    if splitter.mistakes:
        return splitter.mistakes[0]
    return Question(tuple(splitter.parts), combination)


def _owner(trees: Iterable[ast.expr], own: Collection[str]) -> str | None:
    """The first of the names that are no snippets of which something is asked as of a snippet, `name.part`; None without any."""
    asked = {
        node.value.id
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    return next((name for name in own if name in asked), None)
