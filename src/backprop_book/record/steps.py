"""steps: count the statements that run, look at what each one changed, and hand that on to the trace."""

import types
from collections.abc import Callable

from backprop_book.core.model import Statement, Value
from backprop_book.record.activations import applies_relu, switched
from backprop_book.record.encoder import NOT_LOOKED_AT, LazyValue, described
from backprop_book.record.namespace_diff import Difference
from backprop_book.record.probes import Probes
from backprop_book.record.run_state import Frame, Frames, Keeper, LoopExecution, TraceEntry


class Steps:
    """The steps of one run. It counts them, and knows how far the run may go."""

    def __init__(
        self,
        statements: tuple[Statement, ...],
        keeper: Keeper,
        probing: Probes,
        frames: Frames,
        homes: frozenset[str],
        limit: int,
        written: Callable[[], int],
        stop: Callable[[str, str, int | None], None],
    ) -> None:
        """Get ready; see the recorder for the arguments."""
        self.counts = [0] * len(statements)
        """How often each statement ran."""
        self.serial = 0
        """The number of the latest step."""
        self.printed = 0
        """How many bytes had been printed at the latest step."""
        self.chains: tuple[tuple[int, ...], ...] = ()
        """For each statement the loops around it in its scope, outermost first, itself included."""
        self.homes = homes
        """Modules whose classes are the script's own."""
        self.activations = frozenset(s.index for s in statements if s.loop is not None and applies_relu(s.code))
        """Statements in loops that apply ReLU."""
        self._keeper = keeper
        self._probing = probing
        self._frames = frames
        self._limit = limit
        self._written = written
        self._stop = stop

    def take(
        self,
        frame: Frame,
        place: types.FrameType | None,
        index: int,
        value: Value | LazyValue | None = None,
        *,
        error: str = "",
        is_aligned: bool = False,
    ) -> None:
        """Record that a statement ran.

        Args:
            frame: The call in which it ran.
            place: The interpreter's frame of that call; None for the module at its end.
            index: The statement.
            value: What it returned, yielded or tested.
            error: The exception that it ended with or handled.
            is_aligned: Whether the loops that it has left are known to have ended.
        """
        if not is_aligned:
            self.align(frame, index)
        self.serial += 1
        frame.latest = self.serial
        is_new = self.counts[index] == 0
        self.counts[index] += 1
        before = self.printed
        printed = self.look_at_output()
        unit = frame.current()
        unit.is_new |= is_new
        unit.printed |= printed
        if self._keeper.is_quiet(frame) and not is_new and not printed:
            frame.missed += 1
            frame.missed_at = index
            frame.given = None
            self._keeper.dropped += self._keeper.is_full
        else:
            changes = frame.table.look(self._frames.variables(frame, place), self.homes)
            if index in self.activations and frame.laps and frame.laps[-1].count > 1 and not unit.has_switched:
                unit.has_switched = any(switched(described(each.old), described(each.new)) for each in changes)
            self._record(frame, index, changes, value, error, (before, self.printed))
        self._probing.state(self._frames, frame, place, index, self.serial)
        self.look_at_limit(index)

    def look_at_output(self) -> bool:
        """See how much was printed by now. Returns whether that is more than before."""
        before, self.printed = self.printed, self._written()
        return self.printed > before

    def look_at_limit(self, index: int) -> None:
        """End the run if too many statements have run, this one the latest."""
        if self.serial >= self._limit:
            self._stop("step limit", f"more than {self._limit:,} statements ran", index)

    def _record(
        self,
        frame: Frame,
        index: int,
        changes: list[Difference],
        value: Value | LazyValue | None,
        error: str,
        output: tuple[int, int],
    ) -> None:
        """Add a step; what changed while nobody looked belongs to a gap before it."""
        where = _where(frame)
        unit = frame.current()
        if frame.missed:
            gap = TraceEntry(self.serial - 1, frame, frame.missed_at, where, changes, skipped=frame.missed)
            self._keeper.add(unit, gap)
            frame.missed = 0
            changes = []
        if value is None and frame.given is not None:
            value, frame.given = None if frame.given is NOT_LOOKED_AT else frame.given, None
        self._keeper.add(unit, TraceEntry(self.serial, frame, index, where, changes, output, value, error))

    def align(self, frame: Frame, index: int) -> None:
        """End the loops that a frame has left when a statement runs that is not inside of them."""
        laps = frame.laps
        if laps:
            chain = self.chains[index]
            depth = 0
            while depth < len(chain) and depth < len(laps) and laps[depth].statement == chain[depth]:
                depth += 1
            if depth < len(laps):
                self.unwind(frame, depth)

    def unwind(self, frame: Frame, depth: int) -> None:
        """End the innermost loops of a frame, until so many are left."""
        while len(frame.laps) > depth:
            self._keeper.end_loop(frame.laps[-1])
            frame.laps.pop()

    def end(self, frame: Frame, place: types.FrameType | None) -> None:
        """End all loops of a frame, and account for steps at its end that nobody looked at.

        Args:
            frame: The call that ends, or the module.
            place: The interpreter's frame of that call; None where that is gone, and for the module.

        Raises:
            TooLargeError: A value is too large to be compared.
        """
        self.unwind(frame, 0)
        missed, frame.missed = frame.missed, 0
        if missed and frame.table.order:
            is_there = place is not None or frame.scope is None
            changes = frame.table.look(self._frames.variables(frame, place), self.homes) if is_there else []
            gap = TraceEntry(self.serial, frame, frame.missed_at, _where(frame), changes, skipped=missed)
            self._keeper.add(frame.current(), gap)

    def sample(self, laps: list[LoopExecution], frame: Frame, place: types.FrameType) -> None:
        """Let `series` probes see the end of iterations, if they have not yet."""
        for lap in laps:
            if not lap.sampled:
                lap.sampled = True
                self._probing.iteration(self._frames, frame, place, lap.statement)


def _where(frame: Frame) -> tuple[tuple[LoopExecution, int], ...]:
    return tuple([(lap, lap.count - 1 if lap.count else 0) for lap in frame.laps])
