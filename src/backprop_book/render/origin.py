"""origin: which step of a run made what an expression says.

The value of an expression is the same from the step on that last changed what it reads. That step is the one to show: for
`y_hat[0]` the line that computed `y_hat`, not the end of the program, where nothing of it can be seen.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backprop_book.model import LoopRun, Probe, Step, Trace
from backprop_book.record.question import Series, ask
from backprop_book.tracing import state

_NOT_KEPT = "in a run of it that was not kept"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the value of an expression comes from."""

    statement: int | None = None
    """The statement that made it; None where no statement in particular did."""
    step: int | None = None
    """The step that made it; None where that step was not kept."""
    moment: str = ""
    """When it was looked at, in words; empty where the step says it all, and where nothing of the run was read."""


def origin(trace: Trace, probe: Probe, answered: int | None) -> Origin:
    """Find the step that an answer comes from.

    Args:
        trace: The run.
        probe: What it was asked.
        answered: The kept step in whose state, or before whose successor, the answer was seen; None at the end of the run.
    """
    if probe.moment in ("always", "never"):
        return Origin(moment="in every state of the run")
    if probe.moment == "after":
        first = next(
            (step.index for step in trace.steps if step.statement == probe.statement and not step.skipped), None
        )
        return Origin(probe.statement, first)
    tree = ast.parse(probe.expression.strip(), mode="eval").body
    if series := ask(probe, trace.statements, ()).series:
        return _of_series(trace, tree, series)
    names = frozenset(_names(tree))
    if not names:
        return Origin()
    frame = 0 if answered is None else trace.steps[answered].frame
    making = [step for step in trace.steps if step.frame == frame and _makes(trace, step, names)]
    made = [step for step in making if answered is None or step.index <= answered]
    if not made:
        return _unmade(trace, names, answered)
    unseen = _unseen(trace, probe.condition or "", answered) if probe.moment == "when" else ""
    if unseen or made[-1].skipped:
        line = next((step.statement for step in reversed(making) if not step.skipped), None)
        return Origin(line, moment=unseen or _NOT_KEPT)
    return Origin(made[-1].statement, made[-1].index)


def _of_series(trace: Trace, tree: ast.expr, series: Sequence[Series]) -> Origin:
    """Where what is made of the values over iterations comes from: one iteration, if one element is all that is read."""
    loop = series[0].loop
    names = frozenset(name for each in series for name in _names(ast.parse(each.source, mode="eval")))
    inside = [step for step in trace.steps if any(of == loop for of, _ in step.iterations)]
    made = [step for step in inside if _makes(trace, step, names)]
    line = next((step.statement for step in reversed(made) if not step.skipped), None)
    element = _element(tree)
    if element is None or line is None or any(each.loop != loop for each in series):
        return Origin(line, moment="over all iterations")
    found = _iteration(trace, loop, element, names)
    if found is None:
        return Origin(line, moment="in one of its runs")
    run, iteration = found
    ends = [step.index for step in inside if step.frame == run.frame and (loop, iteration) in step.iterations]
    before = [step for step in made if ends and step.frame == run.frame and step.index <= ends[-1]]
    if not before or before[-1].skipped:
        return Origin(line, moment=f"in iteration {iteration + 1} of {run.iterations}, which was not kept")
    return Origin(before[-1].statement, before[-1].index)


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
    """The run of a loop and the iteration in it that gave an element of a series; None where nobody can tell."""
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


def _unmade(trace: Trace, names: frozenset[str], answered: int | None) -> Origin:
    """Where a value comes from that no kept step before the answer made: from a call that was not kept, if a line can make it."""
    if answered is None:
        return Origin(moment="at the end of the run")
    roots = {name.partition(".")[0] for name in names}
    lines = [
        s.index for s in trace.statements if trace.counts[s.index] and s.scope is not None and roots & set(s.binds)
    ]
    return Origin(lines[-1], moment=_NOT_KEPT) if lines else Origin(moment="during the run")


def _unseen(trace: Trace, condition: str, answered: int | None) -> str:
    """Why the state in which a condition held cannot be shown; empty where it is that after the kept step.

    Behind that step others may have been left out, and the state may be that after one of them. What can be told apart is a
    name that was to have a value.
    """
    at = -1 if answered is None else answered
    after = trace.steps[at + 1 :]
    if not after or not after[0].skipped:
        return ""
    test = ast.parse(condition.strip(), mode="eval").body
    if not (isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and isinstance(test.ops[0], ast.Eq)):
        return "in one of its runs"
    held = state(trace, at).get(test.left.id)
    return "" if held is not None and [held.data] == [_constant(right) for right in test.comparators] else _NOT_KEPT


def _constant(node: ast.expr) -> object:
    """The value of a literal; the node itself where it is none."""
    return node.value if isinstance(node, ast.Constant) else node


def _names(node: ast.AST) -> Iterator[str]:
    """The dotted names that an expression reads, each at its full length."""
    parts = []
    inner = node
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):
        yield ".".join([inner.id, *reversed(parts)])
        return
    for child in ast.iter_child_nodes(node):
        yield from _names(child)


def _makes(trace: Trace, step: Step, names: frozenset[str]) -> bool:
    """Whether a step made something that is read, be it what it was before: a value that comes out the same was computed, too."""
    statement = trace.statements[step.statement]
    changed = [c.name for c in step.changes if c.new is None or c.new.kind != "module"]
    is_import = statement.kind in ("import", "importfrom")
    bound = () if is_import or step.skipped or step.error else statement.binds
    return any(name.partition(".")[0] in bound or any(_touches(each, name) for each in changed) for name in names)


def _touches(changed: str, name: str) -> bool:
    """Whether a change of a dotted name touches what is read: that name, a part of it, or what it is a part or a method of."""
    return changed == name or changed.startswith(f"{name}.") or name.startswith(f"{changed}.")
