"""hooks: what the rewritten script calls between its statements. They never raise and never print."""

import sys
import threading
import types
from collections.abc import Callable
from sys import _getframe as calling
from threading import get_ident
from typing import Any

from backprop_book.model import Statement
from backprop_book.record import kinds
from backprop_book.record.content import TooLargeError
from backprop_book.record.disturbance import restore, undisturbed
from backprop_book.record.dozes import Dozes
from backprop_book.record.encode import encode
from backprop_book.record.frames import Frames
from backprop_book.record.keeping import Keeper
from backprop_book.record.later import UNSEEN, noted
from backprop_book.record.naps import Naps
from backprop_book.record.probing import Probing
from backprop_book.record.raised import describe, origin
from backprop_book.record.rewrite import Rewritten
from backprop_book.record.steps import Steps
from backprop_book.record.unit import Frame, Lap


class Recorder:
    """One recorded run. The hooks are its methods; it holds what only they need."""

    def __init__(
        self,
        statements: tuple[Statement, ...],
        keeper: Keeper,
        probing: Probing,
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
        self.marker = memoryview(bytearray(4)).cast("i")
        """Where the number of the statement that runs now stands, from 1."""
        self.given: dict[types.FunctionType, Any] = {}
        """Values on their way out of a `return` or `yield`."""
        self.naps = Naps(statements, self.steps, self.frames, keeper, probing)
        """Iterations that run without hooks."""
        self.dozes = Dozes(statements, self.steps, self.frames, keeper, probing, self.naps.asleep)
        """Calls that run without hooks."""
        self._statements = statements
        self._keeper = keeper
        self._probing = probing
        self._homes = homes
        self._stop = stop
        self._lock = threading.RLock()  # a profile function of the script may be called while it is let go
        self._owner: int | None = None
        self._is_off = True
        self._script: Rewritten | None = None

    def start(self, script: Rewritten, namespace: dict[str, Any]) -> None:
        """Begin to record a module that is about to run in `namespace`."""
        self._script = script
        self.steps.chains, self.steps.effects = script.chains, script.effects
        self.frames.start(namespace)
        self.naps.start(script.spared)
        self.dozes.start(script.spared)
        self._is_off = False

    def silence(self) -> None:
        """Stop recording: the run is over, or this is a process that the script has started itself."""
        self._is_off = True

    def forget(self) -> None:
        """Let go of everything that belongs to the script."""
        self.frames.forget()
        self.given.clear()
        kinds.forget()

    def close(self) -> None:
        """End all that still runs, as far as the trace is concerned."""
        self._rouse(None)
        for frame in self.frames.running():
            self.steps.end(frame)
        self.steps.unwind(self.frames.module, 0)
        for frame in self.frames.running():
            if not frame.unit.closed:  # pragma: no branch - it is where memory ended with the call
                self._keeper.close(frame.unit, frame.unit.parent, stays=True)

    def final(self, error: BaseException) -> int | None:
        """Record the exception that ended the module. Returns the statement."""
        index = self.raiser(error, None)
        module = self.frames.module
        if index is not None and not self._is_off:
            with self._lock:
                self._owner = get_ident()
                self._rouse(None)
                if not any(number == id(error) for number, _ in module.errors):
                    self.steps.take(module, None, index, error=describe(error))
                self._owner = None
        return index

    def raiser(self, error: BaseException, place: types.FrameType | None) -> int | None:
        """The statement of a frame (or of the module, for None) that an exception came out of."""
        assert self._script is not None
        running = self.marker[0] - 1
        if place is not None and running >= 0 and self._statements[running].kind == "raise":
            return running
        return origin(error, place, self.frames.globals, self._script)

    # The hooks. Each one finds the frame that it was called from.

    def begin(self, index: int) -> None:
        """A loop statement is about to run."""
        self._hook(calling(1), index, self._begin)

    def lap(self, index: int) -> None:
        """A loop has bound its target, or its condition held: an iteration begins."""
        self._hook(calling(1), index, self._lap)

    def turn(self) -> None:
        """An iteration ends, for the next one, or because it leaves the loop."""
        self._hook(calling(1), 0, self._turn)

    def rest(self, index: int) -> None:
        """An iteration ends of a loop that may go on without hooks for a while."""
        self._hook(calling(1), index, self._rest)

    def sample(self, index: int) -> None:
        """An iteration without hooks ends, of which there are series."""
        self._hook(calling(1), index, self._sample)

    def woke(self, index: int) -> None:
        """Iterations without hooks are over."""
        self._hook(calling(1), index, self._woke)

    def done(self, index: int) -> None:
        """A loop has ended by itself."""
        self._hook(calling(1), index, self._done)

    def test(self, index: int, outcome: bool) -> None:
        """A condition came to this."""
        self._hook(calling(1), index, self._tested if outcome else self._denied)

    def after(self, index: int) -> None:
        """A statement has ended, or the header of a compound one."""
        self._hook(calling(1), index, self.steps.take)

    def gives(self, index: int, value: object) -> None:
        """A `return` is about to give this."""
        self._hook(calling(1), index, self._gives, value)

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
        self._hook(calling(1), 0, self._failed)

    def caught(self, index: int) -> None:
        """A handler has caught an exception."""
        self._hook(calling(1), index, self._caught)

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
                    self._hand_over()
                if opens and self.dozes.begin(place, index, self.marker[0]):
                    return
                frame = self.frames.enter(place, index, self.marker[0]) if opens else self.frames.at(place)
                if self.naps.asleep and action not in (self._woke, self._sample):
                    self._disturb(frame, place, action)
                if frame is not None:
                    if (frame.errors or frame.failed) and action != self._failed:
                        _settle(frame)
                    action(frame, place, index, *arguments)
            except TooLargeError as error:
                self._stop("value limit", f"a value is too large to be compared after each statement: {error}", index)
            except MemoryError:
                self._stop("memory limit", "MemoryError", index)
            finally:
                if changed is not None:
                    restore(changed)
                self._owner = None

    def _disturb(self, frame: Frame | None, place: types.FrameType, action: Callable[..., None]) -> None:
        """Something happens while iterations run without hooks: an exception leaves a function there, or all of them."""
        if frame is None and action == self._failed:
            error = sys.exc_info()[1]
            self.naps.stumble(None if error is None else self.raiser(error, place))
        else:
            self._rouse(place)

    def _rouse(self, place: types.FrameType | None) -> None:
        """What runs without hooks is over, or shall go on with them."""
        self.naps.wake(place, is_over=False)
        marker = self.dozes.wake()
        if marker is not None:
            self.marker[0] = marker

    def _hand_over(self) -> None:
        """Take the values that a `return` or `yield` left behind, and let go of them."""
        pending = list(self.given.items())
        self.given.clear()
        for key, value in pending:
            index = (key.__defaults__ or (0,))[0]
            if self._statements[index].kind == "for":
                self.naps.hold(index, value)
                continue
            owner = self.frames.latest(self._statements[index].scope)
            if owner is not None:
                owner.given = UNSEEN if self._keeper.is_quiet(owner) else noted(value, self._homes)
                owner.giver = index

    def _enter(self, frame: Frame, place: types.FrameType, index: int) -> None:
        self.frames.share(frame, place, index)
        self.steps.take(frame, place, index)

    def _enter_class(self, frame: Frame, place: types.FrameType, index: int) -> None:
        """The class statement itself is a step of the frame around it, once it has ended."""

    def _leave(self, frame: Frame, place: types.FrameType, index: int) -> None:
        if frame.given is not None and not frame.failed:
            self.steps.take(frame, place, index if frame.giver is None else frame.giver)
        self.steps.sample(frame.laps[::-1], frame, place)
        self.steps.end(frame)
        frame.is_over = True
        self._keeper.end_call(frame, number_kept=frame.stays)
        self.frames.leave(place)
        self.marker[0] = frame.marker

    def _gives(self, frame: Frame, place: types.FrameType, index: int, value: object) -> None:
        if not self._keeper.is_quiet(frame):
            frame.given = noted(value, self._homes)
        self.steps.take(frame, place, index)

    def _begin(self, frame: Frame, _: types.FrameType, index: int) -> None:
        self.steps.unwind(frame, len(self.steps.chains[index]) - 1)
        frame.laps.append(Lap(index, frame, self.steps.serial, frame.current()))

    def _lap(self, frame: Frame, place: types.FrameType, index: int) -> None:
        self.steps.align(frame, index)
        # A hook that has no stack left is passed over, so this may be the first that is heard of the loop.
        if frame.laps and frame.laps[-1].statement == index:
            self._keeper.next_iteration(frame.laps[-1])
            frame.laps[-1].begun = self.steps.serial
            if frame.laps[-1].count == 1:
                self.naps.take(frame.laps[-1])
        value = _TRUE if self._statements[index].kind == "while" else None
        self.steps.take(frame, place, index, value, is_aligned=True)

    def _turn(self, frame: Frame, place: types.FrameType, _: int) -> None:
        self.steps.sample(frame.laps[-1:], frame, place)

    def _rest(self, frame: Frame, place: types.FrameType, index: int) -> None:
        self.steps.sample(frame.laps[-1:], frame, place)
        self.naps.rest(frame, index)

    def _sample(self, frame: Frame, place: types.FrameType, index: int) -> None:
        self._probing.iteration(self.frames, frame, place, index)

    def _woke(self, _: Frame, place: types.FrameType, __: int) -> None:
        self.naps.wake(place, is_over=True)

    def _done(self, frame: Frame, place: types.FrameType, index: int) -> None:
        self.steps.unwind(frame, len(self.steps.chains[index]) - 1)
        if self._statements[index].kind == "while":
            self.steps.take(frame, place, index, _FALSE, is_aligned=True)

    def _tested(self, frame: Frame, place: types.FrameType, index: int) -> None:
        self.steps.take(frame, place, index, _TRUE)

    def _denied(self, frame: Frame, place: types.FrameType, index: int) -> None:
        self.steps.take(frame, place, index, _FALSE)

    def _failed(self, frame: Frame, place: types.FrameType, _: int) -> None:
        error = sys.exc_info()[1]
        if error is None or isinstance(error, GeneratorExit):
            return
        index = self.raiser(error, place)
        if index is not None and (id(error), index) not in frame.errors:
            frame.errors.add((id(error), index))
            self.steps.take(frame, place, index, error=describe(error))
        frame.failed = True

    def _caught(self, frame: Frame, place: types.FrameType, index: int) -> None:
        error = sys.exc_info()[1]
        assert error is not None, "a handler is where it is called from"
        frame.failed = False
        frame.errors.discard((id(error), self.raiser(error, place) or 0))
        self.steps.take(frame, place, index, error=describe(error))


def _settle(frame: Frame) -> None:
    """Forget the exceptions that are over without a handler: a `with` kept them, or a `return` in a `finally`."""
    handled: set[int] = set()
    error = sys.exc_info()[1]
    while error is not None and id(error) not in handled:
        handled.add(id(error))
        error = BaseException.__dict__["__context__"].__get__(error)
    frame.errors = {each for each in frame.errors if each[0] in handled}
    frame.failed = frame.failed and bool(frame.errors)


_TRUE = encode(True)
_FALSE = encode(False)
