"""evaluation: evaluate expressions in given names, so that nothing that the script could see is afterwards different."""

import builtins
import difflib
import random
import sys
import types
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

from backprop_book.core.functions import STEADY_ATTRIBUTES, STEADY_FUNCTIONS
from backprop_book.core.model import Answer, Outcome, Probe, Run, Trace
from backprop_book.record.codec import values_from_json, write_run
from backprop_book.record.decoder import OpaqueError, decode
from backprop_book.record.encoder import encode
from backprop_book.record.expressions import Expression, compile_expression
from backprop_book.record.fingerprint import plain_tensor
from backprop_book.record.startup import BUILTINS
from backprop_book.record.type_predicates import is_array, is_tensor
from backprop_book.record.vacuity import LOOK, TraversalLog


def namespace(names: tuple[str, ...], spaces: tuple[Mapping[str, Any], ...]) -> tuple[dict[str, Any], list[str]]:
    """Make a namespace for an evaluation.

    Args:
        names: The names that are needed.
        spaces: The namespaces in which names are looked up, in this order.

    Returns:
        A new namespace with these names, and the names that do not exist.
    """
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
"""The outcome of a test: whether the expression holds, or the error."""


def evaluate_test(expression: Expression, space: dict[str, Any], log: TraversalLog | None, *, is_rule: bool) -> Tested:
    """Test a condition in a state.

    Args:
        expression: The condition.
        space: Its names.
        log: Records what the parts of the expression iterate over.
        is_rule: Whether the truth value counts; else only whether the expression can be evaluated.
    """
    found, error = evaluate(expression, space, log)
    return _truth_of(found) if error is None and is_rule else (error is None, error)


def evaluate(
    expression: Expression, space: dict[str, Any], log: TraversalLog | None = None
) -> tuple[Any, BaseException | None]:
    """Evaluate an expression; random states are afterwards as before.

    Saving them costs far more than most expressions. One that cannot draw random numbers does without.

    Args:
        expression: What is evaluated.
        space: Its names.
        log: Records what the parts of the expression iterate over.

    Returns:
        The value and None, or None and the error.
    """
    states = None if draws_nothing(expression, space) else _random_states()
    code = expression.code
    if log is not None and expression.logging_code is not None:
        space[LOOK], code = log, expression.logging_code
    try:
        return eval(code, space), None
    except BaseException as error:  # noqa: BLE001 (whatever the expression raises is the answer, never the script's affair)
        return None, error
    finally:
        if states is not None:
            _restore(states)


def evaluate_claim(expression: Expression, space: dict[str, Any]) -> tuple[Any, BaseException | None]:
    """Evaluate the expression of a claim. It is an error if a part iterates over nothing, since the claim could not fail then."""
    log = TraversalLog()
    found, error = evaluate(expression, space, log)
    if error is None and (fault := log.fault(expression.parts)) is not None:
        return None, fault
    return found, error


def is_plain(expression: Expression, space: Mapping[str, Any]) -> bool:
    """Whether an expression only computes with numbers, texts, arrays and tensors, so that it runs no code of anybody else."""
    return expression.only_operates and all(name in space and _is_inert(space[name]) for name in expression.names)


def draws_nothing(expression: Expression, space: Mapping[str, Any]) -> bool:
    """Whether an expression cannot draw a random number: all its functions and methods are known not to."""
    if not expression.attributes <= STEADY_ATTRIBUTES:
        return False
    return all(_is_steady(value) for name, value in space.items() if name != "__builtins__")


def _is_steady(value: object) -> bool:
    """Whether using a value draws no random numbers. Its attributes have been looked at by name."""
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
"""Most elements of a list that are looked at."""


def is_fixed(value: object) -> bool:
    """Whether a value is immutable, so that a test of the same object need not be repeated."""
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
    """Evaluate an expression outside of a run.

    Args:
        expression: The expression.
        space: The values of its names.
        known: All names that it could have used.

    Returns:
        Its value, the error or an empty text, and names that are similar to a missing one.
    """
    names = {**space, "__builtins__": builtins}
    found, error = evaluate_claim(expression, names)
    return (
        (found, "", ())
        if error is None
        else (None, message_of(error), names_near(error, (known, space, vars(builtins))))
    )


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


def _truth_of(found: Any) -> tuple[bool, BaseException | None]:
    """The truth value of a condition, or the error if it is neither true nor false."""
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


def message_of(error: BaseException) -> str:
    """The type and message of an exception, as the error of an answer."""
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def names_near(error: BaseException, spaces: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    """Names that are similar to the one that an error says is missing."""
    name = getattr(error, "name", None)
    if type(name) is not str:
        return ()
    if isinstance(error, AttributeError):
        return tuple(difflib.get_close_matches(name, [each for each in dir(error.obj) if not each.startswith("_")], 3))
    return names_like(name, spaces) if isinstance(error, NameError) else ()


def names_like(name: str, spaces: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    """Names that are similar to a missing one: of the same words in another order, or spelled alike; built-in ones only for a typo."""
    own = tuple(
        dict.fromkeys(
            each for space in spaces[:-1] for each in space if type(each) is str and not each.startswith("__")
        )
    )
    turned = [each for each in own if _words(each) == _words(name)]
    alike = difflib.get_close_matches(name, own, 3)
    # Nearly every short name resembles a built-in one that the author did not mean.
    return tuple(dict.fromkeys((*turned, *alike)))[:3] or tuple(each for each in spaces[-1] if _is_typo(name, each))[:3]


def _words(name: str) -> list[str]:
    return sorted(name.lower().split("_"))


def _is_typo(name: str, other: str) -> bool:
    """Whether one letter is wrong, missing, too many, or swapped with the next one, in names of some length."""
    if min(len(name), len(other)) < _TELLING or other.startswith("__"):
        return False
    begun = _alike(name, other)
    said, meant = name[begun:], other[begun:]
    ended = _alike(said[::-1], meant[::-1])
    said, meant = said[: len(said) - ended], meant[: len(meant) - ended]
    return max(len(said), len(meant)) == 1 or (len(said) == 2 and said == meant[::-1])


def _alike(one: str, other: str) -> int:
    """The length of the common prefix of two names."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


_TELLING = 4
"""Length of the shortest name in which a typo is looked for."""


def sample_of(value: Any) -> Any:
    """Copy a sample, so that the script cannot change it later."""
    if is_tensor(type(value)):
        plain = plain_tensor(value)
        value = value if plain is None else plain
    if is_array(type(value)):
        return value.copy()
    return list(value) if type(value) is list else value


def sequence_of(samples: list[Any]) -> Any:
    """Samples as an array if they are numbers or arrays of one shape and NumPy is loaded, else as a list."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not all(type(each) in {int, float, bool, complex} or is_array(type(each)) for each in samples):
        return list(samples)
    if len({getattr(each, "shape", ()) for each in samples}) > 1:
        return list(samples)
    return numpy.array(samples)


def evaluate_message(message: dict[str, Any]) -> None:
    """Evaluate the expressions of a message over recorded values, and write the answers to its folder."""
    values = values_from_json(message["values"])
    answers = []
    for expression, names in message["combinations"]:
        answers.append(_answer(expression, {name: values[index] for name, index in names.items()}))
    trace = Trace("", "", (), (), (), (), "", "")
    write_run(Run(Outcome("finished"), trace, tuple(answers)), Path(message["order"]["folder"], "result.json"))


def _answer(expression: str, names: dict[str, Any]) -> Answer:
    probe = Probe(expression)
    try:
        asked = compile_expression(expression)
        space = {name: decode(value) for name, value in names.items() if name in asked.names}
    except OpaqueError as error:
        return Answer(probe, error=f"ValueError: {error}")
    except ValueError as error:
        return Answer(probe, error=str(error))
    space.setdefault("np", sys.modules["numpy"])  # the caller has imported it
    found, error_text, near = evaluate_alone(asked, space, names)
    return Answer(probe, None if error_text else encode(found), error_text, near)
