"""probing: evaluate expressions inside a run, at their moments, without changing it."""

import builtins
import difflib
import dis
import random
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backprop_book.model import Answer, Moment, Probe, Statement, Value
from backprop_book.record.content import TooLargeError, fingerprint, plain_tensor
from backprop_book.record.encode import encode
from backprop_book.record.frames import Frames
from backprop_book.record.kinds import is_array, is_tensor
from backprop_book.record.question import Question, Series, ask
from backprop_book.record.unit import Frame


@dataclass(slots=True, eq=False)
class Watch:
    """A probe in the course of a run."""

    probe: Probe
    """The question as asked."""
    question: Question
    """It, compiled."""
    samples: list[list[Any]] = field(default_factory=list)
    """Values of each of its `series` so far; probes that ask for the same series share them."""
    value: Value | None = None
    """The latest answer."""
    error: str = ""
    """Why there is none."""
    near: tuple[str, ...] = ()
    """Names like one that is missing."""
    serial: int | None = None
    """The step at which it was answered."""
    looked: int = 0
    """In how many states its names existed."""
    is_settled: bool = False
    """Whether nothing can change the answer any more."""


@dataclass(slots=True, eq=False)
class _Sampled:
    """A series in the course of a run, for all probes that ask for it."""

    series: Series
    """What is sampled, and when."""
    values: list[Any] = field(default_factory=list)
    """What was seen so far."""
    watches: list[Watch] = field(default_factory=list)
    """The probes."""
    failed: bool = False
    """Whether it could not be evaluated once; then nobody samples it any more."""


class Probing:
    """Answers the probes of one run. It holds what was seen so far."""

    def __init__(
        self,
        probes: tuple[Probe, ...],
        statements: tuple[Statement, ...],
        module_names: tuple[str, ...],
        homes: frozenset[str],
    ) -> None:
        self.watches = [
            Watch(probe, question) for probe in probes for question in [ask(probe, statements, module_names)]
        ]
        """The probes, in their order."""
        self._homes = homes
        self._after: dict[int, list[Watch]] = {}
        self._states: dict[int | None, list[Watch]] = {}
        self._anywhere: list[Watch] = []
        self._loops: dict[int, dict[str, _Sampled]] = {}
        for watch in self.watches:
            self._enrol(watch, statements)

    def _enrol(self, watch: Watch, statements: tuple[Statement, ...]) -> None:
        question = watch.question
        if question.error:
            watch.error, watch.is_settled = question.error, True
            return
        for series in question.series:
            sampled = self._loops.setdefault(series.loop, {}).setdefault(series.source, _Sampled(series))
            sampled.watches.append(watch)
            watch.samples.append(sampled.values)
        if watch.probe.moment == "after":
            self._after.setdefault(watch.probe.statement or 0, []).append(watch)
        elif watch.probe.moment != "end" or watch.probe.statement is not None:
            if question.is_anywhere:
                self._anywhere.append(watch)
            else:
                scope = None if watch.probe.statement is None else statements[watch.probe.statement].scope
                self._states.setdefault(scope, []).append(watch)

    def state(self, frames: Frames, frame: Frame, place: types.FrameType | None, statement: int, serial: int) -> None:
        """A statement has run: evaluate what is asked of this state."""
        after = self._after.get(statement)
        watches = self._states.get(frame.scope)
        if not after and not watches and not self._anywhere:
            return
        wanted = [*(after or ()), *(watches or ()), *self._anywhere]
        wanted = [watch for watch in wanted if not watch.is_settled]
        if not wanted:
            return
        spaces = _spaces(frames, frame, place)
        tested: dict[tuple[str, bool], _Tested] = {}
        for watch in wanted:
            self._visit(watch, spaces, serial, tested)

    def iteration(self, frames: Frames, frame: Frame, place: types.FrameType | None, loop: int) -> None:
        """An iteration of a loop ends: take samples."""
        wanted = self._loops.get(loop)
        if not wanted:
            return
        spaces = _spaces(frames, frame, place)
        for sampled in wanted.values():
            series = sampled.series
            space, missing = _namespace(series.names, spaces)
            if missing or sampled.failed:
                continue
            found, error = _evaluate(series.code, space, series.names)
            if error is None:
                sampled.values.append(_copied(found))
                continue
            sampled.failed = True
            for watch in sampled.watches:
                watch.error, watch.near, watch.is_settled = _says(error), _near(error, spaces), True

    def end(self, frames: Frames) -> None:
        """The run has ended: evaluate what is asked of its end."""
        spaces = _spaces(frames, frames.module, None)
        for watch in self.watches:
            if watch.is_settled:
                continue
            moment = watch.probe.moment
            if moment == "end" and watch.probe.statement is None:
                self._answer(watch, spaces, None)
            elif moment == "after":
                watch.error = watch.error or "the statement did not run"
            elif watch.value is None and not watch.error:
                watch.error = self._unanswered(watch, spaces)

    def cut(self, reason: str) -> None:
        """The run was cut short: what asks for its end, or for all its states, has no answer."""
        for watch in self.watches:
            if not watch.is_settled:
                watch.value, watch.error, watch.near = None, reason, ()

    def _unanswered(self, watch: Watch, spaces: tuple[Mapping[str, Any], ...]) -> str:
        """Why a probe of states has no answer."""
        if watch.probe.moment == "when" and watch.looked:
            states = "the one state" if watch.looked == 1 else f"any of {watch.looked:,} states"
            return f"the condition held in no state: `{watch.probe.condition}` was false in {states} in which its names exist"
        question = watch.question
        names = question.condition_names if watch.probe.moment == "when" else question.names
        absent = [name for name in names if not any(name in space for space in spaces)]
        watch.near = tuple(near for name in absent for near in _like(name, spaces))
        missing = ", ".join(f"`{name}`" for name in absent or names)
        return f"there is no state in which its names exist: {missing}" if missing else "the run has no state"

    def answers(self, steps: Any) -> tuple[Answer, ...]:
        """What was found, given a function that tells which kept step a serial belongs to."""
        return tuple(
            Answer(
                watch.probe,
                None if watch.error else watch.value,
                watch.error,
                watch.near if watch.error else (),
                None if watch.serial is None else steps(watch.serial),
            )
            for watch in self.watches
        )

    def _visit(
        self,
        watch: Watch,
        spaces: tuple[Mapping[str, Any], ...],
        serial: int,
        tested: "dict[tuple[str, bool], _Tested]",
    ) -> None:
        """Evaluate one probe in one state; conditions that were tested in this state are not tested again."""
        question = watch.question
        moment = watch.probe.moment
        if moment == "after":
            self._answer(watch, spaces, serial)
            watch.is_settled = True
            return
        if moment == "end":
            if not _namespace(question.names, spaces)[1]:
                watch.error = ""
                self._answer(watch, spaces, serial)
            return
        asked = (watch.probe.condition or "" if moment == "when" else watch.probe.expression, moment == "somewhere")
        if asked not in tested:
            tested[asked] = _tested(question, moment, spaces)
        outcome = tested[asked]
        if outcome is None:
            return
        watch.looked += 1
        found, error = outcome
        if moment == "somewhere":
            if error is None:
                watch.error, watch.near, watch.value, watch.serial, watch.is_settled = "", (), _TRUE, serial, True
            elif (reason := _says(error)) != watch.error:  # to look for what is near costs far more than to evaluate
                watch.error, watch.near = reason, _near(error, spaces)
        elif error is not None:
            watch.error, watch.near, watch.serial, watch.is_settled = _says(error), _near(error, spaces), serial, True
        elif moment == "when":
            if found:
                watch.error = ""
                self._answer(watch, spaces, serial)
        elif found is not (moment == "always"):
            watch.value, watch.serial, watch.is_settled = encode(False), serial, True
        else:
            watch.value = _TRUE

    def _answer(self, watch: Watch, spaces: tuple[Mapping[str, Any], ...], serial: int | None) -> None:
        """Evaluate the expression of a probe for its answer."""
        space, _ = _namespace(watch.question.names, spaces)
        watch.serial = serial
        try:
            is_plain = _is_plain(watch.question.code, space, watch.question.names)
            looked = () if is_plain else watch.question.names
            before = {name: self._content(space[name]) for name in looked if name in space}
            read = dict(space)
            for number, series in enumerate(watch.question.series):
                space[series.stand_in] = _sequence(watch.samples[number])
            found, error = _evaluate(watch.question.code, space, watch.question.names if is_plain else None)
            changed = [name for name, content in before.items() if self._content(read[name]) != content]
            if changed:
                message = f"ValueError: the expression changes `{changed[0]}`, and a claim may only look"
                watch.error, watch.value, watch.is_settled = message, None, True
            elif error is not None:
                watch.error, watch.near, watch.value = _says(error), _near(error, spaces), None
            else:
                watch.value = encode(found, self._homes)
        except TooLargeError as failure:
            watch.error = f"the value is too large: {failure}"

    def _content(self, value: object) -> object:
        """What tells whether an evaluation has changed a value."""
        return fingerprint(value, self._homes).token


def _spaces(frames: Frames, frame: Frame, place: types.FrameType | None) -> tuple[Mapping[str, Any], ...]:
    """Where names are looked up, in this order."""
    inner = () if frame.scope is None or place is None else (frames.own(frame, place),)
    return (*inner, frames.globals, vars(builtins))


def _namespace(names: tuple[str, ...], spaces: tuple[Mapping[str, Any], ...]) -> tuple[dict[str, Any], list[str]]:
    """A namespace of its own for an evaluation, and the names that do not exist."""
    space: dict[str, Any] = {"__builtins__": builtins}
    missing = []
    for name in names:
        for each in spaces:
            if name in each:
                space[name] = each[name]
                break
        else:
            missing.append(name)
    return space, missing


_Tested = tuple[bool, BaseException | None] | None
"""What testing an expression gave: whether it holds, or why that cannot be said; None if its names do not exist."""


def _tested(question: Question, moment: Moment, spaces: tuple[Mapping[str, Any], ...]) -> _Tested:
    """Test the condition of a `when`, or the expression of an `always` or `never`."""
    is_condition, is_rule = moment == "when", moment != "somewhere"
    names = question.condition_names if is_condition else question.names
    space, missing = _namespace(names, spaces)
    if missing:
        return None
    code = question.condition if is_condition else question.code
    found, error = _evaluate(code, space, names)
    return _truth(found) if error is None and is_rule else (error is None, error)


def _evaluate(
    code: types.CodeType | None, space: dict[str, Any], names: tuple[str, ...] | None = None
) -> tuple[Any, BaseException | None]:
    """Evaluate an expression; random states are afterwards as before.

    Saving them costs far more than most expressions. One that is plain, given the values of its `names`, does without.
    """
    assert code is not None
    states = None if names is not None and _is_plain(code, space, names) else _random_states()
    try:
        return eval(code, space), None
    except BaseException as error:  # noqa: BLE001 (whatever the expression raises is the answer, never the script's affair)
        return None, error
    finally:
        if states is not None:
            _restore(states)


def _is_plain(code: types.CodeType | None, space: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    """Whether an expression only computes with numbers, texts, arrays and tensors, so that it runs no code of anybody else."""
    return (
        code is not None
        and not _CALLING.intersection(code.co_code[::2])
        and all(n in space and _is_inert(space[n]) for n in names)
    )


def _is_inert(value: object) -> bool:
    """Whether operators on a value can neither change it nor draw a random number."""
    kind = type(value)
    if kind in _INERT:
        return True
    if is_array(kind) and kind.__module__ == "numpy":
        array: Any = value
        return not array.dtype.hasobject
    return is_tensor(kind) and kind.__module__ == "torch"


_TRUE = encode(True)
_INERT = frozenset({type(None), bool, int, float, complex, str, bytes})
_CALLING = frozenset(
    number
    for name, number in dis.opmap.items()
    if name.startswith(
        ("CALL", "LOAD_ATTR", "LOAD_METHOD", "MAKE_", "FORMAT", "BUILD_STRING", "CONVERT", "GET_", "FOR_")
    )
)
"""Instructions that may lead to code of somebody else: calls, attributes, formatting, iteration."""


def evaluate_in(
    code: types.CodeType, space: dict[str, Any], known: Mapping[str, Any]
) -> tuple[Any, str, tuple[str, ...]]:
    """Evaluate an expression outside of a run: what it came to, the error instead, and names like a missing one."""
    names = {**space, "__builtins__": builtins}
    found, error = _evaluate(code, names)
    return (found, "", ()) if error is None else (None, _says(error), _near(error, (known, space, vars(builtins))))


def _random_states() -> tuple[Any, Any, Any]:
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    return (
        random.getstate(),
        numpy.random.get_state() if numpy is not None else None,
        torch.get_rng_state() if torch is not None else None,
    )


def _restore(states: tuple[Any, Any, Any]) -> None:
    random.setstate(states[0])
    if states[1] is not None:
        sys.modules["numpy"].random.set_state(states[1])
    if states[2] is not None:
        sys.modules["torch"].set_rng_state(states[2])


def _truth(found: Any) -> tuple[bool, BaseException | None]:
    """What a condition came to, or why that is neither true nor false."""
    kind = type(found)
    if kind is bool:
        return found, None
    if is_array(kind) or is_tensor(kind):
        if getattr(found, "dtype", None) is not None and str(found.dtype).endswith("bool") and found.ndim == 0:
            return bool(found), None
        if found.ndim:
            return False, TypeError("the condition is an array, neither true nor false: say .all() or .any()")
    return False, TypeError(
        f"the condition is neither True nor False but of type {kind.__name__}: compare it with something"
    )


def _says(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _near(error: BaseException, spaces: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    """Names like the one that an error misses."""
    name = getattr(error, "name", None)
    if type(name) is not str:
        return ()
    if isinstance(error, AttributeError):
        return tuple(difflib.get_close_matches(name, [each for each in dir(error.obj) if not each.startswith("_")], 3))
    return _like(name, spaces) if isinstance(error, NameError) else ()


def _like(name: str, spaces: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    own = dict.fromkeys(
        each for space in spaces[:-1] for each in space if type(each) is str and not each.startswith("__")
    )
    return tuple(difflib.get_close_matches(name, own, 3) or difflib.get_close_matches(name, spaces[-1], 3))


def _copied(value: Any) -> Any:
    """A sample that later changes do not reach."""
    if is_tensor(type(value)):
        plain = plain_tensor(value)
        value = value if plain is None else plain
    if is_array(type(value)):
        return value.copy()
    return list(value) if type(value) is list else value


def _sequence(samples: list[Any]) -> Any:
    """Samples as an array, where they are numbers or arrays of one shape and NumPy is there; else as a list."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not all(type(each) in {int, float, bool, complex} or is_array(type(each)) for each in samples):
        return list(samples)
    if len({getattr(each, "shape", ()) for each in samples}) > 1:
        return list(samples)
    return numpy.array(samples)
