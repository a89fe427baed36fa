"""recorder: what the rewritten script calls between its statements. They never raise and never print."""

import threading
import types
from collections.abc import Callable
from sys import _getframe as calling
from threading import get_ident
from typing import Any

from backprop_book.core.model import Statement
from backprop_book.record import type_predicates
from backprop_book.record.exceptions import Raised, settle
from backprop_book.record.fingerprint import TooLargeError
from backprop_book.record.interpreter_state import restore, undisturbed
from backprop_book.record.loops import FALSE, TRUE, Loops
from backprop_book.record.probes import Probes
from backprop_book.record.return_values import Passing
from backprop_book.record.rewrite import Rewritten
from backprop_book.record.run_state import Frame, Frames, Keeper
from backprop_book.record.steps import Steps


class Recorder:
    """One recorded run. The hooks are its methods; it holds what only they need."""

    def __init__(
        self,
        statements: tuple[Statement, ...],
        keeper: Keeper,
        probing: Probes,
        homes: frozenset[str],
        steps: int,
        written: Callable[[], int],
        stop: Callable[[str, str, int | None], None],
    ) -> None:
        """Get ready.

        Args:
            statements: The statements of the script.
            keeper: Decides what stays.
            probing: Answers questions.
            homes: Modules whose classes are the script's own.
            steps: How many statements may run.
            written: Says how many bytes of output there are.
            stop: Ends the run for good: kind of outcome, message and statement.
        """
        self.frames = Frames(keeper)
        """The calls that run."""
        self.steps = Steps(statements, keeper, probing, self.frames, homes, steps, written, stop)
        """The steps so far."""
        self.marker = probing.marker
        """Where the number of the statement that runs now stands, from 1."""
        self._loops = Loops(statements, self.steps, keeper)
        self._raised = Raised(statements, self.steps, self.frames)
        self._passing = Passing(statements, self.steps, self.frames, keeper)
        self.given = self._passing.given
        """Values on their way out of a `return` or `yield`."""
        self._keeper = keeper
        self._stop = stop
        self._lock = threading.RLock()  # a profile function of the script may be called while it is let go
        self._owner: int | None = None
        self._is_off = True

    def start(self, script: Rewritten, namespace: dict[str, Any]) -> None:
        """Begin to record a module that is about to run in `namespace`."""
        self._raised.start(script, self.marker)
        self.steps.chains = script.chains
        self.frames.start(namespace)
        self._is_off = False

    def silence(self) -> None:
        """Stop recording: the run is over, or this is a process that the script has started itself."""
        self._is_off = True

    def forget(self) -> None:
        """Let go of everything that belongs to the script."""
        self.frames.forget()
        self.given.clear()
        type_predicates.forget()

    def close(self) -> None:
        """End all that still runs, as far as the trace is concerned."""
        for frame in self.frames.running():
            self.steps.end(frame, None)
        try:
            self.steps.end(self.frames.module, None)
        except TooLargeError as error:
            self._stop("value limit", _too_large(error), None)
        for frame in self.frames.running():
            if not frame.unit.closed:  # pragma: no branch - it is where memory ended with the call
                self._keeper.close(frame.unit, frame.unit.parent, stays=True)

    def final(self, error: BaseException) -> int | None:
        """Record the exception that ended the module. Returns the statement."""
        index = self._raised.statement(error, None)
        if index is not None and not self._is_off:
            with self._lock:
                self._owner = get_ident()
                self._raised.ended(error, index)
                self._owner = None
        return index

    # The hooks. Each one finds the frame that it was called from.

    def begin(self, index: int) -> None:
        """A loop statement is about to run."""
        self._hook(calling(1), index, self._loops.begin)

    def lap(self, index: int) -> None:
        """A loop has bound its target, or its condition held: an iteration begins."""
        self._hook(calling(1), index, self._loops.lap)

    def turn(self) -> None:
        """An iteration ends, for the next one, or because it leaves the loop."""
        self._hook(calling(1), 0, self._loops.turn)

    def done(self, index: int) -> None:
        """A loop has ended by itself."""
        self._hook(calling(1), index, self._loops.done)

    def test(self, index: int, outcome: bool) -> None:
        """A condition came to this."""
        self._hook(calling(1), index, self.steps.take, TRUE if outcome else FALSE)

    def after(self, index: int) -> None:
        """A statement has ended, or the header of a compound one."""
        self._hook(calling(1), index, self.steps.take)

    def gives(self, index: int, value: object) -> None:
        """A `return` is about to give this."""
        self._hook(calling(1), index, self._passing.give, value)

    def enter(self, index: int) -> None:
        """A function begins to run."""
        self._hook(calling(1), index, self._enter, opens=True)

    def enter_class(self, index: int) -> None:
        """The body of a class begins to run."""
        self._hook(calling(1), index, self._enter_class, opens=True)

    def leave(self, index: int) -> None:
        """A function or the body of a class ends."""
        self._hook(calling(1), index, self._leave)

    def failed(self) -> None:
        """An exception leaves a block."""
        self._hook(calling(1), 0, self._raised.failed)

    def caught(self, index: int) -> None:
        """A handler has caught an exception."""
        self._hook(calling(1), index, self._raised.caught)

    def _hook(
        self, place: types.FrameType, index: int, action: Callable[..., None], *arguments: object, opens: bool = False
    ) -> None:
        """Act for a hook, unless a hook acts already in this thread (a finalizer or a signal came in between)."""
        me = get_ident()
        if self._is_off or self._owner == me:
            return
        with self._lock:
            changed = None
            try:
                self._owner = me
                changed = undisturbed()
                if self.given:
                    self._passing.take()
                frame = self.frames.enter(place, index, self.marker[0]) if opens else self.frames.at(place)
                if frame is not None:
                    if (frame.errors or frame.failed) and action != self._raised.failed:
                        settle(frame)
                    action(frame, place, index, *arguments)
            except TooLargeError as error:
                self._stop("value limit", _too_large(error), None)
            except MemoryError:
                self._stop("memory limit", "MemoryError", None)
            finally:
                if changed is not None:
                    restore(changed)
                self._owner = None

    def _enter(self, frame: Frame, place: types.FrameType, index: int) -> None:
        self.frames.share(frame, place, index)
        self.steps.take(frame, place, index)

    def _enter_class(self, frame: Frame, place: types.FrameType, index: int) -> None:
        """The class statement itself is a step of the frame around it, once it has ended."""

    def _leave(self, frame: Frame, place: types.FrameType, index: int) -> None:
        if frame.given is not None and not frame.failed:
            self.steps.take(frame, place, index if frame.giver is None else frame.giver)
        self.steps.sample(frame.laps[::-1], frame, place)
        self.steps.end(frame, place)
        frame.is_over = True
        self._keeper.end_call(frame, number_kept=frame.stays)
        self.frames.leave(place)
        self.marker[0] = frame.marker


def _too_large(error: TooLargeError) -> str:
    return f"a value is too large to be compared after each statement: {error}"
