"""judge: whether the words of the prose agree with what a run gave, and which digits would.

Check and fix are one computation: a judgement that finds digits wrong also says which digits are right.
"""

import ast
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from backprop_book.chapter import Claim, Mention, Output, Source
from backprop_book.chapter.asked import Part
from backprop_book.digits import Numeral, agrees, numerals, restate
from backprop_book.errors import Problem
from backprop_book.model import Answer, Data, Value

FIX = "run `backprop-book fix`, or correct the words"


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of digits in a document."""

    start: int
    """Start of what goes, as an offset of the document."""
    end: int
    """End of what goes."""
    text: str
    """What comes in its place."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with a region, if anything."""

    problem: Problem | None = None
    """The problem; None if the region holds."""
    edits: tuple[Edit, ...] = ()
    """The edits that would make it hold; empty where only a person can decide."""


Literal = bool | str | list[object] | tuple[object, ...] | dict[object, object] | None
"""What a span can state literally; of collections, only that they are empty."""
HOLDS = Judgement()
_WITH_DIGIT = re.compile(r"(?<!\w)\w*[0-9]\w*")


def judge_claim(source: Source, claim: Claim, answer: Answer) -> Judgement:
    """Compare the words of a claim with the answer of the run.

    A number needs one numeral, an array, list or tuple as many as it has elements, in order; a string must be part of
    the words; a boolean must be True. Digits in the words that the answer does not cover, beside a string or in the
    words of a boolean, must stand in the expression, or nothing would notice when they are wrong. A span
    (`name = value`) states True, False, None, strings and that a collection is empty literally.
    """
    value = answer.value
    if value is None:
        return Judgement(
            source.problem(
                claim.expression_start,
                f"`{claim.expression}` has no value in {_snippets(claim, answer)}",
                found=answer.error,
                remedy=_remedy(claim, answer),
                kind="expression",
            )
        )
    if claim.form == "span" and (literal := _literal(claim.words)) is not None:
        return _judge_literal(source, claim, value, literal[0])
    if isinstance(value.data, bool):
        return _judge_digits(source, claim, claim.words) if value.data else _false(source, claim, answer)
    if isinstance(value.data, str):
        if value.data not in claim.words:
            return _missing_text(source, claim, value.data)
        return _judge_digits(source, claim, claim.words.replace(value.data, " " * len(value.data)))
    stated = numerals(claim.words)
    actual = numbers(value)
    if actual is None:
        return Judgement(
            source.problem(
                claim.expression_start,
                f"`{claim.expression}` gives a {value.type}, which words cannot state",
                expected="a number, a string, a boolean, or an array, list or tuple of numbers",
                remedy=_statable(value),
                kind="expression",
            )
        )
    if len(stated) != len(actual):
        return _wrong_count(source, claim, stated, actual)
    return _judge_numbers(source, claim, stated, actual)


def judge_apart(source: Source, claim: Claim, part: Part, reason: str) -> Judgement:
    """A claim over several runs uses something that lives in one of them only, such as a function of torch."""
    return Judgement(
        source.problem(
            claim.expression_start,
            f"`{part.probe.expression}` cannot leave the run of {part.snippet}.py",
            found=reason,
            expected="numbers, texts, truth values, arrays, tensors, or lists and dictionaries of such",
            remedy="put values of several runs together with NumPy and built-in functions, "
            "such as np.array_equal(a, b), np.allclose(a, b) or abs(a - b) < 1e-6",
            kind="expression",
        )
    )


def numbers(value: Value) -> tuple[int | float, ...] | None:
    """The numbers that a value holds, in order; None if it holds none, or anything else, or was too large to be kept."""
    found = list(_flatten(value))
    given = tuple(item for item in found if item is not None)
    return given if given and len(given) == len(found) else None


def full(value: Value) -> str:
    """A value as text at full precision, for error messages and for the page."""
    if value.data is not None or value.kind == "none":
        return repr(value.data)
    flat = numbers(value)
    return repr(list(flat)) if flat is not None else value.summary or value.type


def judge_mention(source: Source, mention: Mention, answer: Answer) -> Judgement:
    """A name in the prose must exist in the run of its listing."""
    if answer.value is not None:
        return HOLDS
    near = (
        f"did you mean `{answer.near[0]}`?"
        if answer.near
        else f"rename it, or waive it: [`{mention.text}`]{{# reason}}"
    )
    return Judgement(
        source.problem(
            mention.start,
            f"`{mention.name}` is not a name of {mention.listing}.py",
            found=answer.error,
            remedy=near,
            kind="name",
        )
    )


def judge_output(source: Source, output: Output, stdout: str) -> Judgement:
    """The output on the page must be what the listing printed: all of it, or its first and last lines around `...`."""
    stated = output.text.splitlines()
    printed = stdout.splitlines()
    gaps = [number for number, line in enumerate(stated) if line.strip() == "..."]
    if len(gaps) > 1:
        return Judgement(
            source.problem(
                output.start,
                "the output is cut in several places",
                remedy="keep one line `...`, or show the whole output",
                kind="output",
            )
        )
    if not gaps:
        pairs = list(zip(range(len(stated)), stated, printed, strict=False))
        same_length = len(stated) == len(printed)
    else:
        head, tail = gaps[0], len(stated) - gaps[0] - 1
        pairs = list(zip(range(head), stated, printed, strict=False))
        if tail:
            pairs += list(zip(range(head + 1, len(stated)), stated[-tail:], printed[-tail:], strict=False))
        same_length = len(printed) >= head + tail
    wrong = [(number, said, really) for number, said, really in pairs if said.rstrip() != really.rstrip()]
    if not wrong and same_length:
        return HOLDS
    starts = _line_starts(source.text, output.text_start, output.text_end)
    if not wrong:
        return Judgement(
            source.problem(
                output.start,
                f"the output shows {_lines(len(stated) - len(gaps))}, and {output.listing}.py printed {len(printed)}",
                expected=_quote(stdout),
                remedy="copy the whole output, or cut it with one line `...`",
                kind="output",
            )
        )
    number, said, really = wrong[0]
    problem = source.problem(
        min(starts[number] + output.indent, output.text_end),
        f"this is not what {output.listing}.py prints",
        found=said,
        expected=really,
        remedy=FIX,
        kind="output",
    )
    edits = tuple(
        Edit(starts[number] + output.indent, starts[number] + output.indent + len(said), really)
        for number, said, really in wrong
    )
    # Other digits are drift; other words are for a person, and so is another number of lines.
    mere_digits = same_length and all(_without_digits(said) == _without_digits(really) for _, said, really in wrong)
    return Judgement(problem, edits if mere_digits else ())


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


def _judge_numbers(
    source: Source, claim: Claim, stated: tuple[Numeral, ...], actual: tuple[int | float, ...]
) -> Judgement:
    wrong = [(numeral, value) for numeral, value in zip(stated, actual, strict=True) if not agrees(numeral, value)]
    if not wrong:
        return _judge_names(source, claim, claim.words)
    numeral, value = wrong[0]
    offset = claim.words_start + numeral.start
    if not all(math.isfinite(value) for _, value in wrong):
        return Judgement(
            source.problem(
                offset,
                f"{_gives(claim)} {value}, which no number agrees with",
                found=numeral.text,
                remedy="mend the snippet, or say it in words with a boolean claim",
                kind="value",
            )
        )
    where = "" if len(actual) == 1 else f", number {stated.index(numeral) + 1} of {len(actual)}"
    edits = tuple(
        Edit(claim.words_start + numeral.start, claim.words_start + numeral.end, restate(numeral, value))
        for numeral, value in wrong
    )
    return Judgement(
        source.problem(
            offset,
            f"this number is not what {_gives(claim)}{where}",
            found=numeral.text,
            expected=f"{edits[0].text} (`{claim.expression}` is {value!r})",
            remedy=FIX,
            kind="value",
        ),
        edits,
    )


def _wrong_count(
    source: Source, claim: Claim, stated: tuple[Numeral, ...], actual: tuple[int | float, ...]
) -> Judgement:
    said = "no number" if not stated else "one number" if len(stated) == 1 else f"{len(stated)} numbers"
    gives = "one" if len(actual) == 1 else f"{len(actual)}"
    return Judgement(
        source.problem(
            claim.words_start,
            f"the words hold {said}, and the expression gives {gives}",
            found=claim.words,
            expected=_shorten(", ".join(repr(number) for number in actual)),
            remedy="state each number once, in order, or claim a comparison that is True",
            kind="value",
        )
    )


def _judge_literal(source: Source, claim: Claim, value: Value, literal: Literal) -> Judgement:
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
            f"this is not what {_gives(claim)}",
            found=claim.words,
            expected=f"{full(value)} (`{claim.expression}`)",
            remedy="correct the words",
            kind="value",
        )
    )


def _judge_digits(source: Source, claim: Claim, words: str) -> Judgement:
    """Digits in words that no value covers: each number must be one of the expression, and no two the same one of it."""
    free = [number.value for number in numerals(claim.expression)]
    # The more decimals are written, the fewer numbers agree, so those that can choose least come first.
    stated = sorted((numeral for numeral in numerals(words) if not numeral.word), key=lambda numeral: numeral.unit)
    unchecked: list[Numeral] = []
    for numeral in stated:
        if (found := next((number for number in free if agrees(numeral, number)), None)) is None:
            unchecked.append(numeral)
        else:
            free.remove(found)
    if unchecked:
        numeral = min(unchecked, key=lambda numeral: numeral.start)
        return Judgement(
            source.problem(
                claim.words_start + numeral.start,
                "the expression does not check this number",
                found=numeral.text,
                remedy="use the number in the expression, or claim it by itself",
                kind="unchecked",
            )
        )
    return _judge_names(source, claim, words)


def _judge_names(source: Source, claim: Claim, words: str) -> Judgement:
    """Names with a digit in words (`W2`) are no numbers; each must be a name of the expression."""
    covered = {place for numeral in numerals(words) for place in range(numeral.start, numeral.end)}
    for found in _WITH_DIGIT.finditer(words):
        if covered.isdisjoint(range(*found.span())) and not re.search(rf"(?<!\w){found[0]}(?!\w)", claim.expression):
            return Judgement(
                source.problem(
                    claim.words_start + found.start(),
                    "the expression does not check this name",
                    found=found[0],
                    remedy="use the name in the expression, or move it out of the brackets",
                    kind="unchecked",
                )
            )
    return HOLDS


def _literal(words: str) -> tuple[Literal] | None:
    """The True, False, None, string or empty collection that the words of a span are, in a tuple; None if they are something else."""
    try:
        found = ast.literal_eval(words.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    if isinstance(found, list | tuple | dict):
        return None if found else (found,)
    return (found,) if found is None or isinstance(found, bool | str) else None


def _false(source: Source, claim: Claim, answer: Answer) -> Judgement:
    where = f" (first broken in step {answer.step})" if answer.step is not None else ""
    return Judgement(
        source.problem(
            claim.start,
            f"{_snippets(claim)} {'do' if len(_stems(claim)) > 1 else 'does'} not bear this out",
            found=claim.words,
            expected=f"`{claim.expression}` to be True, and it is False{where}",
            remedy="reread the sentence and say what is true, or correct the expression",
            kind="value",
        )
    )


def _missing_text(source: Source, claim: Claim, text: str) -> Judgement:
    return Judgement(
        source.problem(
            claim.words_start,
            f"the words do not contain what {_gives(claim)}",
            found=claim.words,
            expected=f"{_shorten(text)} (`{claim.expression}`)",
            remedy="correct the words",
            kind="value",
        )
    )


def _stems(claim: Claim) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.snippet for part in claim.question.parts))


def _remedy(claim: Claim, answer: Answer) -> str:
    """What to do about an expression without a value."""
    unknown = re.match(r"NameError: name '(\w+)'", answer.error)
    is_owner = unknown is not None and re.search(rf"(?<![\w.]){unknown[1]}\s*\.", claim.expression)
    if unknown is not None and is_owner:
        near = f"did you mean `{answer.near[0]}`?" if answer.near else "correct the name, or add the snippet"
        return f"{near} (there is no {unknown[1]}.py either)"
    if answer.near:
        return f"did you mean `{answer.near[0]}`?"
    if answer.error.startswith(("NameError", "AttributeError", "there is no state")):
        return "name something that exists in that run at that moment"
    return "correct the expression"


def _snippets(claim: Claim, answer: Answer | None = None) -> str:
    """The snippets that a claim asks; where one of them has no answer, that one."""
    lacking = [part.snippet for part in claim.question.parts if answer is not None and part.probe == answer.probe]
    return " and ".join(f"{stem}.py" for stem in lacking or _stems(claim))


def _gives(claim: Claim) -> str:
    return f"{_snippets(claim)} {'give' if len(_stems(claim)) > 1 else 'gives'}"


def _statable(value: Value) -> str:
    if value.dtype == "bool":
        return "say .all() or .any()"
    if value.size == 0:
        return "it is empty: say `name = []` in code, or claim that with == or len()"
    if value.kind in ("array", "tensor", "list", "tuple"):
        return "claim single elements, or a sum, a minimum or a comparison"
    return "claim one of its attributes, or a comparison that is True"


def _line_starts(text: str, start: int, end: int) -> list[int]:
    starts = [start]
    while (newline := text.find("\n", starts[-1], end)) >= 0:
        starts.append(newline + 1)
    return starts


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"


def _without_digits(line: str) -> str:
    return "".join(character for character in line if character not in "0123456789-−").replace(" ", "")


def _quote(text: str) -> str:
    return _shorten(text.rstrip("\n").replace("\n", " ⏎ "))


def _shorten(text: str, limit: int = 160) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
