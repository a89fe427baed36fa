"""Formulas as MathML, and formulas that are refused instead of being shown wrongly."""

import pytest

from backprop_book.render import BadMathError, mathml
from backprop_book.symbols import Symbols


def test_a_formula_becomes_mathml() -> None:
    assert mathml(r"\hat y", block=False, symbols=Symbols()).startswith('<math display="inline"><mrow><mover')
    assert 'display="block"' in mathml("x", block=True, symbols=Symbols())


def test_a_minus_sign_after_a_bracket_is_a_sign() -> None:
    assert mathml("(-2) - 1 = -3", block=False, symbols=Symbols()).count('form="prefix"') == 2
    assert mathml(r"\{ x \}", block=False, symbols=Symbols()).count("<mi>x</mi>") == 1


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\frac{1", "its braces do not balance"),
        ("x_", "it is incomplete (MissingSuperScriptOrSubscriptError)"),
        (r"\left( x", "it is incomplete (ExtraLeftOrMissingRightError)"),
        (r"\hta y", r"the command \hta is not known"),
        ("x\x01", "it holds the character U+0001, which no page can show"),
    ],
)
def test_a_formula_that_cannot_be_shown_is_refused(latex: str, reason: str) -> None:
    with pytest.raises(BadMathError) as caught:
        mathml(latex, block=False, symbols=Symbols())
    assert str(caught.value) == reason
