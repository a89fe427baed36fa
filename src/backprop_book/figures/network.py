"""network: a network with one hidden layer in one training step, or over the iterations of a loop, as the values of a run give it."""

import ast
import builtins
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backprop_book.core.model import Data, Statement, Trace, Value
from backprop_book.core.problems import Problem
from backprop_book.scan.book import Datum, Script
from backprop_book.scan.figure_scripts import ROLES, Phase, Role

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
    is_graph: bool
    """Whether it is shown as a computational graph."""

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
class TrainingFrame:
    """The network in one iteration of a loop."""

    network: Network
    """The network."""
    first: int | None
    """Index of the first kept step of the iteration; None where none was kept."""
    told: int | None
    """Index of the step that makes the output; None where it was not kept."""


@dataclass(frozen=True, slots=True)
class TrainingFrames:
    """A network over the iterations of a loop."""

    title: str
    """The title of the figure."""
    snippet: str
    """Stem of the snippet."""
    frames: tuple[TrainingFrame, ...]
    """The iterations that are kept, in order; at least one."""


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
    stem = _snippet_of(script)
    return Network(
        script.title,
        stem,
        {name: value.data for name, value in values.items()},
        {name: known[name] or data[name].expression.replace(f"{stem}.", "") for name in data},
        tuple(_beats(made, known)),
        script.graph,
    )


def read_training_frames(
    script: Script, values: Mapping[str, Value], trace: Trace
) -> TrainingFrames | tuple[Problem, ...]:
    """Put the networks of the kept iterations together.

    Args:
        script: A checked script that names the parts and the kept iterations.
        values: The value of each part: of those over a loop, an array with an axis for the rows.
        trace: The run.

    Returns:
        The networks, or the problems of the values.
    """
    assert script.rows
    frames = []
    series = {datum.name for datum in script.data if datum.is_series}
    for place, row in enumerate(script.rows):
        sliced = {name: _at(value, place) if name in series else value for name, value in values.items()}
        found_network = read_network(script, sliced, trace.statements)
        if not isinstance(found_network, Network):
            return found_network
        frames.append(TrainingFrame(found_network, *_steps(trace, found_network, row)))
    return TrainingFrames(script.title, _snippet_of(script), tuple(frames))


def _at(value: Value, place: int) -> Value:
    """The value in one of the kept iterations; without data if it is no list of them."""
    return replace(value, data=value.data[place] if isinstance(value.data, list) else None)


def _steps(trace: Trace, network: Network, row: int) -> tuple[int | None, int | None]:
    """Indices of the first kept step of an iteration and of the one that makes the output."""
    made = next(iter(each.statements[0] for each in network.beats if "output" in each.roles and each.statements), None)
    loop = None if made is None else trace.statements[made].loop
    inside = [step for step in trace.steps if (loop, row) in step.iterations and not step.skipped]
    told = next((step.index for step in inside if step.statement == made), None)
    return (inside[0].index if inside else None), told


def _snippet_of(script: Script) -> str:
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
