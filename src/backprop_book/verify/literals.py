"""literals: spans that state True, False, None, a string or an empty collection."""

import ast
import re
from collections.abc import Mapping
from types import MappingProxyType

from backprop_book.chapter import Claim, Source
from backprop_book.digits import numerals
from backprop_book.digits.numeral import SPACES
from backprop_book.errors import shorten
from backprop_book.model import Value
from backprop_book.verify.asking import gives
from backprop_book.verify.contents import full, nesting
from backprop_book.verify.judgement import HOLDS, Judgement
from backprop_book.verify.orders import DENIED, NEARBY, unmarked

Plain = bool | str | list[object] | tuple[object, ...] | dict[object, object] | None
"""What a span can state literally; of collections, only that they are empty."""

_DENIED = re.compile(rf"{DENIED} \Z", re.IGNORECASE | re.VERBOSE)
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


def without_text(text: str, words: str) -> str | None:
    """Words with a text in them blotted out; None if it stands nowhere for itself.

    `correct` is neither in "incorrect" nor in "not correct", and `3` is in no number that goes on: "−3", "3 million".
    """
    before = r"(?<!\w)" if re.match(r"\w", text) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", text) else ""
    bare = unmarked(words)
    spread = {
        edge
        for numeral in numerals(words)
        for edge in range(numeral.end - len(numeral.text.lstrip(f"≈~{SPACES}")) + 1, numeral.end)
    }
    found = [
        match.span()
        for match in re.finditer(f"{before}{re.escape(text)}{after}", words)
        if spread.isdisjoint(match.span()) and not _DENIED.search(bare, max(match.start() - NEARBY, 0), match.start())
    ]
    for start, end in found:
        words = f"{words[:start]}{' ' * (end - start)}{words[end:]}"
    return words if found else None


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
