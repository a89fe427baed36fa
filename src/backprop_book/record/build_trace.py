"""build_trace: the entries that were kept, as the steps of a trace."""

from bisect import bisect_right
from collections.abc import Callable

from backprop_book.core.model import LoopRun, Step, Trace
from backprop_book.record.child_protocol import Order
from backprop_book.record.encoder import described
from backprop_book.record.run_state import Keeper, LoopExecution
from backprop_book.source import Snippet


def story(
    order: Order, snippet: Snippet, counts: list[int], keeper: Keeper, printed: bytes
) -> tuple[Trace, Callable[[int], int | None]]:
    """Put the kept entries in order.

    Args:
        order: What was asked.
        snippet: The script.
        counts: How often each statement ran.
        keeper: What kept.
        printed: All that was printed to standard output so far.

    Returns:
        The trace, without its streams, and what tells the kept step at or before a serial number.
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

    def step_of(serial: int) -> int | None:
        at = bisect_right(serials, serial)
        return at - 1 if at else None

    return trace, step_of
