"""keeping: which steps stay in the trace. Loops keep their first and last iteration, checkpoints and new code.

Steps are gathered in units: the body of a call, or one iteration of a loop. When a unit ends, its steps move to the
unit around it, or they are merged into a gap, so that replaying all changes still gives the true state.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from backprop_book.model import Value
from backprop_book.record.variables import Difference, Later, Table

CHECKPOINTS = 16
"""So many iterations of one execution of a loop are kept because they print; after these, powers of two."""
CALLS = 6
"""So many calls of a function are kept whole."""
ITERATIONS = 1000
"""After so many iterations of one execution of a loop, or calls of a function, variables are no longer looked at."""
TOTAL = 2_000
"""After so many iterations of all executions of a loop together, likewise."""


@dataclass(slots=True, eq=False)
class Unit:
    """One call or one iteration, while it runs."""

    parent: "Unit | None"
    """What it runs in; None for the whole run."""
    frame: "Frame | None"
    """Whose steps it is made of; None for the whole run."""
    entries: "list[Entry]" = field(default_factory=list)
    """Its steps so far."""
    last: "dict[int, Entry]" = field(default_factory=dict)
    """The latest entry of each frame, by the frame's serial."""
    is_new: bool = False
    """Whether it reached a statement that had not run before."""
    printed: bool = False
    """Whether it printed."""
    closed: bool = False
    """Whether it has ended."""


@dataclass(slots=True, eq=False)
class Lap:
    """One execution of a loop."""

    statement: int
    """The loop statement."""
    frame: "Frame"
    """Where it runs."""
    serial: int
    """When it began."""
    outer: Unit
    """What it runs in."""
    unit: Unit | None = None
    """The iteration that runs now."""
    count: int = 0
    """How many iterations have begun."""
    checkpoints: int = 0
    """How many iterations were kept because they print."""
    sampled: bool = True
    """Whether the end of the current iteration was seen."""


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
    """How many traced calls deep."""
    marker: int
    """What the marker said when it was entered."""
    unit: Unit
    """The call as a unit; for the module the whole run."""
    is_quiet: bool = False
    """Whether its variables are not looked at."""
    table: Table = field(default_factory=Table)
    """Its variables as last seen."""
    laps: list[Lap] = field(default_factory=list)
    """The loops that run now, outermost first."""
    missed: int = 0
    """Steps that nobody looked at since the last that was."""
    missed_at: int = 0
    """Statement of the first of these."""
    shared: tuple[str, ...] = ()
    """Names of globals that its code names."""
    mirror: dict[str, Any] | None = None
    """The dict that `locals()` gives in a function, which the interpreter keeps for the frame."""
    errors: set[tuple[int, int]] = field(default_factory=set)
    """Exceptions already recorded: identity and statement."""
    given: Value | None = None
    """What a `return` or `yield` gave, until its step is recorded."""
    giver: int | None = None
    """The statement that gave it."""
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
class Entry:
    """A step, or a gap, that may stay in the trace."""

    serial: int
    """When it was completed; for a gap, when its last step was."""
    frame: Frame
    """Its call."""
    statement: int
    """Its statement."""
    laps: tuple[tuple[Lap, int], ...]
    """The executions of loops around it, and which iteration of each."""
    changes: list[Difference]
    """What it changed."""
    output: tuple[int, int] = (0, 0)
    """What it printed, as offsets in the bytes of the whole output."""
    value: Value | None = None
    """What it returned, yielded or tested."""
    error: str = ""
    """The exception that it ended with or handled."""
    skipped: int = 0
    """For a gap: how many steps it stands for."""


class Keeper:
    """Gathers entries into units and decides what stays. It holds the state of one run's trace."""

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

    def add(self, unit: Unit, entry: Entry) -> None:
        """Put an entry into a unit; a gap joins the gap before it."""
        while unit.closed and unit.parent is not None:
            unit = unit.parent
        if not entry.skipped and self.is_full:
            self.dropped += 1
            entry.skipped, entry.output = 1, (0, 0)
        before = unit.last.get(entry.frame.serial)
        if entry.skipped and before is not None and before.skipped:
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
        """Begin a call. Returns whether its variables shall be looked at."""
        assert frame.scope is not None
        number = self._calls[frame.scope] = self._calls.get(frame.scope, 0) + 1
        return self.every or number <= ITERATIONS

    def end_call(self, frame: Frame, number_kept: bool) -> None:
        """End a call: it stays, or becomes part of a gap."""
        self.close(frame.unit, frame.unit.parent, stays=self.every or number_kept or frame.unit.is_new)

    def is_kept_call(self, frame: Frame) -> bool:
        """Whether the call that just began is one of the first, which stay."""
        assert frame.scope is not None
        return self._calls[frame.scope] <= CALLS

    def next_iteration(self, lap: Lap) -> None:
        """Begin an iteration; the one before it was not the last."""
        self._end_iteration(lap, is_last=False)
        lap.count += 1
        lap.sampled = False
        self._totals[lap.statement] = self._totals.get(lap.statement, 0) + 1
        lap.unit = Unit(lap.outer, lap.frame)

    def end_loop(self, lap: Lap) -> None:
        """End an execution of a loop."""
        self._end_iteration(lap, is_last=True)

    def is_quiet(self, frame: Frame) -> bool:
        """Whether the variables of a frame are not looked at just now."""
        if self.every:
            return False
        if frame.is_quiet or self.is_full:
            return True
        return any(lap.count > ITERATIONS or self._totals.get(lap.statement, 0) > TOTAL for lap in frame.laps)

    def _end_iteration(self, lap: Lap, *, is_last: bool) -> None:
        unit = lap.unit
        if unit is None:
            return
        lap.unit = None
        number = lap.count - 1
        stays = self.every or number == 0 or is_last or unit.is_new
        if unit.printed and not stays:
            lap.checkpoints += 1
            stays = lap.checkpoints <= CHECKPOINTS or not number & (number - 1)
        self.close(unit, lap.outer, stays=stays)

    def close(self, unit: Unit, parent: Unit | None, *, stays: bool) -> None:
        """End a unit and hand its entries on."""
        unit.closed = True
        assert parent is not None
        while parent.closed and parent.parent is not None:
            parent = parent.parent
        parent.is_new |= unit.is_new
        parent.printed |= unit.printed
        self._count -= sum(not entry.skipped for entry in unit.entries)
        if stays:
            for entry in unit.entries:
                self.add(parent, entry)
            return
        gaps: dict[int, Entry] = {}
        lost = 0
        for entry in unit.entries:
            count = entry.skipped or 1
            gap = gaps.get(entry.frame.serial)
            if entry.frame.is_over and entry.frame is not unit.frame:
                lost += count
            elif gap is None:
                gaps[entry.frame.serial] = Entry(
                    entry.serial, entry.frame, entry.statement, entry.laps, entry.changes, skipped=count
                )
            else:
                gap.changes = merged(gap.changes + entry.changes)
                gap.skipped += count
                gap.serial, gap.laps = entry.serial, entry.laps
        own = unit.frame
        if own is not None and own.is_over:
            gone = gaps.pop(own.serial, None)
            lost += gone.skipped if gone else 0
            own = parent.frame
        unit.entries = []
        for gap in gaps.values():
            if gap.frame is own:
                gap.skipped += lost
                lost = 0
            self.add(parent, gap)
        self._count_lost(parent, own, lost, unit)

    def _count_lost(self, parent: Unit, frame: Frame | None, lost: int, unit: Unit) -> None:
        """Steps of calls that are gone altogether are counted with the frame that they were called from."""
        if not lost or frame is None or frame.is_over:
            return
        laps = tuple((lap, lap.count - 1) for lap in frame.laps)
        scope = unit.frame.scope if unit.frame is not None else None
        serial = max((entry.serial for entry in parent.entries), default=0)
        self.add(parent, Entry(serial, frame, scope or 0, laps, [], skipped=lost))


def merged(changes: list[Difference]) -> list[Difference]:
    """Successive changes as one: of each name the first old and the last new value, if these differ."""
    first: dict[str, Value | Later | None] = {}
    last: dict[str, Value | Later | None] = {}
    for change in changes:
        first.setdefault(change.name, change.old)
        last[change.name] = change.new
    return [Difference(name, old, last[name]) for name, old in first.items() if _digest(old) != _digest(last[name])]


def _digest(value: Value | Later | None) -> Any:
    return None if value is None else value.digest
