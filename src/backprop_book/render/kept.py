"""kept: which runs of a statement are in a trace, and which were run but not kept, in words."""

from collections.abc import Iterable, Mapping, Set

from backprop_book.model import Step, Trace
from backprop_book.render.switches import Iteration, switches


def kept(trace: Trace, steps: Iterable[Step]) -> Mapping[int, str]:
    """For each statement that ran more than once: how many of its runs are among the steps, and which these are.

    Args:
        trace: The whole run.
        steps: The kept steps that are shown.
    """
    runs: dict[int, list[Step]] = {}
    for step in steps:
        if not step.skipped and trace.counts[step.statement] > 1:
            runs.setdefault(step.statement, []).append(step)
    switching = frozenset(switches(trace))
    return {statement: _words(trace, trace.counts[statement], found, switching) for statement, found in runs.items()}


def _words(trace: Trace, total: int, runs: list[Step], switching: Set[Iteration]) -> str:
    """For example: `8 of 201 runs kept: the first, the last and those that print; the others were run, not kept`."""
    missing = total - len(runs)
    if not missing:
        return f"all {total} runs kept"
    which = _which(trace, runs, switching)
    others = "the other one was" if missing == 1 else "the others were"
    return f"{len(runs)} of {total} runs kept{f': {which}' if which else ''}; {others} run, not kept"


def _which(trace: Trace, runs: list[Step], switching: Set[Iteration]) -> str:
    """What the runs have in common; empty where they are not iterations of one execution of one loop."""
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
