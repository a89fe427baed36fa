"""run_state: the calls, loops and iterations that run now, with the steps that each of them keeps in the trace.

Loops keep their first and last iteration, those that print (later only some), those that run new code, and those in which
an activation starts or ends: an element of the result of ReLU becomes non-zero or zero. Steps are gathered in units: the
body of a call, or one iteration of a loop. When a unit ends, its steps move to the unit around it, or they are merged
into a gap, so that replaying all changes still gives the true state.
"""

import builtins
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from backprop_book.core.model import Value
from backprop_book.record.encoder import LazyValue
from backprop_book.record.namespace_diff import Difference, VariableTable


@dataclass(slots=True, eq=False)
class Unit:
    """One call or one iteration, while it runs."""

    parent: "Unit | None"
    """The unit around it; None for the whole run."""
    frame: "Frame | None"
    """The call of its own steps; None for the whole run."""
    entries: "list[TraceEntry]" = field(default_factory=list)
    """Its entries so far."""
    last: "dict[int, TraceEntry]" = field(default_factory=dict)
    """The latest entry of each frame, by the frame's serial."""
    is_new: bool = False
    """Whether it reached a statement that had not run before."""
    printed: bool = False
    """Whether it printed."""
    has_switched: bool = False
    """Whether an element of an activation became zero or non-zero in it."""
    closed: bool = False
    """Whether it has ended."""


@dataclass(slots=True, eq=False)
class LoopExecution:
    """One execution of a loop."""

    statement: int
    """The loop statement."""
    frame: "Frame"
    """The call in which it runs."""
    serial: int
    """The number of the step before it."""
    outer: Unit
    """The unit around it."""
    unit: Unit | None = None
    """The iteration that runs now."""
    count: int = 0
    """Number of iterations that have begun."""
    checkpoints: int = 0
    """Number of iterations that were kept because they print."""
    switches: int = 0
    """Number of iterations that were kept because an activation starts or ends in them."""
    is_quiet: bool = False
    """Whether variables are not looked at in the current iteration."""
    sampled: bool = True
    """Whether `series` probes have taken their sample of the current iteration."""


@dataclass(slots=True, eq=False)
class Frame:
    """One call of a traced function or class body, or the module. It does not hold the interpreter's frame."""

    serial: int
    """Number in the order of calls, 0 for the module."""
    scope: int | None
    """The definition, None for the module."""
    function: str | None
    """Its qualified name."""
    depth: int
    """Number of traced calls around it."""
    marker: int
    """The number in the marker when it was entered."""
    unit: Unit
    """The call as a unit; for the module the whole run."""
    is_quiet: bool = False
    """Whether its variables are not looked at."""
    table: VariableTable = field(default_factory=VariableTable)
    """Its variables as last seen."""
    laps: list[LoopExecution] = field(default_factory=list)
    """The loops that run now, outermost first."""
    missed: int = 0
    """Number of steps since the latest one whose variables were looked at."""
    missed_at: int = 0
    """Statement of the latest of these."""
    shared: tuple[str, ...] = ()
    """Names of globals that its code names."""
    mirror: dict[str, Any] | None = None
    """In a function the dict that `locals()` gives, which the interpreter keeps for the frame; in the body of a class its namespace."""
    errors: set[tuple[int, int]] = field(default_factory=set)
    """Exceptions already recorded: identity and statement."""
    given: Value | LazyValue | None = None
    """The value of a `return` or `yield`, until its step is recorded."""
    giver: int | None = None
    """The statement that gave it."""
    latest: int = 0
    """The number of its latest step."""
    failed: bool = False
    """Whether an exception is leaving it."""
    stays: bool = True
    """Whether the call is one of the first of its function, which are kept whole."""
    is_over: bool = False
    """Whether the call has ended."""

    def current(self) -> Unit:
        """The innermost unit that runs in it."""
        unit = self.laps[-1].unit if self.laps else None
        return self.unit if unit is None else unit


@dataclass(slots=True, eq=False)
class TraceEntry:
    """A step, or a gap, that may stay in the trace."""

    serial: int
    """The number of the step; for a gap, that of its last step."""
    frame: Frame
    """Its call."""
    statement: int
    """Its statement."""
    laps: tuple[tuple[LoopExecution, int], ...]
    """The executions of loops around it, with the number of the iteration of each."""
    changes: list[Difference]
    """The variables that it changed."""
    output: tuple[int, int] = (0, 0)
    """Its output, as offsets in the bytes of the whole output."""
    value: Value | LazyValue | None = None
    """The value that it returned, yielded or tested."""
    error: str = ""
    """The exception that it ended with or handled."""
    skipped: int = 0
    """For a gap: how many steps it stands for."""


CHECKPOINTS = 16
"""Iterations of one execution of a loop that are kept because they print; after these, powers of two."""
SWITCHES = 8
"""Iterations of one execution of a loop that are kept because an activation starts or ends in them."""
CALLS = 6
"""Calls of a function that are kept with all of their steps."""
OBSERVED_CALLS = 100
"""After so many calls of a function, its variables are no longer looked at."""
ITERATIONS = 1000
"""After so many iterations of a loop, all of its executions together, variables are no longer looked at in it."""


class Keeper:
    """Gathers the entries of one run into units, and decides which of them stay in the trace."""

    def __init__(self, keep: Literal["kept", "every"], capacity: int) -> None:
        self.every = keep == "every"
        """Whether all steps stay."""
        self.root = Unit(None, None)
        """The whole run."""
        self.dropped = 0
        """Steps that would have been kept, had there been room."""
        self._capacity = capacity
        self._count = 0
        self._totals: dict[int, int] = {}
        self._calls: dict[int, int] = {}

    def add(self, unit: Unit, entry: TraceEntry) -> None:
        """Add an entry to a unit; a gap is joined to the gap before it.

        Args:
            unit: The unit.
            entry: The entry, which becomes a gap if no more steps can be kept.
        """
        while unit.closed and unit.parent is not None:  # pragma: no cover - where memory ended with the call
            unit = unit.parent
        if not entry.skipped and self.is_full:
            self.dropped += 1
            entry.skipped, entry.output = 1, (0, 0)
        before = unit.last.get(entry.frame.serial)
        if entry.skipped and before is not None and before.skipped:
            if entry.changes:
                before.changes = merged(before.changes + entry.changes)
            before.skipped += entry.skipped
            before.serial, before.laps = entry.serial, entry.laps
            return
        self._count += not entry.skipped
        unit.entries.append(entry)
        unit.last[entry.frame.serial] = entry

    @property
    def is_full(self) -> bool:
        """Whether no more steps can be kept."""
        return self._count >= self._capacity

    def call(self, frame: Frame) -> bool:
        """Begin a call. Returns whether its variables are to be looked at."""
        assert frame.scope is not None
        number = self._calls[frame.scope] = self._calls.get(frame.scope, 0) + 1
        return self.every or number <= OBSERVED_CALLS

    def end_call(self, frame: Frame, number_kept: bool) -> None:
        """End a call, which is kept or becomes part of a gap.

        Args:
            frame: The call.
            number_kept: Whether it is one of the first of its function.
        """
        stays = self.every or number_kept or frame.unit.is_new
        self.close(
            frame.unit, frame.unit.parent, stays=stays and any(not entry.skipped for entry in frame.unit.entries)
        )

    def is_kept_call(self, frame: Frame) -> bool:
        """Whether the call that just began is one of the first, which stay."""
        assert frame.scope is not None
        return self._calls[frame.scope] <= CALLS

    def next_iteration(self, lap: LoopExecution) -> None:
        """Begin an iteration; the one before it was not the last."""
        self._end_iteration(lap, is_last=False)
        lap.count += 1
        lap.sampled = False
        total = self._totals[lap.statement] = self._totals.get(lap.statement, 0) + 1
        if total > ITERATIONS:
            lap.is_quiet = True
        lap.unit = Unit(lap.outer, lap.frame)

    def end_loop(self, lap: LoopExecution) -> None:
        """End an execution of a loop."""
        self._end_iteration(lap, is_last=True)

    def is_quiet(self, frame: Frame) -> bool:
        """Whether the variables of a frame are not looked at just now."""
        if frame.is_quiet or self._count >= self._capacity:
            return True
        return bool(frame.laps) and frame.laps[-1].is_quiet and not self.every

    def _end_iteration(self, lap: LoopExecution, *, is_last: bool) -> None:
        unit = lap.unit
        if unit is None:
            return
        lap.unit = None
        number = lap.count - 1
        stays = self.every or number == 0 or is_last or unit.is_new
        if unit.printed and not stays:
            lap.checkpoints += 1
            stays = lap.checkpoints <= CHECKPOINTS or not number & (number - 1)
        if unit.has_switched and not stays:
            lap.switches += 1
            stays = lap.switches <= SWITCHES
        self.close(unit, lap.outer, stays=stays)

    def close(self, unit: Unit, parent: Unit | None, *, stays: bool) -> None:
        """End a unit, and move its entries to the unit around it.

        Args:
            unit: The unit.
            parent: The unit around it.
            stays: Whether its steps are kept; else they become a gap.
        """
        unit.closed = True
        assert parent is not None
        while parent.closed and parent.parent is not None:
            parent = parent.parent
        parent.is_new |= unit.is_new
        parent.printed |= unit.printed
        if not unit.entries:
            return
        count = len([entry for entry in unit.entries if not entry.skipped])
        if stays and count == len(unit.entries):  # without a gap, which may have to be joined to a gap of the parent
            parent.entries += unit.entries
            parent.last |= unit.last
            return
        self._count -= count
        if stays:
            for entry in unit.entries:
                self.add(parent, entry)
            return
        own = unit.frame
        is_gone = own is None or own.is_over
        gap: TraceEntry | None = None
        lost = 0
        for entry in unit.entries:
            count = entry.skipped or 1
            # Entries of other frames are those of calls that have ended.
            if is_gone or entry.frame is not own:
                lost += count
            elif gap is None:
                gap = TraceEntry(
                    entry.serial, entry.frame, entry.statement, entry.laps, [*entry.changes], skipped=count
                )
            else:
                gap.changes += entry.changes
                gap.skipped += count
                gap.serial, gap.laps = entry.serial, entry.laps
        serial = unit.entries[-1].serial
        unit.entries = []
        if is_gone:
            own = parent.frame
        if gap is not None:
            gap.changes = merged(gap.changes)
            gap.skipped += lost
            lost = 0
            self.add(parent, gap)
        self._count_lost(parent, own, lost, unit.frame.scope if unit.frame is not None else None, serial)

    def _count_lost(self, parent: Unit, frame: Frame | None, lost: int, scope: int | None, serial: int) -> None:
        """Count the steps of a call that left none in the trace, with the frame that called it."""
        if not lost or frame is None or frame.is_over:
            return
        laps = tuple((lap, lap.count - 1) for lap in frame.laps)
        self.add(parent, TraceEntry(serial, frame, scope or 0, laps, [], skipped=lost))


def merged(changes: list[Difference]) -> list[Difference]:
    """Join successive changes: for each name the first old and the last new value, if these differ."""
    first: dict[str, Value | LazyValue | None] = {}
    last: dict[str, Value | LazyValue | None] = {}
    for change in changes:
        first.setdefault(change.name, change.old)
        last[change.name] = change.new
    return [Difference(name, old, last[name]) for name, old in first.items() if _digest(old) != _digest(last[name])]


def _digest(value: Value | LazyValue | None) -> Any:
    return None if value is None else value.digest


OPTIMIZED = 1
"""Flag of code whose variables are in slots, so that `f_locals` is a copy: that of functions."""


class Frames:
    """The calls that run now, by the interpreter's frames, and the namespace of the module."""

    def __init__(self, keeper: Keeper) -> None:
        self.module = Frame(0, None, None, 0, 0, keeper.root)
        """The module's frame."""
        self.globals: dict[str, Any] = {}
        """The module's variables."""
        self._keeper = keeper
        self._initial: frozenset[str] = frozenset()
        self._calls = 0
        self._running: dict[int, Frame] = {}
        self._named: dict[int, frozenset[str]] = {}
        keeper.root.frame = self.module

    def start(self, namespace: dict[str, Any]) -> None:
        """Begin with a module that is about to run in `namespace`."""
        self.globals = namespace
        self._initial = frozenset(namespace) | {"__builtins__", "__annotations__", "__warningregistry__"}

    def forget(self) -> None:
        """Drop all references to objects of the script."""
        self._running.clear()
        self.globals = {}

    def at(self, place: types.FrameType) -> Frame | None:
        """The record of the interpreter's frame, if it is one of the script's."""
        if place.f_globals is self.globals and place.f_code.co_name == "<module>":
            return self.module
        return self._running.get(id(place))

    def running(self) -> list[Frame]:
        """The calls that run, the latest first."""
        return sorted(self._running.values(), key=lambda frame: -frame.serial)

    def latest(self, scope: int | None) -> Frame | None:
        """Return the call of a function that ran last of those that have not ended; there may be several generators."""
        frames = (frame for frame in self._running.values() if frame.scope == scope)
        return max(frames, key=lambda frame: frame.latest, default=None)

    def enter(self, place: types.FrameType, index: int, marker: int) -> Frame:
        """Make the record of a call; its caller is the nearest call of the script.

        Args:
            place: The interpreter's frame.
            index: The definition that is called.
            marker: The number of the statement that runs, from 1.
        """
        caller = self.caller(place)
        self._calls += 1
        unit = Unit(caller.current(), None)
        frame = Frame(self._calls, index, place.f_code.co_qualname, caller.depth + 1, marker, unit)
        unit.frame = frame
        frame.table.outer = self.module.table
        frame.is_quiet = not self._keeper.call(frame) or self._keeper.is_quiet(caller)
        frame.stays = self._keeper.is_kept_call(frame)
        if (
            not place.f_code.co_flags & OPTIMIZED
        ):  # reading `f_locals` again would remove a `__class__` that the body has bound
            frame.mirror = place.f_locals
        self._running[id(place)] = frame
        return frame

    def caller(self, place: types.FrameType) -> Frame:
        """The record of the nearest call of the script's that an interpreter's frame was called from."""
        above, caller = place.f_back, None
        while above is not None and caller is None:
            caller = self.at(above)
            above = above.f_back
        return caller or self.module

    def share(self, frame: Frame, place: types.FrameType, index: int) -> None:
        """Find the globals that a function names, which are shown with its own variables.

        Args:
            frame: The call.
            place: The interpreter's frame of that call.
            index: The definition of the function.
        """
        names = self._named.get(index)
        if names is None:
            names = self._named[index] = _names(place.f_code)
        frame.shared = tuple(
            name
            for name, value in self.globals.items()
            if name in names and not isinstance(value, _DEFINED) and name not in self._initial
        )

    def leave(self, place: types.FrameType) -> None:
        """A call has ended."""
        self._running.pop(id(place)).mirror = None  # it may keep everything alive that the script has defined

    def variables(self, frame: Frame, place: types.FrameType | None) -> list[tuple[str, Any]]:
        """Return the variables that a frame shows, with their values: its own, and the globals that its code names.

        Args:
            frame: The call, or the module.
            place: The interpreter's frame of that call; None for the module at its end.
        """
        if frame.scope is None or place is None:
            initial = self._initial
            return [pair for pair in self.globals.items() if pair[0] not in initial and type(pair[0]) is str]
        own = self._own(frame, place)
        shown = [(name, each) for name, each in own.items() if not (name.startswith("__") and name.endswith("__"))]
        return shown + [(name, self.globals[name]) for name in frame.shared if name in self.globals and name not in own]

    def spaces(self, frame: Frame, place: types.FrameType | None) -> tuple[Mapping[str, Any], ...]:
        """The namespaces in which code of a frame looks up names, in this order.

        Args:
            frame: The call, or the module.
            place: The interpreter's frame of that call; None for the module at its end.
        """
        inner = () if frame.scope is None or place is None else (self._own(frame, place),)
        return (*inner, self.globals, vars(builtins))

    @staticmethod
    def _own(frame: Frame, place: types.FrameType) -> Mapping[str, Any]:
        """A frame's own variables, as a copy; what `locals()` gave to the script before stays as it was."""
        if not place.f_code.co_flags & OPTIMIZED:
            return dict(frame.mirror or {})
        mirror = frame.mirror
        before = None if mirror is None else dict(mirror)
        found = place.f_locals
        if type(found) is not dict:  # pragma: no cover (from Python 3.13 on a view, which changes nothing)
            return dict(found)
        copy = dict(found)
        found.clear()
        found.update(before or {})
        frame.mirror = found
        return copy


_DEFINED = (types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type)


def _names(code: types.CodeType) -> frozenset[str]:
    """The names that a code object, and those inside it, look up in other places than their own variables."""
    inner = [_names(each) for each in code.co_consts if isinstance(each, types.CodeType)]
    return frozenset(code.co_names).union(*inner)
