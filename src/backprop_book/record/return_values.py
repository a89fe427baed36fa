"""return_values: values on their way out of a `return` or `yield`, until the step that they belong to is recorded."""

import types
from typing import Any

from backprop_book.core.model import Statement
from backprop_book.record.encoder import NOT_LOOKED_AT, lazy_or_encoded
from backprop_book.record.run_state import Frame, Frames, Keeper
from backprop_book.record.steps import Steps


class Passing:
    """Takes what a `return` or `yield` gives. It holds what was left on the way since the last hook."""

    def __init__(
        self,
        statements: tuple[Statement, ...],
        steps: Steps,
        frames: Frames,
        keeper: Keeper,
    ) -> None:
        """Get ready.

        Args:
            statements: The statements of the script.
            steps: The steps so far.
            frames: The calls that run.
            keeper: Decides what stays.
        """
        self.given: dict[types.FunctionType, Any] = {}
        """The values, each by a function whose default is the number of the statement that gave it."""
        self._statements = statements
        self._steps = steps
        self._frames = frames
        self._keeper = keeper

    def take(self) -> None:
        """Note the values for the calls that gave them, and let go of them."""
        pending = list(self.given.items())
        self.given.clear()
        for key, value in pending:
            index = (key.__defaults__ or (0,))[0]
            owner = self._frames.latest(self._statements[index].scope)
            if owner is not None:
                owner.given = (
                    NOT_LOOKED_AT if self._keeper.is_quiet(owner) else lazy_or_encoded(value, self._steps.homes)
                )
                owner.giver = index

    def give(self, frame: Frame, place: types.FrameType, index: int, value: object) -> None:
        """A `return` is about to give this."""
        if not self._keeper.is_quiet(frame):
            frame.given = lazy_or_encoded(value, self._steps.homes)
        self._steps.take(frame, place, index)
