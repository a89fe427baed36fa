"""probing: evaluate expressions inside a run, at their moments, without changing it."""

import builtins
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backprop_book.model import Answer, Probe, Statement, Value
from backprop_book.record.content import TooLargeError, fingerprint
from backprop_book.record.encode import encode
from backprop_book.record.evaluation import Tested, evaluate, is_plain, namespace, test
from backprop_book.record.failure import like, near, says
from backprop_book.record.frames import Frames
from backprop_book.record.question import Question, Series, ask
from backprop_book.record.sampling import copied, sequence
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
class Sampled:
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
        self._loops: dict[int, dict[str, Sampled]] = {}
        for watch in self.watches:
            self._enrol(watch, statements)

    def _enrol(self, watch: Watch, statements: tuple[Statement, ...]) -> None:
        question = watch.question
        if question.error:
            watch.error, watch.is_settled = question.error, True
            return
        for series in question.series:
            sampled = self._loops.setdefault(series.loop, {}).setdefault(series.source, Sampled(series))
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
        tested: dict[tuple[str, bool], Tested] = {}
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
            space, missing = namespace(series.names, spaces)
            if missing or sampled.failed:
                continue
            found, error = evaluate(series.code, space, series.names)
            if error is None:
                sampled.values.append(copied(found))
                continue
            sampled.failed = True
            for watch in sampled.watches:
                watch.error, watch.near, watch.is_settled = says(error), near(error, spaces), True

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
        watch.near = tuple(near for name in absent for near in like(name, spaces))
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
        tested: dict[tuple[str, bool], Tested],
    ) -> None:
        """Evaluate one probe in one state; conditions that were tested in this state are not tested again."""
        question = watch.question
        moment = watch.probe.moment
        if moment == "after":
            self._answer(watch, spaces, serial)
            watch.is_settled = True
            return
        if moment == "end":
            if not namespace(question.names, spaces)[1]:
                watch.error = ""
                self._answer(watch, spaces, serial)
            return
        asked = (watch.probe.condition or "" if moment == "when" else watch.probe.expression, moment == "somewhere")
        if asked not in tested:
            tested[asked] = test(question, moment, spaces)
        outcome = tested[asked]
        if outcome is None:
            return
        watch.looked += 1
        found, error = outcome
        if moment == "somewhere":
            if error is None:
                watch.error, watch.near, watch.value, watch.serial, watch.is_settled = "", (), _TRUE, serial, True
            elif (reason := says(error)) != watch.error:  # to look for what is near costs far more than to evaluate
                watch.error, watch.near = reason, near(error, spaces)
        elif error is not None:
            watch.error, watch.near, watch.serial, watch.is_settled = says(error), near(error, spaces), serial, True
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
        space, _ = namespace(watch.question.names, spaces)
        watch.serial = serial
        try:
            is_harmless = is_plain(watch.question.code, space, watch.question.names)
            looked = () if is_harmless else watch.question.names
            before = {name: self._content(space[name]) for name in looked if name in space}
            read = dict(space)
            for number, series in enumerate(watch.question.series):
                space[series.stand_in] = sequence(watch.samples[number])
            found, error = evaluate(watch.question.code, space, watch.question.names if is_harmless else None)
            changed = [name for name, content in before.items() if self._content(read[name]) != content]
            if changed:
                message = f"ValueError: the expression changes `{changed[0]}`, and a claim may only look"
                watch.error, watch.value, watch.is_settled = message, None, True
            elif error is not None:
                watch.error, watch.near, watch.value = says(error), near(error, spaces), None
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


_TRUE = encode(True)
