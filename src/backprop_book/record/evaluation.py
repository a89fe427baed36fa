"""evaluation: evaluate an expression in given names, so that nothing that the script could see is afterwards different."""

import builtins
import dis
import random
import sys
import types
from collections.abc import Mapping
from typing import Any

from backprop_book.model import Moment
from backprop_book.record.failure import near, says
from backprop_book.record.kinds import is_array, is_tensor
from backprop_book.record.question import Question


def namespace(names: tuple[str, ...], spaces: tuple[Mapping[str, Any], ...]) -> tuple[dict[str, Any], list[str]]:
    """A namespace of its own for an evaluation, and the names that do not exist."""
    space: dict[str, Any] = {"__builtins__": builtins}
    missing = []
    for name in names:
        for each in spaces:
            if name in each:
                space[name] = each[name]
                break
        else:
            missing.append(name)
    return space, missing


Tested = tuple[bool, BaseException | None] | None
"""What testing an expression gave: whether it holds, or why that cannot be said; None if its names do not exist."""


def test(question: Question, moment: Moment, spaces: tuple[Mapping[str, Any], ...]) -> Tested:
    """Test the condition of a `when`, or the expression of an `always` or `never`."""
    is_condition, is_rule = moment == "when", moment != "somewhere"
    names = question.condition_names if is_condition else question.names
    space, missing = namespace(names, spaces)
    if missing:
        return None
    code = question.condition if is_condition else question.code
    found, error = evaluate(code, space, names)
    return _truth(found) if error is None and is_rule else (error is None, error)


def evaluate(
    code: types.CodeType | None, space: dict[str, Any], names: tuple[str, ...] | None = None
) -> tuple[Any, BaseException | None]:
    """Evaluate an expression; random states are afterwards as before.

    Saving them costs far more than most expressions. One that is plain, given the values of its `names`, does without.
    """
    assert code is not None
    states = None if names is not None and is_plain(code, space, names) else _random_states()
    try:
        return eval(code, space), None
    except BaseException as error:  # noqa: BLE001 (whatever the expression raises is the answer, never the script's affair)
        return None, error
    finally:
        if states is not None:
            _restore(states)


def is_plain(code: types.CodeType | None, space: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    """Whether an expression only computes with numbers, texts, arrays and tensors, so that it runs no code of anybody else."""
    return (
        code is not None
        and not _CALLING.intersection(code.co_code[::2])
        and all(n in space and _is_inert(space[n]) for n in names)
    )


def _is_inert(value: object) -> bool:
    """Whether operators on a value can neither change it nor draw a random number."""
    kind = type(value)
    if kind in _INERT:
        return True
    if is_array(kind) and kind.__module__ == "numpy":
        array: Any = value
        return not array.dtype.hasobject
    return is_tensor(kind) and kind.__module__ == "torch"


_INERT = frozenset({type(None), bool, int, float, complex, str, bytes})
_CALLING = frozenset(
    number
    for name, number in dis.opmap.items()
    if name.startswith(
        ("CALL", "LOAD_ATTR", "LOAD_METHOD", "MAKE_", "FORMAT", "BUILD_STRING", "CONVERT", "GET_", "FOR_")
    )
)
"""Instructions that may lead to code of somebody else: calls, attributes, formatting, iteration."""


def evaluate_alone(
    code: types.CodeType, space: dict[str, Any], known: Mapping[str, Any]
) -> tuple[Any, str, tuple[str, ...]]:
    """Evaluate an expression outside of a run: what it came to, the error instead, and names like a missing one."""
    names = {**space, "__builtins__": builtins}
    found, error = evaluate(code, names)
    return (found, "", ()) if error is None else (None, says(error), near(error, (known, space, vars(builtins))))


def _random_states() -> tuple[Any, Any, Any]:
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    return (
        random.getstate(),
        numpy.random.get_state() if numpy is not None else None,
        torch.get_rng_state() if torch is not None else None,
    )


def _restore(states: tuple[Any, Any, Any]) -> None:
    random.setstate(states[0])
    if states[1] is not None:
        sys.modules["numpy"].random.set_state(states[1])
    if states[2] is not None:
        sys.modules["torch"].set_rng_state(states[2])


def _truth(found: Any) -> tuple[bool, BaseException | None]:
    """What a condition came to, or why that is neither true nor false."""
    kind = type(found)
    if kind is bool:
        return found, None
    if is_array(kind) or is_tensor(kind):
        if getattr(found, "dtype", None) is not None and str(found.dtype).endswith("bool") and found.ndim == 0:
            return bool(found), None
        if found.ndim:
            return False, TypeError("the condition is an array, neither true nor false: say .all() or .any()")
    return False, TypeError(
        f"the condition is neither True nor False but of type {kind.__name__}: compare it with something"
    )
