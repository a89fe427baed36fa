"""provenance: which step of a run made a value that the prose states. Errors and pages name the statement that is found here.

The value of an expression is the same from the step on that last made what it reads. That step is the one to show: for
`y_hat[0]` the line that computed `y_hat`, not the end of the program, where nothing of it can be seen.
"""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backprop_book.core.expressions import dotted_names
from backprop_book.core.model import Answer, LoopRun, Step, Trace
from backprop_book.core.problems import legible, lines
from backprop_book.record.expressions import series_of
from backprop_book.run import state
from backprop_book.scan.document import Output
from backprop_book.scan.question import Part, Question

_NOT_KEPT = "in a run of it that was not kept"


@dataclass(frozen=True, slots=True)
class Provenance:
    """The place in the run of one snippet that a value comes from."""

    snippet: str
    """Stem of the snippet."""
    statement: int | None = None
    """The statement that made the value; None where no statement in particular did."""
    step: int | None = None
    """The step that made it; None where that step was not kept."""
    moment: str = ""
    """The moment at which it was looked at, in words; empty where the step says it all, and where nothing of the run was read."""


def provenance_of(question: Question, answer: Answer, trace: Callable[[str], Trace]) -> tuple[Provenance, ...]:
    """Find where the answer to a question comes from.

    Args:
        question: The question.
        answer: The answer; it has a value.
        trace: Gives the run of a snippet, by its stem.

    Returns:
        One place for each snippet that was asked, in the order of the expression: the latest one of its run.
    """
    found: dict[str, Provenance] = {}
    for part in question.parts:
        place = _place(trace(part.snippet), part, answer, is_end=bool(question.combination))
        known = found.get(part.snippet)
        if known is None or _step(place) > _step(known):
            found[part.snippet] = place
    return tuple(found.values())


def printed_by(output: Output, line: str, trace: Trace) -> tuple[Provenance, ...]:
    """Find the statement that printed a line of the output that a page shows; none where no kept step did."""
    steps = (step for step in trace.steps if line and line in lines(legible(step.output)))
    return tuple(Provenance(output.listing, step.statement, step.index) for step in steps)[:1]


def _step(place: Provenance) -> int:
    return -1 if place.step is None else place.step


def _place(trace: Trace, part: Part, answer: Answer, *, is_end: bool) -> Provenance:
    """Find where the value of a part of a question comes from, which was seen in the state of the answer or at the end."""
    stem, probe, tree = part.snippet, part.probe, part.expression.tree
    at = None if is_end else answer.step
    if probe.moment in ("always", "never") and answer.value is not None and answer.value.data is True:
        return Provenance(stem, moment="in every state of the run")
    if series := series_of(tree, probe, trace.statements):
        return _of_series(trace, part, series)
    names = frozenset(dotted_names(tree))
    if not names:
        return Provenance(stem)
    if probe.moment == "after":
        first = next((s.index for s in trace.steps if s.statement == probe.statement and not s.skipped), None)
        at = at if first is None else first
    frame = 0 if at is None else trace.steps[at].frame
    making = [step for step in trace.steps if step.frame == frame and _makes(trace, step, names)]
    made = [step for step in making if at is None or step.index <= at]
    if not made and probe.moment == "after":
        return Provenance(stem, probe.statement, at)
    if not made:
        return _unmade(trace, stem, names, at)
    unseen = _unseen(trace, part.expression.condition, at) if probe.moment == "when" else ""
    if unseen or made[-1].skipped:
        line = next((step.statement for step in reversed(making) if not step.skipped), None)
        return Provenance(stem, line, moment=unseen or _NOT_KEPT)
    return Provenance(stem, made[-1].statement, made[-1].index)


def _of_series(trace: Trace, part: Part, series: Sequence[tuple[ast.expr, int]]) -> Provenance:
    """Find where what is made of values over iterations comes from: one iteration, if one element is all that is read."""
    stem, loop = part.snippet, series[0][1]
    names = frozenset(name for sampled, _ in series for name in dotted_names(sampled))
    inside = [step for step in trace.steps if any(of == loop for of, _ in step.iterations)]
    made = [step for step in inside if _makes(trace, step, names)]
    line = next((step.statement for step in reversed(made) if not step.skipped), None)
    element = _element(part.expression.tree)
    if element is None or line is None or any(other != loop for _, other in series):
        return Provenance(stem, line, moment="over all iterations")
    found = _iteration(trace, loop, element, names)
    if found is None:
        return Provenance(stem, line, moment="in one of its runs")
    run, iteration = found
    ends = [step.index for step in inside if step.frame == run.frame and (loop, iteration) in step.iterations]
    before = [step for step in made if ends and step.frame == run.frame and step.index <= ends[-1]]
    if not before or before[-1].skipped:
        return Provenance(stem, line, moment=f"in iteration {iteration + 1} of {run.iterations}, which was not kept")
    return Provenance(stem, before[-1].statement, before[-1].index)


def _element(tree: ast.expr) -> int | None:
    """The one element of a series that an expression reads, counted from its end where it is negative; None if it reads more."""
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and _is_series(each)]
    indices = [_index(each.slice) for each in ast.walk(tree) if isinstance(each, ast.Subscript) and each.value in calls]
    return indices[0] if len(indices) == len(calls) and len({*indices}) == 1 else None


def _is_series(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "series"


def _index(node: ast.expr) -> int | None:
    """The first index, if it is a whole number that is written out."""
    first = node.elts[0] if isinstance(node, ast.Tuple) and node.elts else node
    try:
        value = ast.literal_eval(first)
    except ValueError:
        return None
    return value if type(value) is int else None


def _iteration(trace: Trace, loop: int, element: int, names: frozenset[str]) -> tuple[LoopRun, int] | None:
    """Find the run of a loop and the iteration that gave an element of a series; None if the trace does not say."""
    runs = [run for run in trace.loops if run.statement == loop]
    total = sum(run.iterations for run in runs)
    # The test of a `while` that fails counts, too.
    is_whole = total == trace.counts[loop] or (len(runs) == 1 and total == trace.counts[loop] - 1)
    if not is_whole or not _is_there_at_first(trace, runs[0], names):
        return None
    place = element if element >= 0 else total + element
    for run in runs:
        if place < run.iterations:
            return run, place
        place -= run.iterations
    return None


def _is_there_at_first(trace: Trace, run: LoopRun, names: frozenset[str]) -> bool:
    """Whether the names that a loop binds have values when its first iteration ends: an iteration without them gives no element."""
    roots = {name.partition(".")[0] for name in names}
    inside = [step for step in trace.steps if step.frame == run.frame and (run.statement, 0) in step.iterations]
    bound = {
        name
        for step in trace.steps
        if any(of == run.statement for of, _ in step.iterations)
        for name in trace.statements[step.statement].binds
    }
    held = state(trace, inside[-1].index) if inside else {}
    return all(name in held for name in roots & bound)


def _unmade(trace: Trace, stem: str, names: frozenset[str], answered: int | None) -> Provenance:
    """Where a value comes from that no kept step before the answer made: from a call that was not kept, if a line can make it."""
    if answered is None:
        return Provenance(stem, moment="at the end of the run")
    roots = {name.partition(".")[0] for name in names}
    made_by = [
        s.index for s in trace.statements if trace.counts[s.index] and s.scope is not None and roots & set(s.binds)
    ]
    return Provenance(stem, made_by[-1], moment=_NOT_KEPT) if made_by else Provenance(stem, moment="during the run")


def _unseen(trace: Trace, test: ast.expr | None, answered: int | None) -> str:
    """Say why the state in which a condition held cannot be shown; empty if it is the state after the kept step.

    Steps after the kept one may be missing from the trace, and the condition may have held after one of these. Only a condition
    such as `step == 10` tells: its name must have the value in the kept state.
    """
    at = -1 if answered is None else answered
    after = trace.steps[at + 1 :]
    if not after or not after[0].skipped:
        return ""
    if not (isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and isinstance(test.ops[0], ast.Eq)):
        return "in one of its runs"
    held = state(trace, at).get(test.left.id)
    return "" if held is not None and [held.data] == [_constant(right) for right in test.comparators] else _NOT_KEPT


def _constant(node: ast.expr) -> object:
    """The value of a literal; the node itself where it is none."""
    return node.value if isinstance(node, ast.Constant) else node


def _makes(trace: Trace, step: Step, names: frozenset[str]) -> bool:
    """Whether a step made something that is read, be it what it was before: a value that comes out the same was computed, too."""
    statement = trace.statements[step.statement]
    changed = [c.name for c in step.changes if c.new is None or c.new.kind != "module"]
    is_import = statement.kind in ("import", "importfrom")
    bound = () if is_import or step.skipped or step.error else statement.binds
    return any(name.partition(".")[0] in bound or any(_touches(each, name) for each in changed) for name in names)


def _touches(changed: str, name: str) -> bool:
    """Whether a changed dotted name is the name that is read, a part of that name, or an object that the name belongs to."""
    return changed == name or changed.startswith(f"{name}.") or name.startswith(f"{changed}.")
