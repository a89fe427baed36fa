"""hooks: what the rewritten script calls between its statements. They never raise and never print."""

import builtins
import sys
import threading
import types
from collections.abc import Callable, Iterator, Mapping
from sys import _getframe as calling
from typing import Any

from backprop_book.model import Statement, Value
from backprop_book.record import kinds
from backprop_book.record.content import TooLargeError
from backprop_book.record.encode import encode
from backprop_book.record.keeping import Entry, Frame, Keeper, Lap, Unit
from backprop_book.record.probing import Probing
from backprop_book.record.rewrite import Rewritten

OPTIMIZED = 1
"""Flag of code whose variables are in slots, so that `f_locals` is a copy: that of functions."""


class Recorder:
    """The state of one recorded run. The hooks are its methods."""

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
        self.counts = [0] * len(statements)
        """How often each statement ran."""
        self.marker = memoryview(bytearray(4)).cast("i")
        """Where the number of the statement that runs now stands, from 1."""
        self.given: dict[types.FunctionType, Any] = {}
        """Values on their way out of a `return` or `yield`."""
        self._statements = statements
        self._keeper = keeper
        self._probing = probing
        self._homes = homes
        self._steps = self._left = steps
        self._written = written
        self._stop = stop
        self._output = 0
        self._serial = 0
        self._frames: dict[int, Frame] = {}
        self._calls = 0
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._is_off = True
        self._rewritten: Rewritten | None = None
        self._initial: frozenset[str] = frozenset()
        self._globals: dict[str, Any] = {}
        self._module = Frame(0, None, None, 0, 0, keeper.root)
        keeper.root.frame = self._module

    def start(self, rewritten: Rewritten, namespace: dict[str, Any]) -> None:
        """Begin to record a module that is about to run in `namespace`."""
        self._rewritten = rewritten
        self._globals = namespace
        self._initial = frozenset(namespace) | {"__builtins__", "__annotations__", "__warningregistry__"}
        self._is_off = False

    def silence(self) -> None:
        """Stop recording: the run is over, or this is a process that the script has started itself."""
        self._is_off = True

    def forget(self) -> None:
        """Let go of everything that belongs to the script."""
        self._frames.clear()
        self._globals = {}
        self.given.clear()
        kinds.forget()

    @property
    def printed(self) -> int:
        """How many bytes had been printed at the latest step."""
        return self._output

    def close(self) -> None:
        """End all that still runs, as far as the trace is concerned."""
        for frame in sorted(self._frames.values(), key=lambda each: -each.serial):
            self._unwind(frame, 0)
            self._look_back(frame)
        self._unwind(self._module, 0)
        for frame in sorted(self._frames.values(), key=lambda each: -each.serial):
            if frame is not self._module and not frame.unit.closed:
                self._keeper.close(frame.unit, frame.unit.parent, stays=True)

    @property
    def module(self) -> Frame:
        """The module's frame."""
        return self._module

    @property
    def globals(self) -> Mapping[str, Any]:
        """The module's variables."""
        return self._globals

    @property
    def serial(self) -> int:
        """The number of the latest step."""
        return self._serial

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

    def done(self, index: int) -> None:
        """A loop has ended by itself."""
        self._hook(calling(1), index, self._done)

    def test(self, index: int, outcome: bool) -> None:
        """A condition came to this."""
        self._hook(calling(1), index, self._tested if outcome else self._denied)

    def after(self, index: int) -> None:
        """A statement has ended, or the header of a compound one."""
        self._hook(calling(1), index, self._step)

    def gives(self, index: int, value: object) -> None:
        """A `return` is about to give this."""
        self._hook(calling(1), index, self._gives, value)

    def enter(self, index: int) -> None:
        """A function begins to run."""
        self._hook(calling(1), index, self._enter)

    def enter_class(self, index: int) -> None:
        """The body of a class begins to run."""
        self._hook(calling(1), index, self._enter_class)

    def leave(self, index: int) -> None:
        """A function or the body of a class ends."""
        self._hook(calling(1), index, self._leave)

    def failed(self) -> None:
        """An exception leaves a block."""
        self._hook(calling(1), 0, self._failed)

    def caught(self, index: int) -> None:
        """A handler has caught an exception."""
        self._hook(calling(1), index, self._caught)

    def _hook(self, place: types.FrameType, index: int, action: Callable[..., None], *arguments: object) -> None:
        """Act for a hook, unless a hook acts already in this thread (a finalizer or a signal came in between)."""
        me = threading.get_ident()
        if self._is_off or self._owner == me:
            return
        with self._lock:
            self._owner = me
            changed = _undisturbed()
            try:
                self._hand_over()
                frame = (
                    self._module if place.f_globals is self._globals and place.f_code.co_name == "<module>" else None
                )
                if frame is None:
                    frame = self._frames.get(id(place))
                action(frame, place, index, *arguments)
            except TooLargeError as error:
                self._stop("value limit", f"a value is too large to be compared after each statement: {error}", index)
            except MemoryError:
                self._stop("memory limit", "MemoryError", index)
            finally:
                if changed is not None:
                    _restore(changed)
                self._owner = None

    def _hand_over(self) -> None:
        """Take the values that a `return` or `yield` left behind, and let go of them."""
        if self.given:
            pending = list(self.given.items())
            self.given.clear()
            for key, value in pending:
                index = (key.__defaults__ or (0,))[0]
                scope = self._statements[index].scope
                owner = max(
                    (frame for frame in self._frames.values() if frame.scope == scope),
                    key=lambda each: each.serial,
                    default=None,
                )
                if owner is not None and not self._keeper.is_quiet(owner):
                    owner.given, owner.giver = encode(value, self._homes), index

    def _enter(self, _: Frame | None, place: types.FrameType, index: int) -> None:
        frame = self._new_frame(place, index)
        names = {name for code in _codes(place.f_code) for name in code.co_names}
        frame.shared = tuple(
            name
            for name in self._globals
            if name in names and not isinstance(self._globals[name], _DEFINED) and name not in self._initial
        )
        self._step(frame, place, index)

    def _enter_class(self, _: Frame | None, place: types.FrameType, index: int) -> None:
        self._new_frame(place, index)

    def _new_frame(self, place: types.FrameType, index: int) -> Frame:
        """Make the record of a call; the call that it came from is the nearest traced one."""
        above = place.f_back
        caller = None
        while above is not None and caller is None:
            caller = (
                self._module
                if above.f_code.co_name == "<module>" and above.f_globals is self._globals
                else self._frames.get(id(above))
            )
            above = above.f_back
        caller = caller or self._module
        self._calls += 1
        unit = Unit(caller.current(), None)
        frame = Frame(self._calls, index, place.f_code.co_qualname, caller.depth + 1, self.marker[0], unit)
        unit.frame = frame
        frame.is_quiet = not self._keeper.call(frame) or self._keeper.is_quiet(caller)
        frame.stays = self._keeper.is_kept_call(frame)
        self._frames[id(place)] = frame
        return frame

    def _leave(self, frame: Frame | None, place: types.FrameType, index: int) -> None:
        if frame is None:
            return
        if frame.given is not None and not frame.failed:
            self._step(frame, place, index if frame.giver is None else frame.giver)
        self._sample(frame, place)
        self._unwind(frame, 0)
        self._look_back(frame)
        frame.is_over = True
        self._keeper.end_call(frame, number_kept=frame.stays)
        del self._frames[id(place)]
        self.marker[0] = frame.marker

    def _gives(self, frame: Frame | None, place: types.FrameType, index: int, value: object) -> None:
        if frame is not None:
            if not self._keeper.is_quiet(frame):
                frame.given = encode(value, self._homes)
            self._step(frame, place, index)

    def _begin(self, frame: Frame | None, _: types.FrameType, index: int) -> None:
        assert self._rewritten is not None
        if frame is not None:
            self._unwind(frame, len(self._rewritten.chains[index]) - 1)
            lap = Lap(index, frame, self._serial, frame.current())
            frame.laps.append(lap)

    def _lap(self, frame: Frame | None, place: types.FrameType, index: int) -> None:
        if frame is not None:
            self._align(frame, index)
            if frame.laps and frame.laps[-1].statement == index:
                self._keeper.next_iteration(frame.laps[-1])
            value = _TRUE if self._statements[index].kind == "while" else None
            self._step(frame, place, index, value)

    def _turn(self, frame: Frame | None, place: types.FrameType, _: int) -> None:
        if frame is not None:
            self._sample(frame, place, innermost=True)

    def _done(self, frame: Frame | None, place: types.FrameType, index: int) -> None:
        assert self._rewritten is not None
        if frame is not None:
            depth = len(self._rewritten.chains[index]) - 1
            self._unwind(frame, depth)
            if self._statements[index].kind == "while":
                self._step(frame, place, index, _FALSE, depth)

    def _tested(self, frame: Frame | None, place: types.FrameType, index: int) -> None:
        self._step(frame, place, index, _TRUE)

    def _denied(self, frame: Frame | None, place: types.FrameType, index: int) -> None:
        self._step(frame, place, index, _FALSE)

    def _failed(self, frame: Frame | None, place: types.FrameType, _: int) -> None:
        error = sys.exc_info()[1]
        if frame is None or error is None or isinstance(error, GeneratorExit):
            return
        index = self.raiser(error, place)
        if index is None or (id(error), index) in frame.errors:
            frame.failed = True
            return
        frame.errors.add((id(error), index))
        self._step(frame, place, index, error=describe(error))
        frame.failed = True

    def _caught(self, frame: Frame | None, place: types.FrameType, index: int) -> None:
        error = sys.exc_info()[1]
        if frame is not None and error is not None:
            frame.failed = False
            frame.errors.discard((id(error), self.raiser(error, place) or 0))
            self._step(frame, place, index, error=describe(error))

    def raiser(self, error: BaseException, place: types.FrameType | None) -> int | None:
        """The statement of a frame (or of the module) that an exception came out of."""
        assert self._rewritten is not None
        running = self.marker[0] - 1
        if place is not None and running >= 0 and self._statements[running].kind == "raise":
            return running
        trace = error.__traceback__
        found = None
        while trace is not None:
            if trace.tb_frame is place or (
                place is None
                and trace.tb_frame.f_globals is self._globals
                and trace.tb_frame.f_code.co_name == "<module>"
            ):
                found = trace
            trace = trace.tb_next
        if found is None:
            return None
        line, _, column, _ = list(found.tb_frame.f_code.co_positions())[found.tb_lasti // 2]
        return self._rewritten.statement_at(line or found.tb_lineno, column or 0)

    def final(self, error: BaseException) -> int | None:
        """Record the exception that ended the module. Returns the statement."""
        index = self.raiser(error, None)
        if index is not None and not self._is_off:
            with self._lock:
                self._owner = threading.get_ident()
                if not any(number == id(error) for number, _ in self._module.errors):
                    self._step(self._module, None, index, error=describe(error))
                self._owner = None
        return index

    def _align(self, frame: Frame, index: int) -> None:
        """End the loops that a frame has left when a statement runs that is not inside of them."""
        assert self._rewritten is not None
        chain = self._rewritten.chains[index]
        depth = 0
        while depth < min(len(chain), len(frame.laps)) and frame.laps[depth].statement == chain[depth]:
            depth += 1
        self._unwind(frame, depth)

    def _unwind(self, frame: Frame, depth: int) -> None:
        while len(frame.laps) > depth:
            self._keeper.end_loop(frame.laps[-1])
            frame.laps.pop()

    def _look_back(self, frame: Frame) -> None:
        """Account for steps at the end of a frame that nobody looked at."""
        if frame.missed and frame.table.order:
            gap = Entry(self._serial, frame, frame.missed_at, self._where(frame), [], skipped=frame.missed)
            self._keeper.add(frame.current(), gap)
        frame.missed = 0

    @staticmethod
    def _where(frame: Frame) -> tuple[tuple[Lap, int], ...]:
        return tuple((lap, max(lap.count - 1, 0)) for lap in frame.laps)

    def _step(
        self,
        frame: Frame | None,
        place: types.FrameType | None,
        index: int,
        value: Value | None = None,
        depth: int | None = None,
        error: str = "",
    ) -> None:
        """Record that a statement ran."""
        if frame is None:
            return
        if depth is None:
            self._align(frame, index)
        self._serial += 1
        self._left -= 1
        is_new = self.counts[index] == 0
        self.counts[index] += 1
        before, self._output = self._output, self._written()
        printed = self._output > before
        unit = frame.current()
        unit.is_new |= is_new
        unit.printed |= printed
        if self._keeper.is_quiet(frame) and not is_new and not printed:
            frame.missed += 1
            frame.missed_at = index
            self._keeper.dropped += self._keeper.is_full
        else:
            self._record(frame, place, index, value, error, (before, self._output))
        self._probing.state(self, frame, place, index)
        if self._left <= 0:
            self._stop("step limit", f"more than {self._steps:,} statements ran", index)

    def _record(
        self,
        frame: Frame,
        place: types.FrameType | None,
        index: int,
        value: Value | None,
        error: str,
        output: tuple[int, int],
    ) -> None:
        """Look at the variables and add the step; what changed while nobody looked belongs to a gap before it."""
        changes = frame.table.look(self.variables(frame, place), self._homes)
        where = self._where(frame)
        unit = frame.current()
        if frame.missed:
            gap = Entry(self._serial - 1, frame, frame.missed_at, where, changes, skipped=frame.missed)
            self._keeper.add(unit, gap)
            frame.missed = 0
            changes = []
        if value is None and frame.given is not None:
            value, frame.given = frame.given, None
        self._keeper.add(unit, Entry(self._serial, frame, index, where, changes, output, value, error))

    def variables(self, frame: Frame, place: types.FrameType | None) -> Iterator[tuple[str, Any]]:
        """The variables that a frame shows: its own, and the globals that its code names."""
        if frame.scope is None or place is None:
            yield from [
                (name, each) for name, each in self._globals.items() if name not in self._initial and type(name) is str
            ]
            return
        own = self.own(frame, place)
        yield from [(name, each) for name, each in own.items() if not _is_hidden(name, frame)]
        yield from [(name, self._globals[name]) for name in frame.shared if name in self._globals and name not in own]

    def own(self, frame: Frame, place: types.FrameType) -> Mapping[str, Any]:
        """A frame's own variables, as a copy; what `locals()` gave to the script before stays as it was."""
        if not place.f_code.co_flags & OPTIMIZED:
            return dict(place.f_locals)
        mirror = frame.mirror
        before = None if mirror is None else dict(mirror)
        found = place.f_locals
        if type(found) is not dict:  # from Python 3.13 on a view, which changes nothing
            return dict(found)
        copy = dict(found)
        found.clear()
        found.update(before or {})
        frame.mirror = found
        return copy

    def _sample(self, frame: Frame, place: types.FrameType, *, innermost: bool = False) -> None:
        """Let `series` probes see the end of an iteration."""
        for lap in frame.laps[-1:] if innermost else frame.laps[::-1]:
            if not lap.sampled:
                lap.sampled = True
                self._probing.iteration(self, frame, place, lap.statement)


def _undisturbed() -> tuple[Any, Any, dict[str, Any] | None] | None:
    """Take away what the script has done to the interpreter that would disturb the hooks.

    Returns:
        Its trace and profile functions, and the built-in names as it left them if some are missing; None if there is
        nothing of the kind.
    """
    trace: Any = _gettrace()
    profile: Any = _getprofile()
    if trace.__class__ not in _WRITTEN and profile.__class__ not in _WRITTEN and _len(_BUILTINS) >= _COUNT:
        return None
    left = None
    if _len(_BUILTINS) < _COUNT:
        left = _BUILTINS.copy()
        _BUILTINS.update(_KNOWN)
    if trace.__class__ in _WRITTEN:
        _settrace(None)
    if profile.__class__ in _WRITTEN:
        _setprofile(None)
    return trace, profile, left


def _restore(changed: tuple[Any, Any, dict[str, Any] | None]) -> None:
    """Give the script back what was taken away."""
    trace, profile, left = changed[0], changed[1], changed[2]
    if left is not None:
        _BUILTINS.clear()
        _BUILTINS.update(left)
    if type(profile) in _WRITTEN:
        _setprofile(changed[1])
    if type(trace) in _WRITTEN:
        _settrace(changed[0])


def mend() -> None:
    """Put back built-in functions that the script has deleted: its run is over."""
    for name, value in _KNOWN.items():
        _BUILTINS.setdefault(name, value)


_BUILTINS = vars(builtins)
_KNOWN = types.MappingProxyType(dict(_BUILTINS))
_COUNT = len(_KNOWN)
_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes})
_WRITTEN = frozenset({types.FunctionType, types.MethodType})
_len = len
_gettrace, _settrace = sys.gettrace, sys.settrace
_getprofile, _setprofile = sys.getprofile, sys.setprofile
_TRUE = encode(True)
_FALSE = encode(False)
_DEFINED = (types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type)


def _is_hidden(name: str, frame: Frame) -> bool:
    """Whether a name of a class body is one that Python made."""
    return name.startswith("__") and name.endswith("__") and frame.scope is not None


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """A code object and those inside it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from _codes(each)


def describe(error: BaseException) -> str:
    """An exception as the last line of its traceback names it, without running code of the script."""
    kind = type(error)
    name = type.__getattribute__(kind, "__qualname__")
    module = type.__getattribute__(kind, "__module__")
    name = name if module in {"builtins", "__main__"} else f"{module}.{name}"
    arguments = BaseException.__dict__["args"].__get__(error)
    if not all(type(each) in _PLAIN for each in arguments):
        return str(name)
    for base in type.__dict__["__mro__"].__get__(kind):
        if "__str__" in type.__dict__["__dict__"].__get__(base):
            if type.__getattribute__(base, "__module__") == "__main__":
                return str(name)
            text = base.__str__(error)
            return f"{name}: {text}" if text else str(name)
    return str(name)
