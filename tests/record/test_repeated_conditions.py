"""A condition is not tested again where nothing can have changed what it needs: its answers are as if it were, in every state."""

import builtins
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_book.core.model import Probe
from backprop_book.record.encoder import encode
from backprop_book.run import Request, Tracer

HEAD = """\
import numpy as np
a = np.array([1.0, 2.0])
b = a
c = [0.5]
n = 1
"""
HALF = """\
def half(v):
    w = v / 2
    return w
"""
CHANGES = [
    "a = a + 1", "a[0] = n", "a *= 2", "b = a", "b = b * 0.5", "b[1] -= 3", "b = np.maximum(a, 1)", "c = [n, 1.0]", "c.append(n)",
    "c[0] = a[1]", "n = n + 1", "n += step", "n = int(a.sum())", "m = n", "a, n = b, n - 1", "n = half(n)", "np.copyto(a, b)",
    "if n > 2: n = n - 3", "d = {'a': a}", "d = 0", "pass",
]  # fmt: skip
CONDITIONS = ["n > 2", "a[0] > b[1]", "m == n", "len(c) > 2", "a.sum() > n", "np.any(b > 3)", "step == 2", "w > 1"]
SHOWN = ["n", "a", "b", "c", "m", "a + n", "np.dot(a, b)", "step", "w"]
TIMES = 4


class Reference:
    """The same run, where everything is evaluated in every state."""

    def __init__(self, probes: tuple[Probe, ...]) -> None:
        self.answers: dict[Probe, tuple[str, str]] = dict.fromkeys(probes, ("", "none"))
        """For each probe the digest of its value, or its error."""
        self._space: dict[str, Any] = {"half": self._half}

    def run(self, changes: list[str]) -> None:
        """Run the statements one by one."""
        for line in HEAD.splitlines():
            self._do(line)
        for step in range(TIMES):
            self._do(f"step = {step}")
            for change in changes:
                self._do(change)

    def _do(self, line: str) -> None:
        exec(line, self._space)
        self._look(self._space)

    def _half(self, v: float) -> float:
        w = v / 2
        self._look({**self._space, "v": v, "w": w}, is_call=True)
        return w

    def _look(self, space: dict[str, Any], *, is_call: bool = False) -> None:
        for probe in self.answers:
            asked = probe.condition or probe.expression
            if is_call and "w" not in asked:  # what names only the module has is asked of its states alone
                continue
            names = {name for name in compile(asked, "", "eval").co_names if name not in vars(builtins)} - {
                "sum",
                "any",
            }
            if not names <= space.keys():
                continue
            holds = bool(eval(asked, dict(space)))
            if probe.moment != "when":
                broken = self.answers[probe] == (encode(False).digest, "")
                self.answers[probe] = (encode(not broken and holds is (probe.moment == "always")).digest, "")
            elif holds:
                try:
                    self.answers[probe] = (encode(eval(probe.expression, dict(space))).digest, "")
                except NameError as error:
                    self.answers[probe] = ("", f"NameError: {error}")


@pytest.fixture(scope="module")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracer]:
    with Tracer(tmp_path_factory.mktemp("scripts")) as opened:
        yield opened


@given(changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=7))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_answers_are_those_of_every_state(tracer: Tracer, changes: list[str]) -> None:
    body = "".join(f"    {change}\n" for change in changes)
    script = f"{HEAD}{HALF}for step in range({TIMES}):\n{body}"
    (tracer._root / "script.py").write_text(script, encoding="utf-8")
    whens = [Probe(shown, "when", condition=condition) for condition in CONDITIONS for shown in SHOWN]
    rules = [Probe(condition, moment) for condition in CONDITIONS for moment in ("always", "never")]
    probes = (*whens, *rules)
    reference = Reference(probes)
    reference.run(changes)
    (run,) = tracer.run([Request(Path("script.py"), probes)])
    assert run.outcome.kind == "finished", run.outcome
    for answer in run.answers:
        digest, error = reference.answers[answer.probe]
        if error == "none":
            assert answer.error, (answer.probe, script)
        else:
            assert (answer.value.digest if answer.value else "", answer.error) == (digest, error), (
                answer.probe,
                script,
            )
