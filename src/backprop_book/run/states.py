"""states: the values of variables before and after a step, found by replaying the changes of a trace."""

from collections.abc import Mapping

from backprop_book.core.model import Trace, Value


def state(trace: Trace, step: int) -> Mapping[str, Value]:
    """The variables that the frame of a step shows after it, by dotted path, in order of first appearance."""
    return _replayed(trace, trace.steps[step].frame, step + 1)


def before(trace: Trace, step: int) -> Mapping[str, Value]:
    """The variables that the frame of a step showed before it."""
    return _replayed(trace, trace.steps[step].frame, step)


def _replayed(trace: Trace, frame: int, end: int) -> dict[str, Value]:
    """The variables of a frame after all steps before `end`."""
    found: dict[str, Value] = {}
    for step in trace.steps[:end]:
        if step.frame == frame:
            for change in step.changes:
                if change.new is None:
                    found.pop(change.name, None)
                else:
                    found[change.name] = change.new
    return found
