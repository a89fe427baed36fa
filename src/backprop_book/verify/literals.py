"""literals: spans that state True, False, None, a string or an empty collection."""

import ast

from backprop_book.chapter import Claim, Source
from backprop_book.model import Value
from backprop_book.verify.asking import gives
from backprop_book.verify.contents import full
from backprop_book.verify.judgement import HOLDS, Judgement

Plain = bool | str | list[object] | tuple[object, ...] | dict[object, object] | None
"""What a span can state literally; of collections, only that they are empty."""


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


def literal_of(words: str) -> tuple[Plain] | None:
    """The True, False, None, string or empty collection that the words of a span are, in a tuple; None if they are something else."""
    try:
        found = ast.literal_eval(words.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    if isinstance(found, list | tuple | dict):
        return None if found else (found,)
    return (found,) if found is None or isinstance(found, bool | str) else None
