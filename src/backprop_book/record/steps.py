"""steps: record each statement that runs, and make the steps of the trace. The recorder's hooks call it."""

import types
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from backprop_book.core.model import LoopRun, Statement, Step, Trace, Value
from backprop_book.record.activations import applies_relu, switched
from backprop_book.record.child_protocol import RunOrder
from backprop_book.record.encoder import NOT_LOOKED_AT, LazyValue, described, encode, lazy_or_encoded
from backprop_book.record.namespace_diff import Difference, LargeValues
from backprop_book.record.probes import Probes
from backprop_book.record.run_state import Frame, Frames, Keeper, LoopExecution, TraceEntry
from backprop_book.source import Snippet

Stop = Callable[[str, str, int | None], None]
"""Ends the run for good, given the kind of outcome, its message and the statement; None for the one that runs."""
TRUE = encode(True)
"""The outcome of a condition that held."""
FALSE = encode(False)
"""The outcome of a condition that did not hold."""


class Steps:
    """Records the statements, loops and returned values of one run. It counts the steps, and ends the run at their limit."""

    def __init__(
        self,
        statements: tuple[Statement, ...],
        keeper: Keeper,
        probes: Probes,
        frames: Frames,
        homes: frozenset[str],
        limit: int,
        written: Callable[[], int],
        stop: Stop,
    ) -> None:
        """Get ready.

        Args:
            statements: The statements of the script.
            keeper: Decides which steps stay in the trace.
            probes: Answers the probes.
            frames: The calls that run.
            homes: Names of modules whose classes are the script's own.
            limit: How many statements may run.
            written: Returns the number of bytes printed so far.
            stop: Ends the run.
        """
        self.counts = [0] * len(statements)
        """How often each statement ran."""
        self.serial = 0
        """The number of the latest step."""
        self.printed = 0
        """How many bytes had been printed at the latest step."""
        self.chains: tuple[tuple[int, ...], ...] = ()
        """For each statement the loops around it in its scope, outermost first, itself included."""
        self.given: dict[types.FunctionType, Any] = {}
        """Values of `return` and `yield` since the last hook; the default of the key is the number of the statement."""
        self.large = LargeValues()
        """The large values of the script."""
        self._statements = statements
        self._named = [frozenset(name.partition(".")[0] for name in (*s.reads, *s.binds)) for s in statements]
        self._activations = frozenset(s.index for s in statements if s.loop is not None and applies_relu(s.code))
        self._homes = homes
        self._keeper = keeper
        self._probes = probes
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
            value: The value that it returned, yielded or tested.
            error: The exception that it ended with or handled.
            is_aligned: Whether the loops that it has left are known to have ended.

        Raises:
            TooLargeError: A value is too large to be compared.
        """
        if not is_aligned:
            self._align(frame, index)
        self.serial += 1
        frame.latest = self.serial
        is_new = self.counts[index] == 0
        self.counts[index] += 1
        before, self.printed = self.printed, self._written()
        has_printed = self.printed > before
        unit = frame.current()
        unit.is_new |= is_new
        unit.printed |= has_printed
        if self._keeper.is_quiet(frame) and not is_new and not has_printed:
            frame.missed += 1
            frame.missed_at = index
            frame.given = None
            self._keeper.dropped += self._keeper.is_full
        else:
            named = None if frame.missed else self._named[index]
            changes = frame.table.look(self._frames.variables(frame, place), self._homes, self.large, named)
            if index in self._activations and frame.laps and frame.laps[-1].count > 1 and not unit.has_switched:
                unit.has_switched = any(switched(described(each.old), described(each.new)) for each in changes)
            self._add(frame, index, changes, value, error, (before, self.printed))
        if self._probes.has_states:
            self._probes.state(frame.scope, index, self.serial, lambda: self._frames.spaces(frame, place))
        if self.serial >= self._limit:
            self._stop("step limit", f"more than {self._limit:,} statements ran", index)

    def _add(
        self,
        frame: Frame,
        index: int,
        changes: list[Difference],
        value: Value | LazyValue | None,
        error: str,
        output: tuple[int, int],
    ) -> None:
        """Add a step; before it a gap, if there were steps whose variables were not looked at."""
        laps = _iterations(frame)
        unit = frame.current()
        if frame.missed:
            gap = TraceEntry(self.serial - 1, frame, frame.missed_at, laps, changes, skipped=frame.missed)
            self._keeper.add(unit, gap)
            frame.missed = 0
            changes = []
        if value is None and frame.given is not None:
            value, frame.given = None if frame.given is NOT_LOOKED_AT else frame.given, None
        self._keeper.add(unit, TraceEntry(self.serial, frame, index, laps, changes, output, value, error))

    def end(self, frame: Frame, place: types.FrameType | None) -> None:
        """End all loops of a frame, and record its last steps as a gap where their variables were not looked at.

        Args:
            frame: The call that ends, or the module.
            place: The interpreter's frame of that call; None where that is gone, and for the module.

        Raises:
            TooLargeError: A value is too large to be compared.
        """
        self._unwind(frame, 0)
        missed, frame.missed = frame.missed, 0
        if missed:
            # Of a call whose variables were never looked at, only the number of its steps is told.
            is_looked_at = bool(frame.table.order) and (place is not None or frame.scope is None)
            changes = (
                frame.table.look(self._frames.variables(frame, place), self._homes, self.large) if is_looked_at else []
            )
            gap = TraceEntry(self.serial, frame, frame.missed_at, _iterations(frame), changes, skipped=missed)
            self._keeper.add(frame.current(), gap)

    def begin_loop(self, frame: Frame, _: types.FrameType, index: int) -> None:
        """A loop statement is about to run."""
        self._unwind(frame, len(self.chains[index]) - 1)
        is_quiet = bool(frame.laps) and frame.laps[-1].is_quiet
        frame.laps.append(LoopExecution(index, frame, self.serial, frame.current(), is_quiet=is_quiet))

    def begin_iteration(self, frame: Frame, place: types.FrameType, index: int) -> None:
        """An iteration begins."""
        self._align(frame, index)
        # A hook does nothing where no stack is left, so the hook at the start of the loop may have done nothing.
        if frame.laps and frame.laps[-1].statement == index:
            self._keeper.next_iteration(frame.laps[-1])
        value = TRUE if self._statements[index].kind == "while" else None
        self.take(frame, place, index, value, is_aligned=True)

    def end_iteration(self, frame: Frame, place: types.FrameType, _: int) -> None:
        """An iteration ends."""
        self.sample(frame.laps[-1:], frame, place)

    def end_loop(self, frame: Frame, place: types.FrameType, index: int) -> None:
        """A loop has ended without `break`, `return` or an exception."""
        self._unwind(frame, len(self.chains[index]) - 1)
        if self._statements[index].kind == "while":
            self.take(frame, place, index, FALSE, is_aligned=True)

    def sample(self, laps: list[LoopExecution], frame: Frame, place: types.FrameType) -> None:
        """Let `series` probes take a sample at the end of these iterations, unless they have already."""
        for lap in laps:
            if not lap.sampled:
                lap.sampled = True
                self._probes.iteration(lap.statement, lambda: self._frames.spaces(frame, place))

    def _align(self, frame: Frame, index: int) -> None:
        """End the loops of a frame that do not contain the statement that runs."""
        laps, chain = frame.laps, self.chains[index]
        if not laps or (chain and chain[-1] == laps[-1].statement):  # then the loops around are the same, too
            return
        depth = 0
        while depth < len(chain) and depth < len(laps) and laps[depth].statement == chain[depth]:
            depth += 1
        self._unwind(frame, depth)

    def _unwind(self, frame: Frame, depth: int) -> None:
        """End the innermost loops of a frame, until `depth` are left."""
        while len(frame.laps) > depth:
            self._keeper.end_loop(frame.laps[-1])
            frame.laps.pop()

    def take_given(self) -> None:
        """Hand the pending values of `return` and `yield` to the calls that gave them."""
        pending = list(self.given.items())
        self.given.clear()
        for key, value in pending:
            index = (key.__defaults__ or (0,))[0]
            owner = self._frames.latest(self._statements[index].scope)
            if owner is not None:
                owner.given = NOT_LOOKED_AT if self._keeper.is_quiet(owner) else lazy_or_encoded(value, self._homes)
                owner.giver = index

    def take_return(self, frame: Frame, place: types.FrameType, index: int, value: object) -> None:
        """Record a `return` that is about to give a value.

        Args:
            frame: The call.
            place: The interpreter's frame of that call.
            index: The statement.
            value: The value.
        """
        if not self._keeper.is_quiet(frame):
            frame.given = lazy_or_encoded(value, self._homes)
        self.take(frame, place, index)


def _iterations(frame: Frame) -> tuple[tuple[LoopExecution, int], ...]:
    """The loops that run in a frame, and the number of the iteration of each."""
    return tuple([(lap, lap.count - 1 if lap.count else 0) for lap in frame.laps])


def build_trace(
    order: RunOrder, snippet: Snippet, counts: list[int], keeper: Keeper, printed: bytes
) -> tuple[Trace, Callable[[int], int | None]]:
    """Make a trace of the entries that were kept.

    Args:
        order: The order of the run.
        snippet: The script.
        counts: How often each statement ran.
        keeper: The entries.
        printed: All that was printed to standard output so far.

    Returns:
        The trace, without its streams, and a function that finds the index of the kept step at or before a serial number.
    """
    entries = sorted(keeper.root.entries, key=lambda entry: entry.serial)
    frames = {serial: number for number, serial in enumerate(sorted({0, *(entry.frame.serial for entry in entries)}))}
    steps = []
    laps: dict[int, tuple[LoopExecution, int, set[int]]] = {}
    for index, entry in enumerate(entries):
        steps.append(
            Step(
                index=index,
                statement=entry.statement,
                frame=frames[entry.frame.serial],
                function=entry.frame.function,
                depth=entry.frame.depth,
                iterations=tuple((lap.statement, number) for lap, number in entry.laps),
                changes=tuple(each.change() for each in entry.changes),
                output=printed[slice(*entry.output)].decode("utf-8", "replace"),
                value=described(entry.value),
                error=entry.error,
                skipped=entry.skipped,
            )
        )
        if not entry.skipped:
            for lap, number in entry.laps:
                laps.setdefault(id(lap), (lap, index, set()))[2].add(number)
    runs = sorted(laps.values(), key=lambda each: (each[0].serial, len(each[0].frame.laps), each[1]))
    loops = tuple(
        LoopRun(lap.statement, frames[lap.frame.serial], first, lap.count, tuple(sorted(kept)))
        for lap, first, kept in runs
    )
    trace = Trace(
        script=order.name,
        source=order.source,
        statements=snippet.statements,
        counts=tuple(counts),
        steps=tuple(steps),
        loops=loops,
        stdout="",
        stderr="",
        dropped=keeper.dropped,
    )
    serials = [entry.serial for entry in entries]

    def step_at(serial: int) -> int | None:
        position = bisect_right(serials, serial)
        return position - 1 if position else None

    return trace, step_at
