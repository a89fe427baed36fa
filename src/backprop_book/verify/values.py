"""values: the numbers, shapes and literals that values hold, and spans and cells that state True, False, None, a string or an empty collection."""

import ast
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from backprop_book.core.model import Data, Value
from backprop_book.core.problems import shorten
from backprop_book.scan import Source
from backprop_book.scan.document import Claim
from backprop_book.verify.verdict import HOLDS, Judgement, gives


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


Plain = bool | str | list[object] | tuple[object, ...] | dict[object, object] | None
"""What a span can state literally; of collections, only that they are empty."""

_TRUTHS: Mapping[str, bool] = MappingProxyType({"true": True, "false": False})
_ANSWERS: Mapping[str, bool] = MappingProxyType({
    **_TRUTHS,
    **dict.fromkeys(("yes", "✓", "✔", "✅"), True),
    **dict.fromkeys(("no", "✗", "✘", "❌"), False),
})  # fmt: skip
"""All that a cell can say of a boolean."""


def truth_of(claim: Claim) -> bool | None:
    """The boolean that the words of a claim are; None for all others."""
    return _TRUTHS.get(_plain(claim.words).lower())


def judge_cell(source: Source, claim: Claim, value: Value) -> Judgement:
    """Compare a boolean or a string with a cell, which says that and nothing else: a word more could deny it."""
    words = _plain(claim.words)
    if isinstance(value.data, bool):
        truth = _ANSWERS.get(words.lower())
        if truth is not None:
            return judge_literal(source, claim, value, truth)
        message = f"{gives(claim)} True or False, and this cell says neither"
        expected, remedy = "yes" if value.data else "no", "write yes, no, true, false, ✓, ✗, ✔, ✘, ✅ or ❌ alone"
    elif value.data in (words, claim.words):
        return HOLDS
    else:
        message = f"this cell is not the text that {gives(claim)}"
        expected, remedy = shorten(str(value.data)), "write the text alone in the cell"
    return Judgement(
        source.problem(
            claim.words_start,
            message,
            found=claim.words,
            expected=f"{expected} (`{claim.expression}`)",
            remedy=remedy,
            kind="value",
        )
    )


def shape_said(words: str) -> tuple[int, ...] | None:
    """The shape of the list or tuple of numbers that the words of a span are, `()` for a number; None if it is ragged."""
    return nesting(ast.literal_eval(re.sub(r"[^\[\](),]+", "0", "".join(words.split()))))


def judge_literal(source: Source, claim: Claim, value: Value, literal: Plain) -> Judgement:
    """Compare a value with what a span states literally."""
    if isinstance(literal, list | tuple | dict):
        kinds = ("dict",) if isinstance(literal, dict) else ("list", "tuple", "array", "tensor")
        same = value.size == 0 and value.kind in kinds
    else:
        same = (
            value.kind == ("none" if literal is None else value.kind)
            and value.data == literal
            and type(value.data) is type(literal)
        )
    if same:
        return HOLDS
    return Judgement(
        source.problem(
            claim.words_start,
            f"this is not what {gives(claim)}",
            found=claim.words,
            expected=f"{full(value)} (`{claim.expression}`)",
            remedy="correct the words",
            kind="value",
        )
    )


def _plain(words: str) -> str:
    """Words without the marks that emphasise them or set them as code."""
    return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", words.strip("*_` "))


def literal_of(words: str) -> tuple[Plain] | None:
    """The True, False, None, string or empty collection that the words of a span are, in a tuple; None if they are something else."""
    try:
        found = ast.literal_eval(words.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    if isinstance(found, list | tuple | dict):
        return None if found else (found,)
    return (found,) if found is None or isinstance(found, bool | str) else None
