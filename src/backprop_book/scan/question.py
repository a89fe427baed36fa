"""question: turns the expression of a claim into probes of runs.

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
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from backprop_book.core import expressions
from backprop_book.core.expressions import ClaimExpression, ExpressionError, build
from backprop_book.core.model import Probe
from backprop_book.scan.question_model import ExpressionDiagnostic, Part, Question
from backprop_book.scan.split_by_run import NO_LISTING, RunSplitter, of_listing, strip

_PROVIDED = frozenset((*dir(builtins), "np", "series"))
"""Names that exist in every evaluation."""


def read(text: str) -> ClaimExpression | ExpressionDiagnostic:
    """Parse an expression; return a mistake if it is malformed."""
    try:
        return expressions.read(text)
    except ExpressionError as error:
        return ExpressionDiagnostic(error.offset, error.message, error.remedy)


def ask(
    expression: str | ClaimExpression,
    listing: str | None,
    snippets: Collection[str],
    statement: int | None = None,
    shared: Collection[str] = (),
) -> Question | ExpressionDiagnostic:
    """Turn an expression into a question.

    Args:
        expression: The expression, or its text.
        listing: Stem of the snippet that plain names belong to; None where there is none.
        snippets: The stems of all snippets.
        statement: In notes, the statement right after which plain names are read.
        shared: Stems that are also names in the listing, so that they are ambiguous.

    Returns:
        The question, or the first mistake in the expression.
    """
    found = read(expression) if isinstance(expression, str) else expression
    if isinstance(found, ExpressionDiagnostic):
        return found
    return _ask(found, listing, frozenset(snippets), statement, frozenset(shared))


@lru_cache(maxsize=8192)  # a pure function; an edit of one cell asks again only what has changed in its table
def _ask(
    expression: ClaimExpression,
    listing: str | None,
    snippets: frozenset[str],
    statement: int | None,
    shared: frozenset[str],
) -> Question | ExpressionDiagnostic:
    foreign = [name for name in expression.names if name in snippets]
    if unclear := next((name for name in foreign if name in shared), None):
        return ExpressionDiagnostic(
            0, f"`{unclear}` is both a snippet and a name of {listing}.py", "rename the one or the other"
        )
    own = [name for name in expression.names if name not in snippets and name not in _PROVIDED]
    if listing is None and (owner := _owner(expression.trees, own)) is not None:
        near = difflib.get_close_matches(owner, sorted(snippets), 1)
        remedy = f"did you mean `{near[0]}`?" if near else NO_LISTING
        message = f"there is no snippet `{owner}`, and no listing above that it could belong to"
        return ExpressionDiagnostic(0, message, remedy, unplaced=True, owner=owner)
    if len(foreign) > 1 or (foreign and own and foreign[0] != listing):
        return _combine(expression, listing, snippets, statement, foreign, own)
    asked = expression
    if foreign:
        stripped = [strip(tree, foreign[0]) for tree in expression.trees]
        if mistake := next((each for each in stripped if isinstance(each, ExpressionDiagnostic)), None):
            return mistake
        bare = [tree for tree in stripped if not isinstance(tree, ExpressionDiagnostic)]
        expression = build(bare[0], expression.moment, *bare[1:])
        if not own:
            probe = Probe(expression.body, expression.moment, None, expression.condition_text)
            return Question((Part(foreign[0], probe, expression),), asked)
    part = of_listing(expression, listing, statement)
    return part if isinstance(part, ExpressionDiagnostic) else Question((part,), asked)


def _combine(
    expression: ClaimExpression,
    listing: str | None,
    snippets: frozenset[str],
    statement: int | None,
    foreign: Sequence[str],
    own: Sequence[str],
) -> Question | ExpressionDiagnostic:
    """Return the question of an expression over several runs: its parts, and the expression that combines their values."""
    if expression.moment != "end":
        return ExpressionDiagnostic(
            0,
            f"`{expression.moment}` can speak of one run only, and this reads several: {', '.join([*foreign, *own])}",
            "ask one run at that moment, or compare what the runs end with",
        )
    if own and listing is None:
        return ExpressionDiagnostic(
            0, f"there is no listing above that `{own[0]}` could belong to", NO_LISTING, unplaced=True
        )
    splitter = RunSplitter(snippets, frozenset(own), listing or "", statement)
    combination = ast.unparse(splitter.visit(copy.deepcopy(expression.tree)))
    if splitter.mistakes:
        return splitter.mistakes[0]
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
