"""moments: what the page says about each kept step of a run, and about the steps that were not kept."""

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from backprop_book.core.model import Change, Statement, Step, Trace, Value
from backprop_book.core.problems import visible
from backprop_book.explain import Working, write_out
from backprop_book.record.activations import applies_relu, switched
from backprop_book.render.values import MAX_PARTS, UNCHANGED, Drawn, draw, outcome, show
from backprop_book.run import before, state

Iteration = tuple[int, tuple[tuple[int, int], ...]]
"""A frame, and the number of the iteration of each loop that runs in it."""
_FEW = 3
"""The largest number of switching neurons that are named one by one."""


_NOT_SHOWN = {"module", "function", "class"}
Draw = Callable[[Value], Drawn]
"""Draws a value."""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One variable that a step changed, as the page shows it."""

    name: str
    """Its dotted name."""
    old: Drawn | None
    """Its value before; None if it is new."""
    new: Drawn | None
    """Its value now; None if it is gone."""
    words: str
    """The change in words."""


@dataclass(frozen=True, slots=True)
class StepView:
    """One kept step with the words and values that the page shows for it."""

    step: Step
    """The step of the trace."""
    label: str
    """Which execution of its statement this is: `step = 10`, `relu, call 2`, `step = 4 · h[2] becomes inactive`; empty if there is
    only one."""
    changed: tuple[ChangeView, ...]
    """The variables that it changed or assigned."""
    read: tuple[tuple[str, Drawn], ...]
    """The values that its code read, before the step."""
    said: str
    """A sentence on the result of a test, a returned value, or an error; often empty."""
    arithmetic: tuple[Working, ...]
    """The arithmetic of each element of its result; empty where the statement has none."""


def moments(trace: Trace) -> Iterator[StepView]:
    """All kept steps, in order."""
    calls = _calls(trace)
    defined = _defined(trace)
    rebound = _rebound(trace)
    assigned = [tuple(_assigned(statement)) for statement in trace.statements]
    switching = switches(trace)
    drawn = _drawing()
    latest: dict[int, Step] = {}
    for step in trace.steps:
        statement = trace.statements[step.statement]
        old, new = before(trace, step.index), state(trace, step.index)
        unknown: Set[str] = frozenset()
        if (gap := latest.get(step.frame)) is not None and gap.skipped and not step.changes:
            # The gap holds the changes of steps that were not kept and of this one: the value before is not known.
            unknown = {change.name for change in gap.changes if change.name.partition(".")[0] in statement.binds}
            old = {name: value for name, value in old.items() if name not in unknown}
        latest[step.frame] = step
        reads = statement.reads
        if statement.kind == "for" and dict(step.iterations).get(step.statement):
            # A loop reads its iterable once: a name that the loop has bound since then holds another value.
            bound = {*rebound[step.statement], *statement.binds}
            reads = tuple(name for name in reads if name.partition(".")[0] not in bound)
        known = {**defined, **old} if step.frame else old
        made = () if step.skipped or step.error else write_out(trace, step, known, _after(step, new))
        label = _label(trace, step, new, calls, rebound)
        switch = "" if step.skipped else switching.get((step.frame, step.iterations), "")
        same = () if step.skipped or step.error else _same(assigned[step.statement], step, new, unknown, drawn)
        changes, omitted = _few_parts(step)
        changed = (*(_altered(change, drawn) for change in changes), *same)
        yield StepView(
            step,
            f"{label} · {switch}" if switch else label,
            changed,
            () if step.skipped else tuple(_read(reads, old, drawn)),
            _said(statement.kind, step)
            or omitted
            or ("" if changed or step.skipped or step.output else "Changed no variable."),
            made,
        )


def _few_parts(step: Step) -> tuple[list[Change], str]:
    """The changes of a step, with few parts of each new object, and a sentence that says how many were left out."""
    new = {change.name for change in step.changes if change.old is None}
    parts = Counter[str]()
    kept = []
    for change in step.changes:
        whole = change.name.partition(".")[0]
        if change.name in new and change.name != whole and whole in new:
            parts[whole] += 1
            if parts[whole] > MAX_PARTS:
                continue
        kept.append(change)
    left = [f"{count - MAX_PARTS} more parts of {whole}" for whole, count in parts.items() if count > MAX_PARTS]
    return kept, f"And {', '.join(left)}." if left else ""


def _defined(trace: Trace) -> Mapping[str, Value]:
    """The functions and classes of the module, which no call shows: one of them may be named like a built-in function."""
    changes = (change for step in trace.steps if not step.frame for change in step.changes)
    return {each.name: each.new for each in changes if each.new is not None and each.new.kind in {"function", "class"}}


def _assigned(statement: Statement) -> Iterator[str]:
    """The dotted names that a statement assigns to, or to parts of: `W1` for `W1[0] = 0.5`."""
    if statement.kind in {"for", "asyncfor", "with", "asyncwith"}:
        yield from statement.binds
    elif statement.kind in {"assign", "augassign", "annassign"}:
        match ast.parse(statement.code).body:
            case [ast.Assign(targets=targets)]:
                for target in targets:
                    yield from _targets(target)
            case [ast.AugAssign(target=target) | ast.AnnAssign(target=target)]:
                yield from _targets(target)


def _targets(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Name() | ast.Attribute():
            yield ast.unparse(node)
        case ast.Subscript(value=inner) | ast.Starred(value=inner):
            yield from _targets(inner)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _targets(part)


def _same(
    assigned: Iterable[str], step: Step, after: Mapping[str, Value], unknown: Set[str], drawn: Draw
) -> tuple[ChangeView, ...]:
    """The names that a step assigned without a change; the values of `unknown` ones before the step are not known."""
    changed = [change.name for change in step.changes]
    found: dict[str, ChangeView] = {}
    for dotted in assigned:
        name, value = _find(dotted, after)
        if value is not None and not any(each == name or each.startswith(f"{name}.") for each in changed):
            # An object of a library is told apart by its type alone.
            is_told = value.kind not in {*_NOT_SHOWN, "opaque"} and name not in unknown
            found[name] = ChangeView(name, None, drawn(value), UNCHANGED if is_told else "assigned")
    return tuple(found.values())


def _after(step: Step, new: Mapping[str, Value]) -> Mapping[str, Value]:
    return new if step.value is None else {**new, "": step.value}


def _altered(change: Change, drawn: Draw) -> ChangeView:
    old, new = (None if value is None else drawn(value) for value in (change.old, change.new))
    return ChangeView(change.name, old, new, outcome(change))


def _drawing() -> Draw:
    """A function that draws each value of a trace once: most steps read what others have read or made."""
    known: dict[int, Drawn] = {}

    def drawn(value: Value) -> Drawn:
        # Known by its identity, which no other one takes as long as the trace holds it.
        found = known.get(id(value))
        if found is None:
            found = known[id(value)] = draw(value)
        return found

    return drawn


def _read(names: tuple[str, ...], old: Mapping[str, Value], drawn: Draw) -> Iterator[tuple[str, Drawn]]:
    seen = set()
    for dotted in names:
        name, value = _find(dotted, old)
        if value is not None and value.kind not in _NOT_SHOWN and name not in seen:
            seen.add(name)
            yield name, drawn(value)


def _find(dotted: str, old: Mapping[str, Value]) -> tuple[str, Value | None]:
    """The value of the longest known beginning of a dotted name."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in old:
            return name, old[name]
    return dotted, None


def _rebound(trace: Trace) -> Mapping[int, Set[str]]:
    """For each statement the names that those inside of it bind."""
    found: dict[int, set[str]] = {statement.index: set() for statement in trace.statements}
    for statement in trace.statements:
        parent = statement.parent
        while parent is not None and trace.statements[parent].scope == statement.scope:
            found[parent] |= set(statement.binds)
            parent = trace.statements[parent].parent
    return found


def _label(
    trace: Trace, step: Step, after: Mapping[str, Value], calls: Mapping[int, str], rebound: Mapping[int, Set[str]]
) -> str:
    if step.skipped:
        return f"{step.skipped} {'moment' if step.skipped == 1 else 'moments'} not kept"
    words = [calls[step.frame]] if step.frame in calls else []
    for loop, iteration in step.iterations:
        binds = trace.statements[loop].binds
        value = after.get(binds[0]) if len(binds) == 1 and binds[0] not in rebound[loop] else None
        plain = value is not None and value.kind in {"int", "str", "float"}
        words.append(f"{binds[0]} = {show(value)}" if plain and value else f"iteration {iteration}")
    return ", ".join(words)


def _calls(trace: Trace) -> dict[int, str]:
    """For each frame of a function that was called several times: which call it is, of all or (where some are left out) of the kept ones."""
    runs = Counter(step.statement for step in trace.steps if not step.skipped)
    frames: dict[str, list[int]] = {}
    thinned: set[str] = set()
    for step in trace.steps:
        known = frames.setdefault(step.function or "", [])
        if step.function and step.frame not in known:
            known.append(step.frame)
            if runs[step.statement] < trace.counts[step.statement]:
                thinned.add(step.function)
    return {
        frame: f"{function}, {'kept call' if function in thinned else 'call'} {number}"
        for function, known in frames.items()
        if len(known) > 1
        for number, frame in enumerate(known, 1)
    }


def _said(kind: str, step: Step) -> str:
    said = []
    if step.value is not None:
        verb = {"return": "Returned", "if": "The test came to", "while": "The test came to"}.get(kind, "Gave")
        said.append(f"{verb} {show(step.value)}.")
    if step.error:
        said.append(f"Stopped with {step.error}." if kind != "excepthandler" else f"Caught {step.error}.")
    return visible(" ".join(said))


def kept_runs(trace: Trace, steps: Iterable[Step]) -> Mapping[int, str]:
    """For each statement that ran more than once: how many of its runs were kept and which, in words.

    Args:
        trace: The whole run.
        steps: The kept steps that are shown.
    """
    runs: dict[int, list[Step]] = {}
    for step in steps:
        if not step.skipped and trace.counts[step.statement] > 1:
            runs.setdefault(step.statement, []).append(step)
    switching = frozenset(switches(trace))
    return {
        statement: _kept_words(trace, trace.counts[statement], found, switching) for statement, found in runs.items()
    }


def _kept_words(trace: Trace, total: int, runs: list[Step], switching: Set[Iteration]) -> str:
    """For example: `8 of 201 runs kept: the first, the last and those that print; the others were run, not kept`."""
    missing = total - len(runs)
    if not missing:
        return f"all {total} runs kept"
    which = _which(trace, runs, switching)
    others = "the other one was" if missing == 1 else "the others were"
    return f"{len(runs)} of {total} runs kept{f': {which}' if which else ''}; {others} run, not kept"


def _which(trace: Trace, runs: list[Step], switching: Set[Iteration]) -> str:
    """The iterations that were kept, in words; empty unless the runs are iterations of one execution of one loop."""
    loops = {(step.frame, loop) for step in runs for loop, _ in step.iterations}
    if len(loops) != 1 or any(len(step.iterations) != 1 for step in runs):
        return ""
    ((frame, loop),) = loops
    length = next(lap.iterations for lap in trace.loops if (lap.frame, lap.statement) == (frame, loop))
    there = {step.iterations[0][1] for step in runs}
    ends = {"the first": 0, "the last": length - 1}
    parts = [words for words, iteration in ends.items() if iteration in there]
    between = there - set(ends.values())
    starting = {iteration for iteration in between if (frame, ((loop, iteration),)) in switching}
    if between - starting:
        parts.append(_between(trace, frame, loop, between - starting))
    if starting:
        parts.append("those in which an activation starts or ceases")
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _between(trace: Trace, frame: int, loop: int, iterations: Set[int]) -> str:
    """Why iterations that are neither the first nor the last were kept."""
    printing = {
        step.iterations[0][1]
        for step in trace.steps
        if step.output and step.frame == frame and step.iterations and step.iterations[0][0] == loop
    }
    if not iterations <= printing:
        return f"{len(iterations)} between"
    printed = sum(len(step.output) for step in trace.steps)
    return "those that print" if printed == len(trace.stdout) else "some that print"


def tables_shown_before(written: Iterable[StepView]) -> Mapping[int, Mapping[str, StepView]]:
    """For each step, by its index, and each table that it read: the earlier step that shows the same table.

    Single numbers and texts are not in it: a link would take as much room as they do.

    Args:
        written: The steps whose values stand in the HTML, in any order.
    """
    # By frame and name: another call may have the same name for something else.
    made: dict[tuple[int, str], tuple[StepView, Drawn | None]] = {}
    found: dict[int, Mapping[str, StepView]] = {}
    for moment in sorted(written, key=lambda each: each.step.index):
        frame = moment.step.frame
        found[moment.step.index] = {
            name: made[frame, name][0]
            for name, drawn in moment.read
            if (frame, name) in made and drawn.rows and made[frame, name][1] == drawn
        }
        made |= {(frame, change.name): (moment, change.new) for change in moment.changed}
    return found


def switches(trace: Trace) -> Mapping[Iteration, str]:
    """For each iteration in which neurons become active or inactive: their names, `h[2] becomes inactive`.

    The first iteration of a loop has none, because there is nothing to compare it with.
    """
    activations = {s.index for s in trace.statements if s.loop is not None and applies_relu(s.code)}
    found: dict[Iteration, str] = {}
    for step in trace.steps:
        if step.statement not in activations or step.skipped or not step.iterations or not step.iterations[-1][1]:
            continue
        key = step.frame, step.iterations
        for change in step.changes:
            elements = switched(change.old, change.new)
            for is_active, word in ((True, "active"), (False, "inactive")):
                indices = [index for index, active in elements if active == is_active]
                if indices:
                    words = f"{_switch_words(change.name, indices)} {word}"
                    found[key] = f"{found[key]}, {words}" if key in found else words
    return found


def _switch_words(name: str, indices: Sequence[str]) -> str:
    if len(indices) > _FEW:
        return f"{len(indices)} elements of {name} become"
    names = [f"{name}{index}" for index in indices]
    together = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"{together} {'becomes' if len(names) == 1 else 'become'}"
