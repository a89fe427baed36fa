"""watch: probes in the course of a run, and what several of them share: tests, the names these need, and series."""

from dataclasses import dataclass, field
from typing import Any

from backprop_book.core.model import Moment, Probe, Value
from backprop_book.record.question import Expression, Question, Series
from backprop_book.record.vacuity import Lookout


@dataclass(slots=True, eq=False)
class Watch:
    """A probe in the course of a run."""

    probe: Probe
    """The question as asked."""
    question: Question
    """It, compiled."""
    number: int
    """Its place among the probes, from 1."""
    sampled: list["Sampled"] = field(default_factory=list)
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
class Test:
    """A condition or a rule in the course of a run, for all probes that ask for it."""

    expression: Expression
    """What is tested."""
    moment: Moment
    """What for."""
    watches: list[Watch]
    """The probes."""
    lookout: Lookout = field(default_factory=Lookout)
    """Takes down, for a rule, what its parts go through in all states together."""


@dataclass(slots=True, eq=False)
class Group:
    """Tests that need the same names: where these hold the same numbers and texts, the tests come out the same."""

    names: tuple[str, ...]
    """The names."""
    tests: list[Test] = field(default_factory=list)
    """The tests whose probes are not settled."""
    looked: int = 0
    """In how many states the names existed."""
    known: list[Any] | None = None
    """What the names held in the latest state, where that says all."""
    held: list[Test] = field(default_factory=list)
    """The conditions that held in that state."""


@dataclass(slots=True, eq=False)
class Sampled:
    """A series in the course of a run, for all probes that ask for it."""

    series: Series
    """What is sampled, and when."""
    values: list[Any] = field(default_factory=list)
    """What was seen so far."""
    watches: list[Watch] = field(default_factory=list)
    """The probes."""
    lookout: Lookout = field(default_factory=Lookout)
    """Takes down what its parts go through in all iterations together."""
    failed: bool = False
    """Whether it could not be evaluated once; then nobody samples it any more."""
