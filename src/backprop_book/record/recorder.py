"""recorder: the hooks that the rewritten script calls between its statements. They never raise and never print."""

import sys
import threading
import types
from collections.abc import Callable
from sys import _getframe as calling
from threading import get_ident
from typing import Any

from backprop_book.core.model import Statement
from backprop_book.record import type_predicates
from backprop_book.record.fingerprint import TooLargeError
from backprop_book.record.probes import Probes
from backprop_book.record.rewrite import Rewritten
from backprop_book.record.run_state import Frame, Frames, Keeper
from backprop_book.record.steps import FALSE, TRUE, Steps, Stop

# A script may replace these functions.
_gettrace, _settrace = sys.gettrace, sys.settrace
_getprofile, _setprofile = sys.getprofile, sys.setprofile
_WRITTEN_IN_PYTHON = frozenset({types.FunctionType, types.MethodType})
_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes})


class Recorder:
    """Records one run. Its public methods from `begin` to `caught` are the hooks, each with the number of a statement."""

    def __init__(
        self,
        statements: tuple[Statement, ...],
        keeper: Keeper,
        probes: Probes,
        homes: frozenset[str],
        steps: int,
        written: Callable[[], int],
        stop: Stop,
    ) -> None:
        """Get ready.

        Args:
            statements: The statements of the script.
            keeper: Decides which steps stay in the trace.
            probes: Answers the probes.
            homes: Names of modules whose classes are the script's own.
            steps: How many statements may run.
            written: Returns the number of bytes printed so far.
            stop: Ends the run.
        """
        self.frames = Frames(keeper)
        """The calls that run."""
        self.steps = Steps(statements, keeper, probes, self.frames, homes, steps, written, stop)
        """The steps so far."""
        self.marker = probes.marker
        """The cell with the number of the statement that runs now, from 1."""
        self._statements = statements
        self._script: Rewritten | None = None
        self._keeper = keeper
        self._stop = stop
        self._lock = threading.RLock()  # releasing it may call a profile function of the script
        self._owner: int | None = None
        self._is_off = True
        self._take = self.steps.take

    def start(self, script: Rewritten, namespace: dict[str, Any]) -> None:
        """Begin to record a script that is about to run.

        Args:
            script: The script with hooks.
            namespace: The namespace of its module.
        """
        self._script = script
        self.steps.chains = script.chains
        self.frames.start(namespace)
        self._is_off = False

    def silence(self) -> None:
        """Stop recording: the run is over, or this is a process that the script has started itself."""
        self._is_off = True

    def forget(self) -> None:
        """Drop all references to objects of the script."""
        self.frames.forget()
        self.steps.given.clear()
        self.steps.large.forget()
        type_predicates.forget()

    def close(self) -> None:
        """End the calls and loops that still run, as far as the trace is concerned."""
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
        """Record the exception that ended the module. Returns the statement that raised it, None if that is unknown."""
        index = self._origin(error, None)
        if index is not None and not self._is_off:
            with self._lock:
                self._owner = get_ident()
                module = self.frames.module
                if not any(number == id(error) for number, _ in module.errors):
                    self.steps.take(module, None, index, error=describe(error))
                self._owner = None
        return index

    # The hooks. Each one finds the frame that it was called from.

    def begin(self, index: int) -> None:
        """A loop statement is about to run."""
        self._hook(calling(1), index, self.steps.begin_loop)

    def lap(self, index: int) -> None:
        """A loop has bound its target, or its condition held: an iteration begins."""
        self._hook(calling(1), index, self.steps.begin_iteration)

    def turn(self) -> None:
        """An iteration ends, for the next one, or because it leaves the loop."""
        self._hook(calling(1), 0, self.steps.end_iteration)

    def done(self, index: int) -> None:
        """A loop has ended without `break`, `return` or an exception."""
        self._hook(calling(1), index, self.steps.end_loop)

    def test(self, index: int, outcome: bool) -> None:
        """The condition of an `if` was true or false."""
        self._hook(calling(1), index, self._take, TRUE if outcome else FALSE)

    def after(self, index: int) -> None:
        """A statement has ended, or the header of a compound one."""
        self._hook(calling(1), index, self._take)

    def gives(self, index: int, value: object) -> None:
        """A `return` is about to give a value."""
        self._hook(calling(1), index, self.steps.take_return, value)

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
            suspended = None
            try:
                self._owner = me
                if _gettrace() is not None or _getprofile() is not None:
                    suspended = _suspend_tracing()
                if self.steps.given:
                    self.steps.take_given()
                frame = self.frames.enter(place, index, self.marker[0]) if opens else self.frames.at(place)
                if frame is not None:
                    if (frame.errors or frame.failed) and action != self._failed:
                        _forget_past_errors(frame)
                    action(frame, place, index, *arguments)
            except TooLargeError as error:
                self._stop("value limit", _too_large(error), None)
            except MemoryError:
                self._stop("memory limit", "MemoryError", None)
            finally:
                if suspended is not None:
                    _resume_tracing(suspended)
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

    def _failed(self, frame: Frame, place: types.FrameType, _: int) -> None:
        error = sys.exc_info()[1]
        if error is None or isinstance(error, GeneratorExit):
            return
        index = self._origin(error, place)
        if index is not None and (id(error), index) not in frame.errors:
            frame.errors.add((id(error), index))
            self.steps.take(frame, place, index, error=describe(error))
        frame.failed = True

    def _caught(self, frame: Frame, place: types.FrameType, index: int) -> None:
        error = sys.exc_info()[1]
        assert error is not None, "a handler is where it is called from"
        frame.failed = False
        frame.errors.discard((id(error), self._origin(error, place) or 0))
        self.steps.take(frame, place, index, error=describe(error))

    def _origin(self, error: BaseException, place: types.FrameType | None) -> int | None:
        """The statement of a frame (None for that of the module) that an exception came out of; None if it is unknown."""
        assert self._script is not None
        running = int(self.marker[0]) - 1
        if place is not None and running >= 0 and self._statements[running].kind == "raise":
            return running
        trace = error.__traceback__
        found = None
        while trace is not None:
            code = trace.tb_frame.f_code
            is_module = trace.tb_frame.f_globals is self.frames.globals and code.co_name == "<module>"
            if trace.tb_frame is place or (place is None and is_module):
                found = trace
            trace = trace.tb_next
        if found is None:
            return None
        line, _, column, _ = list(found.tb_frame.f_code.co_positions())[found.tb_lasti // 2]
        return self._script.statement_at(line or found.tb_lineno, column or 0)


def describe(error: BaseException) -> str:
    """An exception as in the last line of its traceback, without running code of the script.

    Returns:
        The name of its type, and its message where no class of the script makes the message.
    """
    kind = type(error)
    name = type.__getattribute__(kind, "__qualname__")
    module = type.__getattribute__(kind, "__module__")
    name = name if module in {"builtins", "__main__"} else f"{module}.{name}"
    arguments = BaseException.__dict__["args"].__get__(error)
    if not all(type(each) in _PLAIN for each in arguments):
        return str(name)
    bases = type.__dict__["__mro__"].__get__(kind)
    base = next(each for each in bases if "__str__" in type.__dict__["__dict__"].__get__(each))
    if type.__getattribute__(base, "__module__") == "__main__":
        return str(name)
    text = base.__str__(error)
    return f"{name}: {text}" if text else str(name)


def _forget_past_errors(frame: Frame) -> None:
    """Forget the exceptions of a frame that are over without a handler: a `with` kept them, or a `return` in a `finally`."""
    handled: set[int] = set()
    error = sys.exc_info()[1]
    while error is not None and id(error) not in handled:
        handled.add(id(error))
        error = BaseException.__dict__["__context__"].__get__(error)
    frame.errors = {each for each in frame.errors if each[0] in handled}
    frame.failed = frame.failed and bool(frame.errors)


def _suspend_tracing() -> tuple[Any, Any] | None:
    """Take away the script's trace and profile functions, which would be called for each hook; None if there are none."""
    trace: Any = _gettrace()
    profile: Any = _getprofile()
    if trace.__class__ not in _WRITTEN_IN_PYTHON and profile.__class__ not in _WRITTEN_IN_PYTHON:
        return None
    if (
        trace.__class__ in _WRITTEN_IN_PYTHON
    ):  # pragma: no cover (coverage is not measured where the script traces itself)
        _settrace(None)
    if profile.__class__ in _WRITTEN_IN_PYTHON:
        _setprofile(None)
    return trace, profile


def _resume_tracing(suspended: tuple[Any, Any]) -> None:
    trace, profile = suspended
    if type(profile) in _WRITTEN_IN_PYTHON:
        _setprofile(profile)
    if type(trace) in _WRITTEN_IN_PYTHON:  # pragma: no cover (as above)
        _settrace(trace)


def _too_large(error: TooLargeError) -> str:
    return f"a value is too large to be compared after each statement: {error}"
