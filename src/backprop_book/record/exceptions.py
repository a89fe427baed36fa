"""exceptions: what an exception says, the statement that it came out of, and the steps that end with it or handle it."""

import sys
import types
from typing import Any

from backprop_book.core.model import Statement
from backprop_book.record.rewrite import Marker, Rewritten
from backprop_book.record.run_state import Frame, Frames
from backprop_book.record.steps import Steps


class Raised:
    """Records the exceptions of one run. It knows the script that runs."""

    def __init__(self, statements: tuple[Statement, ...], steps: Steps, frames: Frames) -> None:
        """Get ready.

        Args:
            statements: The statements of the script.
            steps: The steps so far.
            frames: The calls that run.
        """
        self._statements = statements
        self._steps = steps
        self._frames = frames
        self._script: Rewritten | None = None
        self._marker = Marker()

    def start(self, script: Rewritten, marker: Marker) -> None:
        """A script is about to run.

        Args:
            script: The script.
            marker: Where the number of the statement that runs now stands, from 1.
        """
        self._script, self._marker = script, marker

    def statement(self, error: BaseException, place: types.FrameType | None) -> int | None:
        """The statement of a frame (or of the module, for None) that an exception came out of."""
        assert self._script is not None
        running = int(self._marker[0]) - 1
        if place is not None and running >= 0 and self._statements[running].kind == "raise":
            return running
        return origin(error, place, self._frames.globals, self._script)

    def failed(self, frame: Frame, place: types.FrameType, _: int) -> None:
        """An exception leaves a block."""
        error = sys.exc_info()[1]
        if error is None or isinstance(error, GeneratorExit):
            return
        index = self.statement(error, place)
        if index is not None and (id(error), index) not in frame.errors:
            frame.errors.add((id(error), index))
            self._steps.take(frame, place, index, error=describe(error))
        frame.failed = True

    def caught(self, frame: Frame, place: types.FrameType, index: int) -> None:
        """A handler has caught an exception."""
        error = sys.exc_info()[1]
        assert error is not None, "a handler is where it is called from"
        frame.failed = False
        frame.errors.discard((id(error), self.statement(error, place) or 0))
        self._steps.take(frame, place, index, error=describe(error))

    def ended(self, error: BaseException, index: int) -> None:
        """An exception has ended the module, out of this statement."""
        module = self._frames.module
        if not any(number == id(error) for number, _ in module.errors):
            self._steps.take(module, None, index, error=describe(error))


def settle(frame: Frame) -> None:
    """Forget the exceptions of a frame that are over without a handler: a `with` kept them, or a `return` in a `finally`."""
    handled: set[int] = set()
    error = sys.exc_info()[1]
    while error is not None and id(error) not in handled:
        handled.add(id(error))
        error = BaseException.__dict__["__context__"].__get__(error)
    frame.errors = {each for each in frame.errors if each[0] in handled}
    frame.failed = frame.failed and bool(frame.errors)


def origin(
    error: BaseException, place: types.FrameType | None, namespace: dict[str, Any], script: Rewritten
) -> int | None:
    """The statement of a frame that an exception came out of.

    Args:
        error: The exception.
        place: The frame, None for that of the module.
        namespace: The module's variables.
        script: What runs.
    """
    trace = error.__traceback__
    found = None
    while trace is not None:
        if trace.tb_frame is place or (
            place is None and trace.tb_frame.f_globals is namespace and trace.tb_frame.f_code.co_name == "<module>"
        ):
            found = trace
        trace = trace.tb_next
    if found is None:
        return None
    line, _, column, _ = list(found.tb_frame.f_code.co_positions())[found.tb_lasti // 2]
    return script.statement_at(line or found.tb_lineno, column or 0)


def describe(error: BaseException) -> str:
    """An exception as the last line of its traceback names it, without running code of the script."""
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


_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes})
