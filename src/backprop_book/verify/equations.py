"""equations: whether pure arithmetic holds, on its own and in the words of a claim."""

import re
from collections.abc import Iterable, Iterator

from backprop_book.chapter import Claim, Document, Equation, Source, describe
from backprop_book.digits import Equation as Arithmetic
from backprop_book.digits import Fault, check, equation, prove
from backprop_book.verify.judgement import HOLDS, Judgement

_RELATION = re.compile(r"[=≈<>≤≥≠\\]")
_FORMAL = re.compile(
    r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`) | (?<![\\$])\$(?P<math>[^$]+)\$",
    re.DOTALL | re.VERBOSE,
)


def judge_equation(document: Document, region: Equation) -> Judgement:
    """Work a span of arithmetic out; its digits must be such that a wrong one is noticed."""
    return _judge(document.source, region.start, prove(region.text, region.math))


def judge_stated(source: Source, claim: Claim) -> Judgement:
    """Work out the arithmetic in the words of a claim. The run says of its numbers what they are, not what they make."""
    # Nearly all words state no arithmetic, which is seen sooner than it is read.
    for start, text, math in _stated(claim) if _RELATION.search(claim.words) else ():
        found = equation(text.replace("\n", " "), math)
        if isinstance(found, Arithmetic) and (faults := check(found)):
            return _judge(source, start, faults)
    return HOLDS


def _stated(claim: Claim) -> Iterator[tuple[int, str, bool]]:
    """Code and formulas in words with their places, and whether each is a formula; or else the words themselves."""
    spans = list(_FORMAL.finditer(claim.words))
    for found in spans:
        kind = "code" if found["ticks"] else "math"
        yield claim.words_start + found.start(kind), found[kind], kind == "math"
    if not spans:
        yield claim.words_start, claim.words, False


def _judge(source: Source, start: int, faults: Iterable[Fault]) -> Judgement:
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
