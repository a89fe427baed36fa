"""probing: evaluate expressions inside a run, at their moments, without changing it."""

import builtins
import types
from collections.abc import Mapping
from typing import Any

from backprop_book.core.model import Answer, Probe, Statement, Value
from backprop_book.record.answering import Spaces, answer, names_of, unanswered
from backprop_book.record.ast_templates import Marker
from backprop_book.record.encoder import encode
from backprop_book.record.evaluation import evaluate, is_fixed, namespace, test
from backprop_book.record.failure import near, says
from backprop_book.record.frames import Frames
from backprop_book.record.question import ask
from backprop_book.record.run_state import Frame
from backprop_book.record.sampling import copied
from backprop_book.record.watch import Group, Sampled, Test, Watch


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
            Watch(probe, ask(probe, statements, module_names), number) for number, probe in enumerate(probes, 1)
        ]
        """The probes, in their order."""
        self.marker = Marker()
        """Where, behind the number of the statement that runs, that of the probe stands whose expression runs now, from 1."""
        self._homes = homes
        self._after: dict[int, list[Watch]] = {}
        self._latest: dict[int | None, list[Watch]] = {}
        self._groups: dict[int | None, dict[tuple[str, ...], Group]] = {}
        self._anywhere: dict[tuple[str, ...], Group] = {}
        self._group_of: dict[int, Group] = {}
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
            watch.sampled.append(sampled)
        if watch.probe.moment == "after":
            self._after.setdefault(watch.probe.statement or 0, []).append(watch)
        elif watch.probe.moment != "end" or watch.probe.statement is not None:
            scope = None if watch.probe.statement is None else statements[watch.probe.statement].scope
            if watch.probe.moment == "end":
                self._latest.setdefault(scope, []).append(watch)
            else:
                self._test(watch, self._anywhere if question.is_anywhere else self._groups.setdefault(scope, {}))

    def _test(self, watch: Watch, groups: dict[tuple[str, ...], Group]) -> None:
        """Add a probe to a group of tests."""
        moment = watch.probe.moment
        expression = watch.question.condition if moment == "when" else watch.question.expression
        assert expression is not None
        group = self._group_of[id(watch)] = groups.setdefault(expression.names, Group(expression.names))
        for each in group.tests:
            if each.expression is expression and each.moment == moment:
                each.watches.append(watch)
                return
        group.tests.append(Test(expression, moment, [watch]))

    def state(
        self,
        frames: Frames,
        frame: Frame,
        place: types.FrameType | None,
        statement: int,
        serial: int,
    ) -> None:
        """A statement has run: evaluate what is asked of this state.

        Args:
            frames: The calls that run.
            frame: That in which it ran.
            place: The interpreter's frame of that call; None for the module at its end.
            statement: The statement.
            serial: The number of the step.
        """
        after = self._after.pop(statement, ())
        latest = self._latest.get(frame.scope, ())
        groups = self._groups.get(frame.scope, _NONE)
        if not (after or latest or groups or self._anywhere):
            return
        spaces = _spaces(frames, frame, place)
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

    def _answer(self, watch: Watch, spaces: Spaces, serial: int | None) -> None:
        self.marker[1] = watch.number
        answer(watch, spaces, serial, self._homes)
        self.marker[1] = 0

    def _look(self, group: Group, spaces: Spaces, serial: int) -> None:
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

    def _test_all(self, group: Group, space: dict[str, Any], spaces: Spaces, serial: int) -> None:
        """Test a group in a state, unless its names hold the same numbers and texts as when it was tested last."""
        values = [space[name] for name in group.names]
        known = group.known
        if known is None or any(value is not old for value, old in zip(values, known, strict=True)):
            waiting = [each for each in group.tests if each.watches]
            group.held = [each for each in waiting if self._holds(each, space, spaces, serial)]
            group.tests = [each for each in waiting if each.watches]
            group.known = values if all(map(is_fixed, values)) else None

    def _holds(self, asked: Test, space: dict[str, Any], spaces: Spaces, serial: int) -> bool:
        """Test something in a state. Returns whether it is a condition that holds; what is settled is put away."""
        self.marker[1] = asked.watches[0].number
        lookout = asked.lookout if asked.moment in _RULES else None
        found, error = test(asked.expression, dict(space), lookout, is_rule=asked.moment != "somewhere")
        self.marker[1] = 0
        if error is not None:
            reason = says(error)
            is_over = asked.moment != "somewhere"
            if is_over or reason != asked.watches[0].error:  # what is near costs far more to find than to evaluate
                names = near(error, spaces)
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
    def _settle(asked: Test, value: Value, serial: int) -> None:
        for watch in asked.watches:
            watch.error, watch.near, watch.value, watch.serial, watch.is_settled = "", (), value, serial, True

    def iteration(self, frames: Frames, frame: Frame, place: types.FrameType | None, loop: int) -> None:
        """An iteration of a loop ends: take samples."""
        wanted = self._loops.get(loop)
        if not wanted:
            return
        spaces = _spaces(frames, frame, place)
        for sampled in wanted.values():
            expression = sampled.series.expression
            space, missing = namespace(expression.names, spaces)
            if missing or sampled.failed:
                continue
            self.marker[1] = sampled.watches[0].number
            found, error = evaluate(expression, space, sampled.lookout)
            self.marker[1] = 0
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
                looked = self._group_of[id(watch)].looked if moment == "when" else 0
                watch.error = unanswered(watch, spaces, looked)
            elif moment in _RULES:
                rule = next(each for each in self._group_of[id(watch)].tests if watch in each.watches)
                fault = rule.lookout.fault(rule.expression.parts)
                watch.error = watch.error if fault is None else says(fault)

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


def _spaces(frames: Frames, frame: Frame, place: types.FrameType | None) -> Spaces:
    """Where names are looked up, in this order."""
    inner = () if frame.scope is None or place is None else (frames.own(frame, place),)
    return (*inner, frames.globals, vars(builtins))


_RULES = frozenset({"always", "never"})
_TRUE = encode(True)
_NONE: Mapping[tuple[str, ...], Group] = types.MappingProxyType({})
