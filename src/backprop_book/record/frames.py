"""frames: the calls that run, by the interpreter's frames, and the variables that each one shows."""

import types
from collections.abc import Mapping
from typing import Any

from backprop_book.record.retention import Keeper
from backprop_book.record.run_state import Frame, Unit

OPTIMIZED = 1
"""Flag of code whose variables are in slots, so that `f_locals` is a copy: that of functions."""


class Frames:
    """The calls that run now. It holds the record of each one, and the namespace of the module."""

    def __init__(self, keeper: Keeper) -> None:
        self.module = Frame(0, None, None, 0, 0, keeper.root)
        """The module's frame."""
        self.globals: dict[str, Any] = {}
        """The module's variables."""
        self._keeper = keeper
        self._initial: frozenset[str] = frozenset()
        self._calls = 0
        self._running: dict[int, Frame] = {}
        self._named: dict[int, frozenset[str]] = {}
        keeper.root.frame = self.module

    def start(self, namespace: dict[str, Any]) -> None:
        """A module is about to run in `namespace`."""
        self.globals = namespace
        self._initial = frozenset(namespace) | {"__builtins__", "__annotations__", "__warningregistry__"}

    def forget(self) -> None:
        """Let go of what belongs to the script."""
        self._running.clear()
        self.globals = {}

    def at(self, place: types.FrameType) -> Frame | None:
        """The record of the interpreter's frame, if it is one of the script's."""
        if place.f_globals is self.globals and place.f_code.co_name == "<module>":
            return self.module
        return self._running.get(id(place))

    def running(self) -> list[Frame]:
        """The calls that run, the latest first."""
        return sorted(self._running.values(), key=lambda frame: -frame.serial)

    def latest(self, scope: int | None) -> Frame | None:
        """Of the calls of a function that have not ended, the one that ran last: generators take turns."""
        frames = (frame for frame in self._running.values() if frame.scope == scope)
        return max(frames, key=lambda frame: frame.latest, default=None)

    def enter(self, place: types.FrameType, index: int, marker: int) -> Frame:
        """Make the record of a call; the call that it came from is the nearest one of the script's.

        Args:
            place: The interpreter's frame.
            index: The definition that is called.
            marker: The statement that runs, from 1.
        """
        caller = self.caller(place)
        self._calls += 1
        unit = Unit(caller.current(), None)
        frame = Frame(self._calls, index, place.f_code.co_qualname, caller.depth + 1, marker, unit)
        unit.frame = frame
        frame.is_quiet = not self._keeper.call(frame) or self._keeper.is_quiet(caller)
        frame.stays = self._keeper.is_kept_call(frame)
        if (
            not place.f_code.co_flags & OPTIMIZED
        ):  # to ask for it again would take away a `__class__` that the body has bound
            frame.mirror = place.f_locals
        self._running[id(place)] = frame
        return frame

    def caller(self, place: types.FrameType) -> Frame:
        """The record of the nearest call of the script's that an interpreter's frame was called from."""
        above, caller = place.f_back, None
        while above is not None and caller is None:
            caller = self.at(above)
            above = above.f_back
        return caller or self.module

    def share(self, frame: Frame, place: types.FrameType, index: int) -> None:
        """Note which globals a function names: they are shown with its own variables."""
        names = self._named.get(index)
        if names is None:
            names = self._named[index] = _names(place.f_code)
        frame.shared = tuple(
            name
            for name, value in self.globals.items()
            if name in names and not isinstance(value, _DEFINED) and name not in self._initial
        )

    def leave(self, place: types.FrameType) -> None:
        """A call has ended."""
        self._running.pop(id(place)).mirror = None  # which may hold all that the script has defined

    def variables(self, frame: Frame, place: types.FrameType | None) -> list[tuple[str, Any]]:
        """The variables that a frame shows: its own, and the globals that its code names."""
        if frame.scope is None or place is None:
            initial = self._initial
            return [pair for pair in self.globals.items() if pair[0] not in initial and type(pair[0]) is str]
        own = self.own(frame, place)
        shown = [(name, each) for name, each in own.items() if not (name.startswith("__") and name.endswith("__"))]
        return shown + [(name, self.globals[name]) for name in frame.shared if name in self.globals and name not in own]

    @staticmethod
    def own(frame: Frame, place: types.FrameType) -> Mapping[str, Any]:
        """A frame's own variables, as a copy; what `locals()` gave to the script before stays as it was."""
        if not place.f_code.co_flags & OPTIMIZED:
            return dict(frame.mirror or {})
        mirror = frame.mirror
        before = None if mirror is None else dict(mirror)
        found = place.f_locals
        if type(found) is not dict:  # pragma: no cover (from Python 3.13 on a view, which changes nothing)
            return dict(found)
        copy = dict(found)
        found.clear()
        found.update(before or {})
        frame.mirror = found
        return copy


_DEFINED = (types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type)


def _names(code: types.CodeType) -> frozenset[str]:
    """The names that a code object, and those inside it, look up in other places than their own variables."""
    inner = [_names(each) for each in code.co_consts if isinstance(each, types.CodeType)]
    return frozenset(code.co_names).union(*inner)
