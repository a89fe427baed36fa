"""equations: whether pure arithmetic holds."""

from backprop_book.chapter import Document, Equation, describe
from backprop_book.digits import prove
from backprop_book.verify.judgement import HOLDS, Judgement


def judge_equation(document: Document, region: Equation) -> Judgement:
    """Work a span of arithmetic out; its digits must be such that a wrong one is noticed."""
    for fault in prove(region.text, region.math):
        wrong = describe(region.start, fault)
        problem = document.source.problem(
            wrong.offset,
            wrong.message,
            found=wrong.found,
            expected=wrong.expected,
            remedy=wrong.remedy,
            kind=wrong.kind,
        )
        return Judgement(problem)
    return HOLDS
