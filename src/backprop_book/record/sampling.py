"""sampling: the values of a `series`, from the ends of the iterations of its loop."""

import sys
from typing import Any

from backprop_book.record.fingerprint import plain_tensor
from backprop_book.record.type_predicates import is_array, is_tensor


def copied(value: Any) -> Any:
    """A sample that later changes do not reach."""
    if is_tensor(type(value)):
        plain = plain_tensor(value)
        value = value if plain is None else plain
    if is_array(type(value)):
        return value.copy()
    return list(value) if type(value) is list else value


def sequence(samples: list[Any]) -> Any:
    """Samples as an array, where they are numbers or arrays of one shape and NumPy is there; else as a list."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not all(type(each) in {int, float, bool, complex} or is_array(type(each)) for each in samples):
        return list(samples)
    if len({getattr(each, "shape", ()) for each in samples}) > 1:
        return list(samples)
    return numpy.array(samples)
