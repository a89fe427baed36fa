"""retention: which steps stay in the trace. Loops keep their first and last iteration, checkpoints, new code and switches.

A switch is the start or the end of an activation: an element of what ReLU gave becomes non-zero or zero.
Steps are gathered in units: the body of a call, or one iteration of a loop. When a unit ends, its steps move to the
unit around it, or they are merged into a gap, so that replaying all changes still gives the true state.
"""

from typing import Any, Literal

from backprop_book.core.model import Value
from backprop_book.record.encoder import LazyValue
from backprop_book.record.namespace_diff import Difference
from backprop_book.record.run_state import Entry, Frame, Lap, Unit

CHECKPOINTS = 16
"""So many iterations of one execution of a loop are kept because they print; after these, powers of two."""
SWITCHES = 8
"""So many iterations of one execution of a loop are kept because an activation starts or ceases in them."""
CALLS = 6
"""So many calls of a function are kept whole."""
ITERATIONS = 1000
"""After so many iterations of one execution of a loop, or calls of a function, variables are no longer looked at."""
TOTAL = 2_000
"""After so many iterations of all executions of a loop together, likewise."""


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
        while unit.closed and unit.parent is not None:  # pragma: no cover - where memory ended with the call
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
        if frame.is_quiet or self.is_full:
            return True
        if self.every:
            return False
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
        if unit.has_switched and not stays:
            lap.switches += 1
            stays = lap.switches <= SWITCHES
        self.close(unit, lap.outer, stays=stays)

    def close(self, unit: Unit, parent: Unit | None, *, stays: bool) -> None:
        """End a unit and hand its entries on."""
        unit.closed = True
        assert parent is not None
        while parent.closed and parent.parent is not None:
            parent = parent.parent
        parent.is_new |= unit.is_new
        parent.printed |= unit.printed
        count = len([entry for entry in unit.entries if not entry.skipped])
        if stays and count == len(unit.entries):  # no gap among them might join one of the parent's
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
        gap: Entry | None = None
        lost = 0
        for entry in unit.entries:
            count = entry.skipped or 1
            # What belongs to another frame comes from a call that is over.
            if is_gone or entry.frame is not own:
                lost += count
            elif gap is None:
                gap = Entry(entry.serial, entry.frame, entry.statement, entry.laps, [*entry.changes], skipped=count)
            else:
                gap.changes += entry.changes
                gap.skipped += count
                gap.serial, gap.laps = entry.serial, entry.laps
        unit.entries = []
        if is_gone:
            own = parent.frame
        if gap is not None:
            gap.changes = merged(gap.changes)
            gap.skipped += lost
            lost = 0
            self.add(parent, gap)
        self._count_lost(parent, own, lost, unit.frame.scope if unit.frame is not None else None)

    def _count_lost(self, parent: Unit, frame: Frame | None, lost: int, scope: int | None) -> None:
        """Count the steps of a call that left none in the trace, with the frame that called it."""
        if not lost or frame is None or frame.is_over:
            return
        laps = tuple((lap, lap.count - 1) for lap in frame.laps)
        serial = max((entry.serial for entry in parent.entries), default=0)
        self.add(parent, Entry(serial, frame, scope or 0, laps, [], skipped=lost))


def merged(changes: list[Difference]) -> list[Difference]:
    """Successive changes as one: of each name the first old and the last new value, if these differ."""
    first: dict[str, Value | LazyValue | None] = {}
    last: dict[str, Value | LazyValue | None] = {}
    for change in changes:
        first.setdefault(change.name, change.old)
        last[change.name] = change.new
    return [Difference(name, old, last[name]) for name, old in first.items() if _digest(old) != _digest(last[name])]


def _digest(value: Value | LazyValue | None) -> Any:
    return None if value is None else value.digest
