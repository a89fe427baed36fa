"""origin: which step of a run made what an expression says.

The value of an expression is the same from the step on that last changed what it reads. That step is the one to show: for
`y_hat[0]` the line that computed `y_hat`, not the end of the program, where nothing of it can be seen.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from backprop_book.model import Probe, Step, Trace
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
    names = frozenset(_names(ast.parse(probe.expression.strip(), mode="eval").body))
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
    moment = "the last of all iterations" if "series" in names else ""
    return Origin(made[-1].statement, made[-1].index, moment)


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
