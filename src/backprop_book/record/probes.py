"""probes: answer the probes of a run at their moments, without changing the run."""

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from backprop_book.core.model import Answer, Moment, Probe, Statement, Value
from backprop_book.record.child_protocol import Marker
from backprop_book.record.encoder import encode
from backprop_book.record.evaluation import (
    evaluate,
    evaluate_claim,
    evaluate_test,
    is_fixed,
    is_plain,
    message_of,
    names_like,
    names_near,
    namespace,
    sample_of,
    sequence_of,
)
from backprop_book.record.expressions import CompiledProbe, Expression, SampledSeries, compile_probe
from backprop_book.record.fingerprint import TooLargeError, fingerprint
from backprop_book.record.vacuity import TraversalLog


@dataclass(slots=True, eq=False)
class RunningProbe:
    """A probe in the course of a run."""

    probe: Probe
    """The question as asked."""
    question: CompiledProbe
    """It, compiled."""
    number: int
    """Its place among the probes, from 1."""
    sampled: list["RunningSeries"] = field(default_factory=list)
    """Each of its `series` so far; probes that ask for the same series share it."""
    value: Value | None = None
    """The latest answer."""
    error: str = ""
    """Why there is none."""
    near: tuple[str, ...] = ()
    """Names like one that is missing."""
    serial: int | None = None
    """The step at which it was answered."""
    is_settled: bool = False
    """Whether nothing can change the answer any more."""


@dataclass(slots=True, eq=False)
class StateTest:
    """A condition or a rule in the course of a run, for all probes that ask for it."""

    expression: Expression
    """What is tested."""
    moment: Moment
    """What for."""
    watches: list[RunningProbe]
    """The probes."""
    lookout: TraversalLog = field(default_factory=TraversalLog)
    """Takes down, for a rule, what its parts go through in all states together."""


@dataclass(slots=True, eq=False)
class TestGroup:
    """Tests that need the same names: where these hold the same numbers and texts, the tests come out the same."""

    names: tuple[str, ...]
    """The names."""
    tests: list[StateTest] = field(default_factory=list)
    """The tests whose probes are not settled."""
    looked: int = 0
    """In how many states the names existed."""
    known: list[Any] | None = None
    """What the names held in the latest state, where that says all."""
    held: list[StateTest] = field(default_factory=list)
    """The conditions that held in that state."""


@dataclass(slots=True, eq=False)
class RunningSeries:
    """A series in the course of a run, for all probes that ask for it."""

    series: SampledSeries
    """What is sampled, and when."""
    values: list[Any] = field(default_factory=list)
    """What was seen so far."""
    watches: list[RunningProbe] = field(default_factory=list)
    """The probes."""
    lookout: TraversalLog = field(default_factory=TraversalLog)
    """Takes down what its parts go through in all iterations together."""
    failed: bool = False
    """Whether it could not be evaluated once; then nobody samples it any more."""


Spaces = tuple[Mapping[str, Any], ...]
"""Where names are looked up, in this order."""


def answer_probe(watch: RunningProbe, spaces: Spaces, serial: int | None, homes: frozenset[str]) -> None:
    """Evaluate the expression of a probe, and take down what it gives; one that changes what it names gives an error.

    Args:
        watch: The probe.
        spaces: The state.
        serial: The number of the step that led to it; None at the end of the run.
        homes: Modules whose classes are the script's own.
    """
    expression = watch.question.expression
    assert expression is not None
    space, _ = namespace(expression.names, spaces)
    watch.serial = serial
    if (absent := _absent(watch, spaces)) is not None:
        watch.error, watch.near, watch.value = (
            f"NameError: name '{absent}' is not defined",
            names_like(absent, spaces),
            None,
        )
        return
    try:
        looked = () if is_plain(expression, space) else expression.names
        before = {name: _content(space[name], homes) for name in looked if name in space}
        read = dict(space)
        for number, series in enumerate(watch.question.series):
            space[series.stand_in] = sequence_of(watch.sampled[number].values)
        found, error = evaluate_claim(expression, space)
        for each in watch.sampled if error is None else ():
            error = error or each.lookout.fault(each.series.expression.parts)
        changed = [name for name, content in before.items() if _content(read[name], homes) != content]
        if changed:
            message = f"ValueError: the expression changes `{changed[0]}`, and a claim may only look"
            watch.error, watch.value, watch.is_settled = message, None, True
        elif error is not None:
            watch.error, watch.near, watch.value = message_of(error), names_near(error, spaces), None
        else:
            watch.value = encode(found, homes)
    except TooLargeError as failure:
        watch.error = f"the value is too large: {failure}"


def _absent(watch: RunningProbe, spaces: Spaces) -> str | None:
    """A name that a `series` needs and that exists nowhere: an iteration without it is passed over, which would be all."""
    names = (name for series in watch.question.series for name in series.unsaid)
    return next((name for name in names if not any(name in space for space in spaces)), None)


def reason_unanswered(watch: RunningProbe, spaces: Spaces, looked: int) -> str:
    """Why a probe of states has no answer.

    Args:
        watch: The probe; takes down which names are near those that are missing.
        spaces: The state at the end of the run.
        looked: In how many states its condition was false.
    """
    if looked:
        states = "the one state" if looked == 1 else f"any of {looked:,} states"
        return (
            f"the condition held in no state: `{watch.probe.condition}` was false in {states} in which its names exist"
        )
    names = names_of(watch)
    absent = [name for name in names if not any(name in space for space in spaces)]
    watch.near = tuple(names_near for name in absent for names_near in names_like(name, spaces))
    missing = ", ".join(f"`{name}`" for name in absent or names)
    return f"there is no state in which its names exist: {missing}" if missing else "the run has no state"


def names_of(watch: RunningProbe) -> tuple[str, ...]:
    """The names that must exist for a state to count."""
    expression = watch.question.condition or watch.question.expression
    assert expression is not None
    return expression.names


def _content(value: object, homes: frozenset[str]) -> object:
    """What tells whether an evaluation has changed a value."""
    return fingerprint(value, homes).token


class Probes:
    """Answers the probes of one run. It holds what was seen so far."""

    def __init__(
        self,
        probes: tuple[Probe, ...],
        statements: tuple[Statement, ...],
        module_names: tuple[str, ...],
        homes: frozenset[str],
    ) -> None:
        self.watches = [
            RunningProbe(probe, compile_probe(probe, statements, module_names), number)
            for number, probe in enumerate(probes, 1)
        ]
        """The probes, in their order."""
        self.marker = Marker()
        """Where, behind the number of the statement that runs, that of the probe stands whose expression runs now, from 1."""
        self._homes = homes
        self._after: dict[int, list[RunningProbe]] = {}
        self._latest: dict[int | None, list[RunningProbe]] = {}
        self._groups: dict[int | None, dict[tuple[str, ...], TestGroup]] = {}
        self._anywhere: dict[tuple[str, ...], TestGroup] = {}
        self._group_of: dict[int, TestGroup] = {}
        self._loops: dict[int, dict[str, RunningSeries]] = {}
        for watch in self.watches:
            self._enrol(watch, statements)

    def _enrol(self, watch: RunningProbe, statements: tuple[Statement, ...]) -> None:
        question = watch.question
        if question.error:
            watch.error, watch.is_settled = question.error, True
            return
        for series in question.series:
            sampled = self._loops.setdefault(series.loop, {}).setdefault(series.source, RunningSeries(series))
            sampled.watches.append(watch)
            watch.sampled.append(sampled)
        if watch.probe.moment == "after":
            self._after.setdefault(watch.probe.statement or 0, []).append(watch)
        elif watch.probe.moment != "end" or watch.probe.statement is not None:
            scope = None if watch.probe.statement is None else statements[watch.probe.statement].scope
            if watch.probe.moment == "end":
                self._latest.setdefault(scope, []).append(watch)
            else:
                self._test(watch, self._anywhere if question.is_anywhere else self._groups.setdefault(scope, {}))

    def _test(self, watch: RunningProbe, groups: dict[tuple[str, ...], TestGroup]) -> None:
        """Add a probe to a group of tests."""
        moment = watch.probe.moment
        expression = watch.question.condition if moment == "when" else watch.question.expression
        assert expression is not None
        group = self._group_of[id(watch)] = groups.setdefault(expression.names, TestGroup(expression.names))
        for each in group.tests:
            if each.expression is expression and each.moment == moment:
                each.watches.append(watch)
                return
        group.tests.append(StateTest(expression, moment, [watch]))

    def state(self, scope: int | None, statement: int, serial: int, spaces_now: Callable[[], Spaces]) -> None:
        """Evaluate the expressions that are to be evaluated in this state, after a statement has run.

        Args:
            scope: The definition of the function in which it ran; None for the module.
            statement: The statement.
            serial: The number of the step.
            spaces_now: Returns the namespaces of the state.
        """
        after = self._after.pop(statement, ())
        latest = self._latest.get(scope, ())
        groups = self._groups.get(scope, _NO_GROUPS)
        if not (after or latest or groups or self._anywhere):
            return
        spaces = spaces_now()
        for watch in after:
            self._answer(watch, spaces, serial)
            watch.is_settled = True
        for watch in latest:
            if not watch.is_settled and not namespace(names_of(watch), spaces)[1]:
                watch.error = ""
                self._answer(watch, spaces, serial)
        for each in (groups, self._anywhere):
            for group in each.values():
                if group.tests:
                    self._look(group, spaces, serial)

    def _answer(self, watch: RunningProbe, spaces: Spaces, serial: int | None) -> None:
        self.marker[1] = watch.number
        answer_probe(watch, spaces, serial, self._homes)
        self.marker[1] = 0

    def _look(self, group: TestGroup, spaces: Spaces, serial: int) -> None:
        """Test a group in a state, and answer the probes whose conditions hold."""
        space, missing = namespace(group.names, spaces)
        if missing:
            return
        group.looked += 1
        self._test_all(group, space, spaces, serial)
        for each in group.held:
            for watch in each.watches:
                watch.error = ""
                self._answer(watch, spaces, serial)
            each.watches = [watch for watch in each.watches if not watch.is_settled]

    def _test_all(self, group: TestGroup, space: dict[str, Any], spaces: Spaces, serial: int) -> None:
        """Test a group in a state, unless its names hold the same numbers and texts as when it was tested last."""
        values = [space[name] for name in group.names]
        known = group.known
        if known is None or any(value is not old for value, old in zip(values, known, strict=True)):
            waiting = [each for each in group.tests if each.watches]
            group.held = [each for each in waiting if self._holds(each, space, spaces, serial)]
            group.tests = [each for each in waiting if each.watches]
            group.known = values if all(map(is_fixed, values)) else None

    def _holds(self, asked: StateTest, space: dict[str, Any], spaces: Spaces, serial: int) -> bool:
        """Test something in a state. Returns whether it is a condition that holds; what is settled is put away."""
        self.marker[1] = asked.watches[0].number
        lookout = asked.lookout if asked.moment in _RULES else None
        found, error = evaluate_test(asked.expression, dict(space), lookout, is_rule=asked.moment != "somewhere")
        self.marker[1] = 0
        if error is not None:
            reason = message_of(error)
            is_over = asked.moment != "somewhere"
            if is_over or reason != asked.watches[0].error:  # what is near costs far more to find than to evaluate
                names = names_near(error, spaces)
                for watch in asked.watches:
                    watch.error, watch.near, watch.is_settled = reason, names, is_over
                    watch.serial = serial if is_over else watch.serial
        elif asked.moment == "when":
            return found
        elif asked.moment == "somewhere":
            self._settle(asked, _TRUE, serial)
        elif found is not (asked.moment == "always"):
            self._settle(asked, encode(False), serial)
        else:
            for watch in asked.watches:
                watch.value = _TRUE
        asked.watches = [watch for watch in asked.watches if not watch.is_settled]
        return False

    @staticmethod
    def _settle(asked: StateTest, value: Value, serial: int) -> None:
        for watch in asked.watches:
            watch.error, watch.near, watch.value, watch.serial, watch.is_settled = "", (), value, serial, True

    def iteration(self, loop: int, spaces_now: Callable[[], Spaces]) -> None:
        """Sample the `series` of a loop at the end of an iteration.

        Args:
            loop: The loop statement.
            spaces_now: Returns the namespaces of the state.
        """
        wanted = self._loops.get(loop)
        if not wanted:
            return
        spaces = spaces_now()
        for sampled in wanted.values():
            expression = sampled.series.expression
            space, missing = namespace(expression.names, spaces)
            if missing or sampled.failed:
                continue
            self.marker[1] = sampled.watches[0].number
            found, error = evaluate(expression, space, sampled.lookout)
            self.marker[1] = 0
            if error is None:
                sampled.values.append(sample_of(found))
                continue
            sampled.failed = True
            for watch in sampled.watches:
                watch.error, watch.near, watch.is_settled = message_of(error), names_near(error, spaces), True

    def end(self, spaces: Spaces) -> None:
        """The run has ended: evaluate what is asked of its end."""
        for watch in self.watches:
            if watch.is_settled:
                continue
            moment = watch.probe.moment
            if moment == "end" and watch.probe.statement is None:
                self._answer(watch, spaces, None)
            elif moment == "after":
                watch.error = watch.error or "the statement did not run"
            elif watch.value is None and not watch.error:
                looked = self._group_of[id(watch)].looked if moment == "when" else 0
                watch.error = reason_unanswered(watch, spaces, looked)
            elif moment in _RULES:
                rule = next(each for each in self._group_of[id(watch)].tests if watch in each.watches)
                fault = rule.lookout.fault(rule.expression.parts)
                watch.error = watch.error if fault is None else message_of(fault)

    def cut(self, reason: str) -> None:
        """The run was cut short: what asks for its end, or for all its states, has no answer."""
        for watch in self.watches:
            if not watch.is_settled:
                watch.value, watch.error, watch.near = None, reason, ()

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


_RULES = frozenset({"always", "never"})
_TRUE = encode(True)
_NO_GROUPS: Mapping[tuple[str, ...], TestGroup] = types.MappingProxyType({})
