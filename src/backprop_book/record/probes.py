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
    """The probe."""
    question: CompiledProbe
    """The compiled probe."""
    number: int
    """Its number among the probes, from 1."""
    sampled: list["RunningSeries"] = field(default_factory=list)
    """Its `series`, each shared with the other probes that ask for it."""
    value: Value | None = None
    """The latest answer."""
    error: str = ""
    """The reason why there is no answer."""
    near: tuple[str, ...] = ()
    """Names that are similar to a missing one."""
    serial: int | None = None
    """The number of the step of the answer."""
    is_settled: bool = False
    """Whether nothing can change the answer any more."""


@dataclass(slots=True, eq=False)
class StateTest:
    """A condition or a rule in the course of a run, for all probes that ask for it."""

    expression: Expression
    """The expression that is tested."""
    moment: Moment
    """The moment that the probes ask for."""
    probes: list[RunningProbe]
    """The probes."""
    log: TraversalLog = field(default_factory=TraversalLog)
    """For a rule, a record of what its parts iterate over in all states."""


@dataclass(slots=True, eq=False)
class TestGroup:
    """Tests that need the same names, and have the same outcome while these hold the same numbers and texts."""

    names: tuple[str, ...]
    """The names."""
    tests: list[StateTest] = field(default_factory=list)
    """The tests whose probes are not settled."""
    looked: int = 0
    """Number of states in which the names existed."""
    known: list[Any] | None = None
    """The values of the names in the latest state, if all are numbers and texts."""
    held: list[StateTest] = field(default_factory=list)
    """The conditions that held in that state."""


@dataclass(slots=True, eq=False)
class RunningSeries:
    """A series in the course of a run, for all probes that ask for it."""

    series: SampledSeries
    """The compiled series."""
    values: list[Any] = field(default_factory=list)
    """The samples so far."""
    probes: list[RunningProbe] = field(default_factory=list)
    """The probes."""
    log: TraversalLog = field(default_factory=TraversalLog)
    """A record of what its parts iterate over in all iterations."""
    failed: bool = False
    """Whether an evaluation failed, after which no samples are taken."""


Spaces = tuple[Mapping[str, Any], ...]
"""The namespaces in which names are looked up, in this order."""


def answer_probe(running: RunningProbe, spaces: Spaces, serial: int | None, homes: frozenset[str]) -> None:
    """Evaluate the expression of a probe, and store its value or error. To change a variable is an error.

    Args:
        running: The probe.
        spaces: The namespaces of the state.
        serial: The number of the step before the state; None at the end of the run.
        homes: Names of modules whose classes are the script's own.
    """
    expression = running.question.expression
    assert expression is not None
    space, _ = namespace(expression.names, spaces)
    running.serial = serial
    if (absent := _absent(running, spaces)) is not None:
        running.error, running.near, running.value = (
            f"NameError: name '{absent}' is not defined",
            names_like(absent, spaces),
            None,
        )
        return
    try:
        looked = () if is_plain(expression, space) else expression.names
        before = {name: _content(space[name], homes) for name in looked if name in space}
        read = dict(space)
        for number, series in enumerate(running.question.series):
            space[series.stand_in] = sequence_of(running.sampled[number].values)
        found, error = evaluate_claim(expression, space)
        for each in running.sampled if error is None else ():
            error = error or each.log.fault(each.series.expression.parts)
        changed = [name for name, content in before.items() if _content(read[name], homes) != content]
        if changed:
            message = f"ValueError: the expression changes `{changed[0]}`, and a claim may only look"
            running.error, running.value, running.is_settled = message, None, True
        elif error is not None:
            running.error, running.near, running.value = message_of(error), names_near(error, spaces), None
        else:
            running.value = encode(found, homes)
    except TooLargeError as failure:
        running.error = f"the value is too large: {failure}"


def _absent(running: RunningProbe, spaces: Spaces) -> str | None:
    """A name of a `series` that exists nowhere, so that all iterations would be passed over."""
    names = (name for series in running.question.series for name in series.unsaid)
    return next((name for name in names if not any(name in space for space in spaces)), None)


def reason_unanswered(running: RunningProbe, spaces: Spaces, looked: int) -> str:
    """Return the reason why a probe of states has no answer, and store names that are similar to missing ones.

    Args:
        running: The probe.
        spaces: The namespaces at the end of the run.
        looked: The number of states in which its condition was false.
    """
    if looked:
        states = "the one state" if looked == 1 else f"any of {looked:,} states"
        return f"the condition held in no state: `{running.probe.condition}` was false in {states} in which its names exist"
    names = names_of(running)
    absent = [name for name in names if not any(name in space for space in spaces)]
    running.near = tuple(names_near for name in absent for names_near in names_like(name, spaces))
    missing = ", ".join(f"`{name}`" for name in absent or names)
    return f"there is no state in which its names exist: {missing}" if missing else "the run has no state"


def names_of(running: RunningProbe) -> tuple[str, ...]:
    """The names without which a state is passed over."""
    expression = running.question.condition or running.question.expression
    assert expression is not None
    return expression.names


def _content(value: object, homes: frozenset[str]) -> object:
    """A token that differs if an evaluation has changed a value."""
    return fingerprint(value, homes).token


class Probes:
    """Answers the probes of one run. It holds the tests, samples and answers so far."""

    def __init__(
        self,
        probes: tuple[Probe, ...],
        statements: tuple[Statement, ...],
        module_names: tuple[str, ...],
        homes: frozenset[str],
    ) -> None:
        self.probes = [
            RunningProbe(probe, compile_probe(probe, statements, module_names), number)
            for number, probe in enumerate(probes, 1)
        ]
        """The probes, in their order."""
        self.marker = Marker()
        """The marker: its second number is that of the probe whose expression runs now, from 1."""
        self._homes = homes
        self._after: dict[int, list[RunningProbe]] = {}
        self._latest: dict[int | None, list[RunningProbe]] = {}
        self._groups: dict[int | None, dict[tuple[str, ...], TestGroup]] = {}
        self._anywhere: dict[tuple[str, ...], TestGroup] = {}
        self._group_of: dict[int, TestGroup] = {}
        self._loops: dict[int, dict[str, RunningSeries]] = {}
        for running in self.probes:
            self._enrol(running, statements)
        self.has_states = bool(self._after or self._latest or self._groups or self._anywhere)
        """Whether expressions are evaluated in states, so that `state` is to be called after each statement."""

    def _enrol(self, running: RunningProbe, statements: tuple[Statement, ...]) -> None:
        question = running.question
        if question.error:
            running.error, running.is_settled = question.error, True
            return
        for series in question.series:
            sampled = self._loops.setdefault(series.loop, {}).setdefault(series.source, RunningSeries(series))
            sampled.probes.append(running)
            running.sampled.append(sampled)
        if running.probe.moment == "after":
            self._after.setdefault(running.probe.statement or 0, []).append(running)
        elif running.probe.moment != "end" or running.probe.statement is not None:
            scope = None if running.probe.statement is None else statements[running.probe.statement].scope
            if running.probe.moment == "end":
                self._latest.setdefault(scope, []).append(running)
            else:
                self._test(running, self._anywhere if question.is_anywhere else self._groups.setdefault(scope, {}))

    def _test(self, running: RunningProbe, groups: dict[tuple[str, ...], TestGroup]) -> None:
        """Add a probe to a group of tests."""
        moment = running.probe.moment
        expression = running.question.condition if moment == "when" else running.question.expression
        assert expression is not None
        group = self._group_of[id(running)] = groups.setdefault(expression.names, TestGroup(expression.names))
        for each in group.tests:
            if each.expression is expression and each.moment == moment:
                each.probes.append(running)
                return
        group.tests.append(StateTest(expression, moment, [running]))

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
        for running in after:
            self._answer(running, spaces, serial)
            running.is_settled = True
        for running in latest:
            if not running.is_settled and not namespace(names_of(running), spaces)[1]:
                running.error = ""
                self._answer(running, spaces, serial)
        for each in (groups, self._anywhere):
            for group in each.values():
                if group.tests:
                    self._look(group, spaces, serial)

    def _answer(self, running: RunningProbe, spaces: Spaces, serial: int | None) -> None:
        self.marker[1] = running.number
        answer_probe(running, spaces, serial, self._homes)
        self.marker[1] = 0

    def _look(self, group: TestGroup, spaces: Spaces, serial: int) -> None:
        """Test a group in a state, and answer the probes whose conditions hold."""
        space, missing = namespace(group.names, spaces)
        if missing:
            return
        group.looked += 1
        self._test_all(group, space, spaces, serial)
        for each in group.held:
            for running in each.probes:
                running.error = ""
                self._answer(running, spaces, serial)
            each.probes = [running for running in each.probes if not running.is_settled]

    def _test_all(self, group: TestGroup, space: dict[str, Any], spaces: Spaces, serial: int) -> None:
        """Test a group in a state, unless its names hold the same numbers and texts as when it was tested last."""
        values = [space[name] for name in group.names]
        known = group.known
        if known is None or any(value is not old for value, old in zip(values, known, strict=True)):
            waiting = [each for each in group.tests if each.probes]
            group.held = [each for each in waiting if self._holds(each, space, spaces, serial)]
            group.tests = [each for each in waiting if each.probes]
            group.known = values if all(map(is_fixed, values)) else None

    def _holds(self, asked: StateTest, space: dict[str, Any], spaces: Spaces, serial: int) -> bool:
        """Make a test in a state. Returns whether it is a condition that holds. Probes that are settled leave the test."""
        self.marker[1] = asked.probes[0].number
        log = asked.log if asked.moment in _RULES else None
        found, error = evaluate_test(asked.expression, dict(space), log, is_rule=asked.moment != "somewhere")
        self.marker[1] = 0
        if error is not None:
            reason = message_of(error)
            is_over = asked.moment != "somewhere"
            if is_over or reason != asked.probes[0].error:  # finding similar names takes far longer than evaluating
                names = names_near(error, spaces)
                for running in asked.probes:
                    running.error, running.near, running.is_settled = reason, names, is_over
                    running.serial = serial if is_over else running.serial
        elif asked.moment == "when":
            return found
        elif asked.moment == "somewhere":
            self._settle(asked, _TRUE, serial)
        elif found is not (asked.moment == "always"):
            self._settle(asked, encode(False), serial)
        else:
            for running in asked.probes:
                running.value = _TRUE
        asked.probes = [running for running in asked.probes if not running.is_settled]
        return False

    @staticmethod
    def _settle(asked: StateTest, value: Value, serial: int) -> None:
        for running in asked.probes:
            running.error, running.near, running.value, running.serial, running.is_settled = "", (), value, serial, True

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
            self.marker[1] = sampled.probes[0].number
            found, error = evaluate(expression, space, sampled.log)
            self.marker[1] = 0
            if error is None:
                sampled.values.append(sample_of(found))
                continue
            sampled.failed = True
            for running in sampled.probes:
                running.error, running.near, running.is_settled = message_of(error), names_near(error, spaces), True

    def end(self, spaces: Spaces) -> None:
        """Evaluate the expressions for the end of the run, and find reasons for those without an answer.

        Args:
            spaces: The namespaces at the end of the run.
        """
        for running in self.probes:
            if running.is_settled:
                continue
            moment = running.probe.moment
            if moment == "end" and running.probe.statement is None:
                self._answer(running, spaces, None)
            elif moment == "after":
                running.error = running.error or "the statement did not run"
            elif running.value is None and not running.error:
                looked = self._group_of[id(running)].looked if moment == "when" else 0
                running.error = reason_unanswered(running, spaces, looked)
            elif moment in _RULES:
                rule = next(each for each in self._group_of[id(running)].tests if running in each.probes)
                fault = rule.log.fault(rule.expression.parts)
                running.error = running.error if fault is None else message_of(fault)

    def cut(self, reason: str) -> None:
        """Give a reason to all probes that cannot be answered because the run was cut short."""
        for running in self.probes:
            if not running.is_settled:
                running.value, running.error, running.near = None, reason, ()

    def answers(self, steps: Any) -> tuple[Answer, ...]:
        """Return the answers, given a function that finds the kept step of a serial number."""
        return tuple(
            Answer(
                running.probe,
                None if running.error else running.value,
                running.error,
                running.near if running.error else (),
                None if running.serial is None else steps(running.serial),
            )
            for running in self.probes
        )


_RULES = frozenset({"always", "never"})
_TRUE = encode(True)
_NO_GROUPS: Mapping[tuple[str, ...], TestGroup] = types.MappingProxyType({})
