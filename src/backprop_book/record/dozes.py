"""dozes: calls that will surely not be kept run without hooks; what they changed is seen by the statement that called."""

import types
from dataclasses import dataclass
from threading import active_count

from backprop_book.model import Statement
from backprop_book.record.bare import Spared
from backprop_book.record.frames import Frames
from backprop_book.record.keeping import CALLS, ITERATIONS, Keeper
from backprop_book.record.probing import Probing
from backprop_book.record.steps import Steps
from backprop_book.record.unit import Frame


@dataclass(frozen=True, slots=True)
class Doze:
    """A call that runs now without hooks."""

    function: int
    """Of which function."""
    caller: Frame
    """Where it was called from."""
    is_quiet: bool
    """Whether nobody would have looked at its variables anyway, so that its steps count nowhere."""
    marker: int
    """What the marker said when it began."""
    ran: int
    """How many statements had run."""
    counts: tuple[int, ...]
    """How often each function and loop had run."""


class Dozes:
    """The dozes of one run. It holds the one that goes on, and what functions have shown of themselves."""

    def __init__(
        self,
        statements: tuple[Statement, ...],
        steps: Steps,
        frames: Frames,
        keeper: Keeper,
        probing: Probing,
        asleep: list[bool],
    ) -> None:
        """Get ready; see the recorder for the arguments, and the naps for `asleep`."""
        self._steps = steps
        self._frames = frames
        self._keeper = keeper
        self._probing = probing
        self._asleep = asleep
        self._functions = [each.index for each in statements if each.kind == "functiondef"]
        self._counted = [*self._functions, *(each.index for each in statements if each.kind == "for")]
        self._spared: Spared | None = None
        self._doze: Doze | None = None
        self._known: set[int] = set()
        self._most: dict[int, int] = {}

    def start(self, spared: Spared) -> None:
        """A script is about to run."""
        self._spared = spared

    def begin(self, place: types.FrameType, index: int, marker: int) -> bool:
        """A call begins. Returns whether it runs without hooks.

        Args:
            place: The interpreter's frame of the call.
            index: The function.
            marker: The statement that runs, from 1.
        """
        if not self._is_sure(index):
            return False
        keeper, steps = self._keeper, self._steps
        caller = self._frames.caller(place)
        is_quiet = keeper.calls(index) >= ITERATIONS or keeper.is_quiet(caller)
        counts = tuple([steps.counts[each] for each in self._counted])
        self._doze = Doze(index, caller, is_quiet, marker, sum(steps.counts), counts)
        self._asleep.append(True)
        return True

    def _is_sure(self, index: int) -> bool:
        """Whether it is sure that a call that begins will not be kept, and that nobody asks what happens in it."""
        assert self._spared is not None
        keeper, steps = self._keeper, self._steps
        if keeper.calls(index) < CALLS or keeper.is_full or index not in self._spared.functions:
            return False
        reach = self._spared.functions[index]
        if index not in self._known:
            if not all(steps.counts[each] for each in reach) or not self._spared.loud.isdisjoint(reach):
                return False
            self._known.add(index)
        longest = self._most.setdefault(index, steps.serial)
        if steps.left() <= 2 * longest or active_count() > 1:
            return False
        return steps.loud.isdisjoint(reach) and not self._probing.asks(reach)

    def wake(self) -> int | None:
        """A call that ran without hooks is over. Returns what the marker shall say; None if there was no such call."""
        doze, self._doze = self._doze, None
        if doze is None:
            return None
        self._asleep.clear()
        keeper, steps, index = self._keeper, self._steps, doze.function
        ran = sum(steps.counts) - doze.ran
        steps.serial += ran
        self._most[index] = max(ran, self._most[index])
        calls = 0
        for number, (each, before) in enumerate(zip(self._counted, doze.counts, strict=True)):
            count = steps.counts[each] - before
            if count and number < len(self._functions):
                keeper.count_calls(each, count)
                calls += count
            elif count:
                keeper.count_iterations(each, count)
        self._frames.skip(calls)
        unit = doze.caller.current()
        if steps.look_at_output():
            assert self._spared is not None
            steps.loud.update(self._spared.functions[index])
            unit.printed = True
        if not doze.is_quiet:
            keeper.count_lost(unit, doze.caller, ran, index)
        steps.look_at_limit(index)
        return doze.marker
