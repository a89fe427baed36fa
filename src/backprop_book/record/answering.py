"""answering: the answer to one probe in one state of a run, or why there is none."""

from collections.abc import Mapping
from typing import Any

from backprop_book.record.encoder import encode
from backprop_book.record.evaluation import is_plain, namespace, state
from backprop_book.record.failure import like, near, says
from backprop_book.record.fingerprint import TooLargeError, fingerprint
from backprop_book.record.sampling import sequence
from backprop_book.record.watch import Watch

Spaces = tuple[Mapping[str, Any], ...]
"""Where names are looked up, in this order."""


def answer(watch: Watch, spaces: Spaces, serial: int | None, homes: frozenset[str]) -> None:
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
        watch.error, watch.near, watch.value = f"NameError: name '{absent}' is not defined", like(absent, spaces), None
        return
    try:
        looked = () if is_plain(expression, space) else expression.names
        before = {name: _content(space[name], homes) for name in looked if name in space}
        read = dict(space)
        for number, series in enumerate(watch.question.series):
            space[series.stand_in] = sequence(watch.sampled[number].values)
        found, error = state(expression, space)
        for each in watch.sampled if error is None else ():
            error = error or each.lookout.fault(each.series.expression.parts)
        changed = [name for name, content in before.items() if _content(read[name], homes) != content]
        if changed:
            message = f"ValueError: the expression changes `{changed[0]}`, and a claim may only look"
            watch.error, watch.value, watch.is_settled = message, None, True
        elif error is not None:
            watch.error, watch.near, watch.value = says(error), near(error, spaces), None
        else:
            watch.value = encode(found, homes)
    except TooLargeError as failure:
        watch.error = f"the value is too large: {failure}"


def _absent(watch: Watch, spaces: Spaces) -> str | None:
    """A name that a `series` needs and that exists nowhere: an iteration without it is passed over, which would be all."""
    names = (name for series in watch.question.series for name in series.unsaid)
    return next((name for name in names if not any(name in space for space in spaces)), None)


def unanswered(watch: Watch, spaces: Spaces, looked: int) -> str:
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
    watch.near = tuple(near for name in absent for near in like(name, spaces))
    missing = ", ".join(f"`{name}`" for name in absent or names)
    return f"there is no state in which its names exist: {missing}" if missing else "the run has no state"


def names_of(watch: Watch) -> tuple[str, ...]:
    """The names that must exist for a state to count."""
    expression = watch.question.condition or watch.question.expression
    assert expression is not None
    return expression.names


def _content(value: object, homes: frozenset[str]) -> object:
    """What tells whether an evaluation has changed a value."""
    return fingerprint(value, homes).token
