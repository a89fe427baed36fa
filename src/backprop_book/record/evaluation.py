"""evaluation: evaluate an expression in given names, so that nothing that the script could see is afterwards different."""

import builtins
import random
import sys
import types
from collections.abc import Mapping
from typing import Any

from backprop_book.record.failure import near, says
from backprop_book.record.question import Expression
from backprop_book.record.repeatable import STEADY_ATTRIBUTES, STEADY_FUNCTIONS
from backprop_book.record.startup import BUILTINS
from backprop_book.record.type_predicates import is_array, is_tensor
from backprop_book.record.vacuity import LOOK, Lookout


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


Tested = tuple[bool, BaseException | None]
"""What testing an expression gave: whether it holds, or why that cannot be said."""


def test(expression: Expression, space: dict[str, Any], lookout: Lookout | None, *, is_rule: bool) -> Tested:
    """Test a condition, or (with `is_rule` false) whether an expression can be evaluated at all."""
    found, error = evaluate(expression, space, lookout)
    return _truth(found) if error is None and is_rule else (error is None, error)


def evaluate(
    expression: Expression, space: dict[str, Any], lookout: Lookout | None = None
) -> tuple[Any, BaseException | None]:
    """Evaluate an expression; random states are afterwards as before.

    Saving them costs far more than most expressions. One that cannot draw random numbers does without.

    Args:
        expression: What is evaluated.
        space: Its names.
        lookout: Takes down what the parts of the expression go through.
    """
    states = None if draws_nothing(expression, space) else _random_states()
    code = expression.code
    if lookout is not None and expression.watched is not None:
        space[LOOK], code = lookout, expression.watched
    try:
        return eval(code, space), None
    except BaseException as error:  # noqa: BLE001 (whatever the expression raises is the answer, never the script's affair)
        return None, error
    finally:
        if states is not None:
            _restore(states)


def state(expression: Expression, space: dict[str, Any]) -> tuple[Any, BaseException | None]:
    """Evaluate what a claim states. One that is about the elements of what has none has an error: it says nothing."""
    lookout = Lookout()
    found, error = evaluate(expression, space, lookout)
    if error is None and (fault := lookout.fault(expression.parts)) is not None:
        return None, fault
    return found, error


def is_plain(expression: Expression, space: Mapping[str, Any]) -> bool:
    """Whether an expression only computes with numbers, texts, arrays and tensors, so that it runs no code of anybody else."""
    return expression.only_operates and all(name in space and _is_inert(space[name]) for name in expression.names)


def draws_nothing(expression: Expression, space: Mapping[str, Any]) -> bool:
    """Whether an expression cannot draw a random number: it calls but functions and methods that are known not to."""
    if not expression.attributes <= STEADY_ATTRIBUTES:
        return False
    return all(_is_steady(value) for name, value in space.items() if name != "__builtins__")


def _is_steady(value: object) -> bool:
    """Whether what an expression gets at through a value draws no random numbers, given its attributes."""
    kind = type(value)
    if _is_inert(value):
        return True
    if kind is list or kind is tuple:
        elements: Any = value
        return len(elements) <= _LONGEST and all(_is_inert(each) for each in elements)
    if kind is types.ModuleType:
        return value is sys.modules.get("numpy")
    if kind is types.BuiltinFunctionType or kind is type:
        name: str = getattr(value, "__name__", "")
        return name in STEADY_FUNCTIONS and BUILTINS.get(name) is value
    return False


_LONGEST = 1000
"""Elements of a list that are looked at."""


def is_fixed(value: object) -> bool:
    """Whether a value can never be another one while it is the same object, so that a test of it need not be repeated."""
    return type(value) in _FIXED


_FIXED = frozenset({type(None), bool, int, float, complex, str, bytes})


def _is_inert(value: object) -> bool:
    """Whether operators on a value can neither change it nor draw a random number."""
    kind = type(value)
    if kind in _FIXED:
        return True
    if is_array(kind) and kind.__module__ == "numpy":
        array: Any = value
        return not array.dtype.hasobject
    return is_tensor(kind) and kind.__module__ == "torch"


def evaluate_alone(
    expression: Expression, space: dict[str, Any], known: Mapping[str, Any]
) -> tuple[Any, str, tuple[str, ...]]:
    """Evaluate an expression outside of a run: what it came to, the error instead, and names like a missing one."""
    names = {**space, "__builtins__": builtins}
    found, error = state(expression, names)
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
        if kind.__module__ == "numpy" and kind.__name__ in {"bool", "bool_"}:
            return bool(found), None
        if getattr(found, "dtype", None) is not None and str(found.dtype).endswith("bool") and found.ndim == 0:
            return bool(found), None
        if found.ndim:
            return False, TypeError("the condition is an array, neither true nor false: say .all() or .any()")
    return False, TypeError(
        f"the condition is neither True nor False but of type {kind.__name__}: compare it with something"
    )
