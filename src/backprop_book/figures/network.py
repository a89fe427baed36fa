"""network: one training step of a network with one hidden layer, as the values of a run give it."""

import ast
import builtins
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backprop_book.core.model import Data, Statement, Value
from backprop_book.core.problems import Problem
from backprop_book.scan import ROLES, Datum, Phase, Role, Script

PHASES: tuple[Phase, ...] = ("forward", "loss", "backward", "update")
"""The moments of a step, in their order."""
_AXES = {"i": "inputs", "h": "hidden neurons", "o": "outputs"}
_PROVIDED = frozenset({"series", "np", *dir(builtins)})
_SIZED_BY = {"i": "input", "h": "preactivation", "o": "output"}
Numbers = tuple[float, ...]
Matrix = tuple[Numbers, ...]


@dataclass(frozen=True, slots=True)
class AnimationStep:
    """The parts that one statement, or several together, add to a moment."""

    phase: Phase
    """The moment."""
    roles: tuple[str, ...]
    """Roles of the parts that are shown from now on."""
    statements: tuple[int, ...]
    """The statements of the run that made the parts; empty for an expression of the author."""
    lines: tuple[int, ...]
    """The first line of each of the statements."""
    code: str
    """The statement, in one line; for what is given, the names."""


@dataclass(frozen=True, slots=True)
class Network:
    """One training step of a network, all of it from one run."""

    title: str
    """The title of the figure."""
    snippet: str
    """Stem of the snippet."""
    values: Mapping[str, Data]
    """The numbers of each part, at full precision: nested lists, or a number."""
    names: Mapping[str, str]
    """Name of each part in the snippet; its expression where it has no name."""
    beats: tuple[AnimationStep, ...]
    """The beats of all moments, in order."""

    def number(self, role: str) -> float:
        """A part that is one number."""
        return _float(self.values[role])

    def row(self, role: str) -> Numbers:
        """A part that has one axis."""
        data = self.values[role]
        assert isinstance(data, list)
        return tuple(map(_float, data))

    def matrix(self, role: str) -> Matrix:
        """A part that has two axes: what goes in, what comes out."""
        data = self.values[role]
        assert isinstance(data, list)
        return tuple(tuple(map(_float, row)) for row in data if isinstance(row, list))

    @property
    def inactive(self) -> tuple[bool, ...]:
        """Whether each hidden neuron is inactive."""
        return tuple(value == 0 for value in self.row("activation"))


@dataclass(frozen=True, slots=True)
class Graph:
    """The computational graph of one training step."""

    network: Network
    """The step."""


def read_network(
    script: Script, values: Mapping[str, Value], statements: Sequence[Statement]
) -> Network | tuple[Problem, ...]:
    """Put a network together from the values of its parts.

    Args:
        script: A checked script that names the parts.
        values: The value of each part.
        statements: The statements of the run.

    Returns:
        The network, or the problems of its values.
    """
    data = {datum.name: datum for datum in script.data}
    shapes = {name: _shape(value.data) for name, value in values.items()}
    sizes = {axis: shape[0] for axis, name in _SIZED_BY.items() if (shape := shapes[name]) and len(shape) == 1}
    problems = []
    for role in (role for role in ROLES if role.name in data):
        shape = shapes[role.name]
        if shape is None:
            problems.append(
                _problem(script, data[role.name], "not made of finite numbers", _written(values[role.name]))
            )
        elif not _fits(shape, tuple(sizes.get(axis) for axis in role.shape)):
            expected = ", ".join(
                f"{sizes[axis]} {_AXES[axis]}" if axis in sizes else _AXES[axis] for axis in role.shape
            )
            found = " × ".join(map(str, shape)) or "one number"
            message = "not as large as this network" if shape else "a number alone"
            problems.append(_problem(script, data[role.name], message, found, expected or "one number"))
    if problems:
        return tuple(problems)
    known = {name: _name(datum) for name, datum in data.items()}
    made = {role.name: _made(statements, known[role.name], role) for role in ROLES if role.name in data}
    stem = snippet_of(script)
    return Network(
        script.title,
        stem,
        {name: value.data for name, value in values.items()},
        {name: known[name] or data[name].expression.replace(f"{stem}.", "") for name in data},
        tuple(_beats(made, known)),
    )


def snippet_of(script: Script) -> str:
    """The snippet whose run a network shows."""
    question = script.data[0].question
    assert question is not None
    return question.parts[0].snippet


def _problem(script: Script, datum: Datum, message: str, found: str, expected: str = "") -> Problem:
    remedy = "correct the expression"
    message = f"`{datum.name}` is {message}"
    return script.source.problem(datum.start, message, found=found, expected=expected, remedy=remedy)


def _written(value: Value) -> str:
    return value.summary or value.type if value.data is None else repr(value.data)[:80]


def _shape(data: Data) -> tuple[int, ...] | None:
    """The shape of nested lists of finite numbers, of at least one number; None for anything else."""
    if isinstance(data, list):
        shapes = {_shape(item) for item in data}
        inner = shapes.pop() if len(shapes) == 1 else None
        return None if inner is None else (len(data), *inner)
    return () if isinstance(data, int | float) and math.isfinite(data) else None


def _fits(shape: tuple[int, ...], expected: tuple[int | None, ...]) -> bool:
    """Whether a shape is the expected one; a size that is not known is left to the part that would tell it."""
    pairs = zip(shape, expected, strict=False)
    return len(shape) == len(expected) and all(size in (found, None) for found, size in pairs)


def _float(data: Data) -> float:
    assert isinstance(data, int | float)
    return float(data)


def _name(datum: Datum) -> str:
    """The name in the snippet that an expression reads, alone or in a series; empty for another expression."""
    assert datum.question is not None
    tree = datum.question.parts[0].expression.tree
    if datum.is_series:
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in _PROVIDED]
        tree = min(names, key=lambda node: node.col_offset, default=tree)
    return tree.id if isinstance(tree, ast.Name) else ""


def _made(statements: Sequence[Statement], name: str, role: Role) -> Statement | None:
    """The statement that makes a part: the last that binds its name, or the first for a part that is given."""
    binding = [each for each in statements if name and name in each.binds]
    return binding[0 if role.given else -1] if binding else None


def _beats(made: Mapping[str, Statement | None], names: Mapping[str, str]) -> list[AnimationStep]:
    """Beats in the order of the run; a part that no statement makes comes with the next statement."""
    given = [role.name for role in ROLES if role.given and role.phase == PHASES[0]]
    found = [statement for name in given if (statement := made[name])]
    beats = [_beat(PHASES[0], given, found, ", ".join(filter(None, map(names.__getitem__, given))))]
    for phase in PHASES:
        waiting: list[str] = []
        groups: list[tuple[Statement, list[str]]] = []
        for role in (role for role in ROLES if role.phase == phase and role.name in made and role.name not in given):
            waiting.append(role.name)
            statement = made[role.name]
            if statement and not role.given:
                groups.append((statement, waiting))
                waiting = []
        groups.sort(key=lambda group: group[0].index)
        beats += [_beat(phase, parts, [statement], "") for statement, parts in groups]
        if waiting:
            beats.append(_beat(phase, waiting, [], ""))
    return beats


def _beat(phase: Phase, roles: Sequence[str], statements: Sequence[Statement], code: str) -> AnimationStep:
    ordered = sorted(statements, key=lambda each: each.index)
    written = code or " ".join(" ".join(each.code for each in ordered).split())
    return AnimationStep(
        phase, tuple(roles), tuple(each.index for each in ordered), tuple(each.line for each in ordered), written
    )
