"""naps: iterations of a loop that will surely not be kept run without hooks; what they changed is seen when they are over."""

import ast
import copy
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from threading import active_count

from backprop_book.model import Statement
from backprop_book.record.bare import Inner, Resting, Spared
from backprop_book.record.frames import Frames
from backprop_book.record.inserted import Cells
from backprop_book.record.keeping import CHECKPOINTS, ITERATIONS, TOTAL, Keeper
from backprop_book.record.probing import Probing
from backprop_book.record.steps import Steps
from backprop_book.record.unit import Entry, Frame, Lap

LONGEST = 4096
"""Iterations that run in one go; limits are looked at in between."""
Holds = Callable[[int], bool]
"""Whether something is so in the iteration in which the loop's target has this value."""


@dataclass(slots=True, eq=False)
class Nap:
    """Iterations that run now without hooks."""

    frame: Frame
    """Where."""
    lap: Lap
    """Of which execution of a loop."""
    counts: list[int]
    """How often each statement had run before."""
    is_quiet: bool
    """Whether the variables were no longer looked at before."""


class Naps:
    """The naps of one run. It holds the one that goes on, and what loops have shown of themselves."""

    def __init__(
        self, statements: tuple[Statement, ...], steps: Steps, frames: Frames, keeper: Keeper, probing: Probing
    ) -> None:
        """Get ready; see the recorder for the arguments."""
        self.box: list[Iterator[int]] = []
        """The items of the nap that is about to begin."""
        self.asleep: list[bool] = Cells()
        """Holds something while a nap goes on."""
        self._statements = statements
        self._steps = steps
        self._frames = frames
        self._keeper = keeper
        self._probing = probing
        self._spared: Spared | None = None
        self._nap: Nap | None = None
        self._items: dict[int, Iterator[int]] = {}
        self._orders: dict[int, dict[str, int]] = {}
        self._most: dict[int, int] = {}
        self._tests: dict[int, Holds] = {}

    def start(self, spared: Spared) -> None:
        """A script is about to run."""
        self._spared = spared

    def hold(self, index: int, items: object) -> None:
        """A loop is about to go through some items."""
        if isinstance(items, type(iter(range(0)))):
            self._items[index] = items

    def take(self, lap: Lap) -> None:
        """The first iteration of a loop begins."""
        lap.items = self._items.pop(lap.statement, None)

    def rest(self, frame: Frame, index: int) -> None:
        """An iteration has ended: take a nap, if it is sure that the next iterations will not be kept."""
        lap = frame.laps[-1] if frame.laps else None
        if lap is None or lap.statement != index or lap.items is None or lap.count < 2 or lap.unit is None:
            return
        self._learn(lap, self._steps.serial - lap.begun)
        length = self._length(frame, lap)
        if length < 1:
            return
        is_quiet = self._keeper.is_quiet(frame)
        if not is_quiet and any(each.index in self._steps.activations for each in self._spared_loop(lap).inner):
            return  # an activation may start or cease in any of these iterations, which is then kept
        self._nap = Nap(frame, lap, list(self._steps.counts), is_quiet)
        self._keeper.end_iteration(lap)
        self.asleep.append(True)
        self.box.append(islice(lap.items, length))

    def wake(self, place: types.FrameType | None, *, is_over: bool) -> None:
        """A nap has ended, by itself or (if it is not over) by an exception."""
        nap, self._nap = self._nap, None
        if nap is None:
            return
        self.asleep.clear()
        self.box.clear()
        frame, lap, steps = nap.frame, nap.lap, self._steps
        ran = [now - before for now, before in zip(steps.counts, nap.counts, strict=True)]
        steps.serial += sum(ran)
        self._account(lap, ran)
        pairs = zip(self._statements, ran, strict=True)
        own = sum(count for each, count in pairs if each.scope == frame.scope and each.kind != "functiondef")
        self._probing.skip(frame.scope, own)
        unit = self._keeper.begin_unit(lap)
        unit.printed = steps.look_at_output()
        if nap.is_quiet or not own:  # an exception may come before the first statement of a nap
            frame.missed += own
        else:
            is_there = place is not None or frame.scope is None
            changes = frame.table.look(self._frames.variables(frame, place), steps.homes) if is_there else []
            order = self._orders[lap.statement]
            changes.sort(key=lambda change: order.get(change.name, len(order)))
            where = tuple([(each, each.count - 1) for each in frame.laps])
            self._keeper.add(unit, Entry(steps.serial, frame, lap.statement, where, changes, skipped=sum(ran)))
        lap.sampled = is_over
        if is_over:
            self._keeper.end_iteration(lap)
        steps.look_at_limit(lap.statement)

    def stumble(self, index: int | None) -> None:
        """An exception leaves a function that runs without hooks."""
        if index is not None and self._statements[index].kind != "return":  # which is counted before it is evaluated
            self._steps.counts[index] += 1

    def _account(self, lap: Lap, ran: list[int]) -> None:
        """Count the iterations and calls that nobody saw begin."""
        lap.count += ran[lap.statement]
        calls = 0
        for each, count in zip(self._statements, ran, strict=True):
            if count and each.kind == "for":
                self._keeper.count_iterations(each.index, count)
            elif count and each.kind == "functiondef":
                self._keeper.count_calls(each.index, count)
                calls += count
        self._frames.skip(calls)

    def _learn(self, lap: Lap, steps: int) -> None:
        """Note in what order the variables change in an iteration, and how many statements run."""
        self._most[lap.statement] = max(steps, self._most.get(lap.statement, 1))
        order = self._orders.setdefault(lap.statement, {})
        assert lap.unit is not None
        for entry in lap.unit.entries:
            if entry.frame is lap.frame:
                for change in entry.changes:
                    order.setdefault(change.name, len(order))

    def _length(self, frame: Frame, lap: Lap) -> int:
        """How many iterations from here on will surely not be kept."""
        keeper = self._keeper
        left = int(lap.items.__length_hint__()) - 1
        if left < 1 or keeper.is_full or active_count() > 1:
            return 0
        left = min(left, LONGEST, self._steps.left() // (2 * self._most[lap.statement]))
        for most, count in ((ITERATIONS, lap.count), (TOTAL, keeper.iterations(lap.statement))):
            if count <= most:
                left = min(left, most - count)
        tests = self._tests_of(frame, lap)
        if tests is None:
            return 0
        ahead = islice(copy.copy(lap.items), left)
        number = lap.count
        for length, item in enumerate(ahead):
            at = number + length
            if any(test(item) for test in tests) or (self._is_talking(lap) and not at & (at - 1)):
                return length
        return left

    def _spared_loop(self, lap: Lap) -> Resting:
        assert self._spared is not None
        return self._spared.loops[lap.statement]

    def _is_talking(self, lap: Lap) -> bool:
        """Whether so many iterations were kept because they print that few more will be."""
        return lap.checkpoints >= CHECKPOINTS

    def _tests_of(self, frame: Frame, lap: Lap) -> list[Holds] | None:
        """When an iteration of a loop must be seen; None for always."""
        assert self._spared is not None
        loop = self._spared_loop(lap)
        counts, loud = self._steps.counts, self._spared.loud | self._steps.loud
        if any(not counts[index] or index in loud for index in loop.reach):
            return None
        inner = {each.index for each in loop.inner}
        asked = self._probing.asked(frame.scope, loop.reach, inner, loop.target)
        if asked is None:
            return None
        tests: list[Holds] = [_holding(code, loop.target) for code in asked]
        for each in loop.inner:
            is_new = not counts[each.index]
            if (is_new or each.index in loud) and each.guards:
                tests.append(self._guarded(loop, each))
            elif is_new or (each.index in loud and not self._is_talking(lap)):
                return None
        return tests

    def _guarded(self, loop: Resting, inner: Inner) -> Holds:
        """Whether what is known to be around a statement lets it run."""
        test = self._tests.get(inner.index)
        if test is None:
            parts = [
                (_holding(compile(ast.Expression(guard.test), "<guard>", "eval"), loop.target), guard.outcome)
                for guard in inner.guards
            ]
            test = self._tests[inner.index] = lambda item: all(holds(item) is outcome for holds, outcome in parts)
        return test


def _holding(code: types.CodeType, target: str) -> Holds:
    """A condition as a function of the loop's target; one that fails might hold."""

    def holds(item: int) -> bool:
        try:
            return bool(eval(code, {"__builtins__": {}, target: item}))
        except (ArithmeticError, TypeError, ValueError):
            return True

    return holds
