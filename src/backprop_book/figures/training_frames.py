"""training_frames: a network over the iterations of a loop, some of which are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from backprop_book.core.model import Trace, Value
from backprop_book.core.problems import Problem
from backprop_book.figures.network import Network, read_network, snippet_of
from backprop_book.scan import Script


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
    return TrainingFrames(script.title, snippet_of(script), tuple(frames))


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
