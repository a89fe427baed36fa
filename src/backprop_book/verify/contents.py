"""contents: what a value holds that words can state."""

from collections.abc import Iterator

from backprop_book.model import Data, Value


def numbers(value: Value) -> tuple[int | float, ...] | None:
    """The numbers that a value holds, in order; None if it holds none, or anything else, or was too large to be kept."""
    found = list(_flatten(value))
    given = tuple(item for item in found if item is not None)
    return given if given and len(given) == len(found) else None


def shape_of(value: Value) -> tuple[int, ...] | None:
    """The shape of a value as of an array, `()` for a number; None if its lists are ragged or it was too large to be kept."""
    if value.kind not in ("list", "tuple") or value.data is not None:
        return value.shape if value.kind in ("array", "tensor") else nesting(value.data)
    return _stacked([shape_of(item) for _, item in value.items])


def nesting(data: object) -> tuple[int, ...] | None:
    """The shape of nested lists; None if they are ragged."""
    return _stacked([nesting(item) for item in data]) if isinstance(data, list | tuple) else ()


def _stacked(shapes: list[tuple[int, ...] | None]) -> tuple[int, ...] | None:
    """The shape of a list whose elements have these; None if they differ or have none."""
    inner = shapes[0] if len(set(shapes)) == 1 else None
    return None if inner is None else (len(shapes), *inner)


def full(value: Value) -> str:
    """A value as text at full precision, for error messages and for the page."""
    if value.data is not None or value.kind == "none":
        return repr(value.data)
    flat = numbers(value)
    return repr(list(flat)) if flat is not None else value.summary or value.type


def _flatten(value: Value) -> Iterator[int | float | None]:
    """All numbers in a value, and None for each thing that is none."""
    if value.data is not None:
        yield from _flatten_data(value.data)
    elif value.kind in ("list", "tuple"):
        for _, item in value.items:
            yield from _flatten(item)
    else:
        yield None


def _flatten_data(data: Data) -> Iterator[int | float | None]:
    if isinstance(data, list):
        for item in data:
            yield from _flatten_data(item)
    elif isinstance(data, bool) or not isinstance(data, int | float):
        yield None
    else:
        yield data


def statable(value: Value) -> str:
    """What can be said of a value that words cannot state."""
    if value.dtype == "bool":
        return "say .all() or .any()"
    if value.size == 0:
        return "it is empty: say `name = []` in code, or claim that with == or len()"
    if value.kind in ("array", "tensor", "list", "tuple"):
        return "claim single elements, or a sum, a minimum or a comparison"
    return "claim one of its attributes, or a comparison that is True"
