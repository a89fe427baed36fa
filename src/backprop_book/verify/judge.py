"""judge: whether the words of the prose agree with what a run gave, and which digits would.

Check and fix are one computation: a judgement that finds digits wrong also says which digits are right.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from backprop_book.core.model import Answer, Value
from backprop_book.core.problems import shorten
from backprop_book.numbers import Numeral, agrees, is_finite, numerals, restate
from backprop_book.numbers.equations import Arithmetic, Fault, check, equation, prove
from backprop_book.scan import Source
from backprop_book.scan.document import Claim, Document, Equation, Mention, Relation, describe
from backprop_book.scan.question import Part
from backprop_book.verify.values import (
    full,
    judge_cell,
    judge_literal,
    literal_of,
    numbers,
    shape_of,
    shape_said,
    statable,
    truth_of,
)
from backprop_book.verify.verdict import FIX, HOLDS, Edit, Judgement, gives, snippets, stems
from backprop_book.verify.wording import (
    judge_boolean,
    judge_code,
    judge_digits,
    judge_outside,
    judge_stated,
    judge_tolerance,
    without_text,
)

_NOTHING = "NothingError: "
_LEFT_OUT = "LeftOutError: "
_MISSING = re.compile(r"NameError: name '(\w+)'")
Names = Mapping[str, Collection[str]]
"""The names that each snippet binds, by its stem; none of one that does not parse."""
_OWNERS = 3
"""So many snippets with a name are listed; more have a name like `loss`, which may as well be one that was renamed."""


def judge_claim(source: Source, claim: Claim, answer: Answer, known: Names, shifted: Answer | None = None) -> Judgement:
    """Compare the words of a claim with the answer of the run.

    A number needs one numeral, an array, list or tuple as many as it has elements, in order; a string must be part of
    the words; a boolean must be True. In a cell, a string is all that it says, and a boolean yes or no. Digits in the words that the answer does not cover, beside a string or in the
    words of a boolean, must stand in the expression, or nothing would notice when they are wrong. A span
    (`name = value`) states True, False, None, strings and that a collection is empty literally. A name that is none of
    the run may be one of another snippet, or like one; which there are, and their names, is `known`. What the run gave for
    values that are a hundredth larger, `shifted`, shows whether a tolerance is too wide.
    """
    is_said = answer.value is not None and isinstance(answer.value.data, bool | str)
    return (
        _judge_value(source, claim, answer, known)
        or (HOLDS if answer.value is None or answer.value.data is not True else judge_tolerance(source, claim, shifted))
        or judge_outside(source, claim, is_said)
        or judge_code(source, claim, known)
        or judge_arithmetic(source, claim)
    )


def _judge_value(source: Source, claim: Claim, answer: Answer, known: Names) -> Judgement:
    value = answer.value
    if value is None and answer.error.startswith((_LEFT_OUT, _NOTHING)):
        return _vacuous(source, claim, answer)
    if value is None:
        return Judgement(
            source.problem(
                claim.expression_start,
                f"`{claim.expression}` has no value in {snippets(claim, answer)}",
                found=answer.error,
                remedy=_remedy(claim, answer, known),
                kind="expression",
            )
        )
    if claim.form == "span" and (literal := literal_of(claim.words)) is not None:
        return judge_literal(source, claim, value, literal[0])
    if claim.form == "cell" and isinstance(value.data, bool | str):
        return judge_cell(source, claim, value)
    if isinstance(value.data, bool) and (truth := truth_of(claim)) is not None:
        return judge_literal(source, claim, value, truth)
    if isinstance(value.data, bool):
        if not value.data:
            return _false(source, claim, answer)
        return judge_boolean(source, claim)
    if isinstance(value.data, str):
        rest = without_text(value.data, claim.words)
        return _missing_text(source, claim, value.data) if rest is None else judge_digits(source, claim, rest)
    stated = _stated(source, claim)
    actual = numbers(value)
    if actual is None:
        return Judgement(
            source.problem(
                claim.expression_start,
                f"`{claim.expression}` gives {'an' if value.type[0] in 'aeiou' else 'a'} {value.type}, which words cannot state",
                expected="a number, a string, a boolean, or an array, list or tuple of numbers",
                remedy=statable(value),
                kind="expression",
            )
        )
    if len(stated) != len(actual):
        endless = [number for number in actual if not is_finite(number)]
        if endless and not stated:
            return _endless(source, claim.words_start, claim, claim.words, endless[0])
        return _wrong_count(source, claim, stated, actual)
    if (
        claim.form == "span"
        and claim.words[0] in "[("
        and (said := shape_said(claim.words))
        and said != (shape := shape_of(value))
        and shape
    ):
        return _misshapen(source, claim, said, shape)
    return _judge_numbers(source, claim, stated, actual)


def _vacuous(source: Source, claim: Claim, answer: Answer) -> Judgement:
    """An expression that goes through nothing, or that leaves out some of what it seems to go through."""
    asked = snippets(claim, answer)
    if answer.error.startswith(_LEFT_OUT):
        message = f"`{claim.expression}` leaves out elements in {asked}, so none of these could make it fail"
        remedy = "take sequences of one length, cut the longer one as in `losses[:4]`, or claim their lengths"
    else:
        message = f"`{claim.expression}` goes through nothing in {asked}, so nothing could make it fail"
        remedy = "ask about what there is, or claim how many there are"
    found = answer.error.removeprefix(_LEFT_OUT).removeprefix(_NOTHING)
    return Judgement(source.problem(claim.expression_start, message, found=found, remedy=remedy, kind="expression"))


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


def judge_relation(source: Source, relation: Relation, given: Sequence[Value | None]) -> Judgement:
    """Check a relation between claims with the values of the run, since two different values can be rounded to the same number.

    Args:
        source: The document.
        relation: The relation, which holds for the numbers as they are written, or is told already.
        given: What the run gave for each claim; None for a waiver.
    """
    actual = [None if value is None else numbers(value) for value in given]
    fitting = [
        each if each and len(each) == len(numerals(words)) else None
        for each, words in zip(actual, relation.words, strict=True)
    ]
    read = equation(relation.written(fitting), math=False)
    if not isinstance(read, Arithmetic):  # with all its digits it is too long
        return HOLDS
    # Values of floats are equal but for rounding errors, and what is rounded in the words stays so.
    for number, sign in enumerate(read.relations):
        lenient = replace(sign, text="≈") if sign.text == "=" else sign
        part = replace(read, sides=read.sides[number : number + 2], relations=(lenient,))
        if sign.text != "≈" and check(part):
            values = " and ".join(full(value) for value in given if value is not None)
            return Judgement(
                source.problem(
                    relation.start,
                    "this relation holds for the rounded numbers only, and not for the values of the run",
                    found=relation.written().strip(),
                    expected=f"a relation that holds for {shorten(values)}",
                    remedy="write ≈, or state more digits",
                    kind="equation",
                )
            )
    return HOLDS


def judge_mention(source: Source, mention: Mention, answer: Answer, known: Names) -> Judgement:
    """A name in the prose must exist in the run of its listing; it may be one of the snippets in `known`, or one of theirs."""
    if answer.value is not None:
        return HOLDS
    waive = f"rename it, or waive it: [`{mention.text}`]{{# reason}}"
    owner, alike = _owner(mention.name, answer, known)
    if elsewhere := _elsewhere((mention.listing,), answer, known):
        remedy = elsewhere
    elif alike:
        remedy = _ownerless(owner, alike, answer)
    else:
        remedy = f"did you mean `{answer.near[0]}`?" if answer.near else waive
    return Judgement(
        source.problem(
            mention.start,
            f"`{mention.name}` is not a name of {mention.listing}.py",
            found=answer.error,
            remedy=remedy,
            kind="name",
        )
    )


def _judge_numbers(
    source: Source, claim: Claim, stated: tuple[Numeral, ...], actual: tuple[int | float, ...]
) -> Judgement:
    wrong = [(numeral, value) for numeral, value in zip(stated, actual, strict=True) if not agrees(numeral, value)]
    if not wrong or any(numeral.compound for numeral in stated):
        return judge_stated(source, claim, stated, actual)
    numeral, value = wrong[0]
    offset = claim.words_start + numeral.start
    if not all(is_finite(value) for _, value in wrong):
        return _endless(source, offset, claim, numeral.text, value)
    where = "" if len(actual) == 1 else f", number {stated.index(numeral) + 1} of {len(actual)}"
    edits = tuple(
        Edit(claim.words_start + numeral.start, claim.words_start + numeral.end, restate(numeral, value))
        for numeral, value in wrong
    )
    return Judgement(
        source.problem(
            offset,
            f"this number is not what {gives(claim)}{where}",
            found=numeral.text,
            expected=f"{edits[0].text} (`{claim.expression}` is {value!r})",
            remedy=f"{FIX}{_rounded(claim, numeral, value)}",
            kind="value",
        ),
        edits,
    )


def _endless(source: Source, offset: int, claim: Claim, found: str, value: float) -> Judgement:
    remedy = "mend the snippet, or say it in words with a boolean claim: [is not a number]{np.isnan(x)}"
    message = f"{gives(claim)} {value}, which no number agrees with"
    return Judgement(source.problem(offset, message, found=found, remedy=remedy, kind="value"))


def _stated(source: Source, claim: Claim) -> tuple[Numeral, ...]:
    """The numbers in the words; those behind the `≈` of a span are rounded."""
    found = numerals(claim.words)
    if claim.form == "span" and source.text[: claim.words_start].rstrip().endswith("≈"):
        return tuple(replace(numeral, approximate=True) for numeral in found)
    return found


def _rounded(claim: Claim, numeral: Numeral, value: float) -> str:
    """How to state a number that is meant to be rounded further than its digits say; nothing where it is no such number."""
    if not numeral.value:
        is_near = agrees(replace(numeral, approximate=True), value)
        return "; 0 is exactly zero, what rounds to it is 0.0 or ≈ 0" if is_near else ""
    zeros = len(numeral.text) - len(numeral.text.rstrip("0"))
    if zeros and numeral.unit == 1 and not numeral.percent and round(value, -zeros) == numeral.value:
        return f"; if it is meant to be rounded, claim round({claim.expression}, -{zeros})"
    return ""


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
            expected=shorten(", ".join(repr(number) for number in actual)),
            remedy="state each number once, in order, or claim a comparison that is True",
            kind="value",
        )
    )


def _misshapen(source: Source, claim: Claim, said: tuple[int, ...], shape: tuple[int, ...]) -> Judgement:
    return Judgement(
        source.problem(
            claim.words_start,
            f"{gives(claim)} numbers in the shape {shape}, and here they stand in the shape {said}",
            found=claim.words,
            remedy="set the brackets as they are in the run",
            kind="value",
        )
    )


def _false(source: Source, claim: Claim, answer: Answer) -> Judgement:
    where = f" (first broken in step {answer.step})" if answer.step is not None else ""
    return Judgement(
        source.problem(
            claim.start,
            f"{snippets(claim)} {'do' if len(stems(claim)) > 1 else 'does'} not bear this out",
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
            f"the words do not contain what {gives(claim)}",
            found=claim.words,
            expected=f"{shorten(text)} (`{claim.expression}`)",
            remedy="correct the words",
            kind="value",
        )
    )


def _remedy(claim: Claim, answer: Answer, known: Names) -> str:
    """What to do about an expression without a value."""
    if elsewhere := _elsewhere(stems(claim), answer, known):
        return elsewhere
    owner, alike = _owner(claim.expression.text, answer, known)
    if owner:
        return _ownerless(owner, alike, answer)
    if name := _made_later(claim, answer, known):
        return f"`{name}` is made after the first statement of the heading: quote the statement that makes it first, or say when"
    if answer.near:
        return f"did you mean `{answer.near[0]}`?"
    if answer.error.startswith(("NameError", "AttributeError", "there is no state")):
        return "name something that exists in that run at that moment"
    return "correct the expression"


def _made_later(claim: Claim, answer: Answer, known: Names) -> str:
    """The missing name, where the snippet makes it, and the claim is evaluated before the run has ended."""
    unknown = _MISSING.match(answer.error)
    part, *others = claim.question.parts
    is_later = unknown and not others and part.probe.moment == "after" and unknown[1] in known[part.snippet]
    return unknown[1] if unknown and is_later else ""


def _elsewhere(asked: Collection[str], answer: Answer, known: Names) -> str:
    """What to do about a name that is missing because it is one of another snippet, as in a section that was moved; else nothing."""
    unknown = _MISSING.match(answer.error)
    if unknown is None or any(unknown[1] in known[stem] for stem in asked):
        return ""
    name = unknown[1]
    owners = [stem for stem, names in known.items() if name in names]
    if owners and name == "np":  # expressions over several runs have it without an import
        return (
            "say whose values these are, as in `snippet.name`, or do without `np`, which this snippet does not import"
        )
    if len(owners) > _OWNERS:
        return "" if answer.near else f"correct the name, or say whose it is: `snippet.{name}`"
    whose = [f"`{stem}.{name}`" for stem in owners]
    if answer.near and whose:
        return f"did you mean {' or '.join([f'`{answer.near[0]}`', *whose])}?"
    return f"correct the name, or say whose it is: {' or '.join(whose)}" if whose else ""


def _owner(expression: str, answer: Answer, known: Names) -> tuple[str, list[str]]:
    """The name that is missing, if something is asked of it as of a snippet, with the snippets that may be meant."""
    unknown = _MISSING.match(answer.error)
    if unknown is None or not re.search(rf"(?<![\w.]){unknown[1]}\s*\.", expression):
        return "", []
    return unknown[1], difflib.get_close_matches(unknown[1], known, 1)


def _ownerless(owner: str, stems: list[str], answer: Answer) -> str:
    absent = f"there is no snippet `{owner}` either"
    meant = [*(f"`{name}`" for name in answer.near[:1]), *(f"the snippet `{stem}`" for stem in stems)]
    if answer.near:
        return f"did you mean {' or '.join(meant)}? ({absent})"
    return f"{absent}: did you mean {meant[0]}?" if meant else f"{absent}: correct the name, or add {owner}.py"


_RELATION = re.compile(r"[=≈<>≤≥≠\\]")
_FORMAL = re.compile(
    r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`) | (?<![\\$])\$(?P<math>[^$]+)\$",
    re.DOTALL | re.VERBOSE,
)


def judge_equation(document: Document, region: Equation) -> Judgement:
    """Work a span of arithmetic out; its digits must be such that a wrong one is noticed."""
    return _judge_faults(document.source, region.start, prove(region.text, region.math))


def judge_arithmetic(source: Source, claim: Claim) -> Judgement:
    """Work out the arithmetic in the words of a claim. The run says of its numbers what they are, not what they make."""
    # Nearly all words state no arithmetic, which is seen sooner than it is read.
    for start, text, math in _formulas(claim) if _RELATION.search(claim.words) else ():
        found = equation(text.replace("\n", " "), math)
        if isinstance(found, Arithmetic) and (faults := check(found)):
            return _judge_faults(source, start, faults)
    return HOLDS


def _formulas(claim: Claim) -> Iterator[tuple[int, str, bool]]:
    """Code and formulas in words with their places, and whether each is a formula; or else the words themselves."""
    spans = list(_FORMAL.finditer(claim.words))
    for found in spans:
        kind = "code" if found["ticks"] else "math"
        yield claim.words_start + found.start(kind), found[kind], kind == "math"
    if not spans:
        yield claim.words_start, claim.words, False


def _judge_faults(source: Source, start: int, faults: Iterable[Fault]) -> Judgement:
    for fault in faults:
        wrong = describe(start, fault)
        problem = source.problem(
            wrong.offset,
            wrong.message,
            found=wrong.found,
            expected=wrong.expected,
            remedy=wrong.remedy,
            kind=wrong.kind,
        )
        return Judgement(problem)
    return HOLDS
