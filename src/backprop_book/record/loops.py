"""loops: what loops and their iterations, as they begin and end, leave in a run."""

import types

from backprop_book.core.model import Statement
from backprop_book.record.encoder import encode
from backprop_book.record.run_state import Frame, Keeper, LoopExecution
from backprop_book.record.steps import Steps


class Loops:
    """Records the loops of one run. Each method acts for the hook that it is called like."""

    def __init__(
        self,
        statements: tuple[Statement, ...],
        steps: Steps,
        keeper: Keeper,
    ) -> None:
        """Get ready.

        Args:
            statements: The statements of the script.
            steps: The steps so far.
            keeper: Decides what stays.
        """
        self._statements = statements
        self._steps = steps
        self._keeper = keeper

    def begin(self, frame: Frame, _: types.FrameType, index: int) -> None:
        """A loop statement is about to run."""
        self._steps.unwind(frame, len(self._steps.chains[index]) - 1)
        frame.laps.append(LoopExecution(index, frame, self._steps.serial, frame.current()))

    def lap(self, frame: Frame, place: types.FrameType, index: int) -> None:
        """An iteration begins."""
        self._steps.align(frame, index)
        # A hook that has no stack left is passed over, so this may be the first that is heard of the loop.
        if frame.laps and frame.laps[-1].statement == index:
            self._keeper.next_iteration(frame.laps[-1])
        value = TRUE if self._statements[index].kind == "while" else None
        self._steps.take(frame, place, index, value, is_aligned=True)

    def turn(self, frame: Frame, place: types.FrameType, _: int) -> None:
        """An iteration ends."""
        self._steps.sample(frame.laps[-1:], frame, place)

    def done(self, frame: Frame, place: types.FrameType, index: int) -> None:
        """A loop has ended by itself."""
        self._steps.unwind(frame, len(self._steps.chains[index]) - 1)
        if self._statements[index].kind == "while":
            self._steps.take(frame, place, index, FALSE, is_aligned=True)


TRUE = encode(True)
"""What a condition came to that held."""
FALSE = encode(False)
"""What one came to that did not."""
