"""Formulas as MathML, and formulas that are refused instead of being shown wrongly."""

import pytest

from backprop_book.render import BadMathError, mathml


def test_a_formula_becomes_mathml() -> None:
    assert mathml(r"\hat y", block=False).startswith(
        '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">'
    )
    assert 'display="block"' in mathml("x", block=True)


def test_a_minus_sign_after_a_bracket_is_a_sign() -> None:
    assert mathml("(-2) - 1 = -3", block=False).count('form="prefix"') == 2
    assert mathml(r"\{ x \}", block=False).count("<mi>x</mi>") == 1


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\frac{1", "its braces do not balance"),
        ("x_", "it is incomplete (MissingSuperScriptOrSubscriptError)"),
        (r"\left( x", "it is incomplete (ExtraLeftOrMissingRightError)"),
        (r"\hta y", r"the command \hta is not known"),
    ],
)
def test_a_formula_that_cannot_be_shown_is_refused(latex: str, reason: str) -> None:
    with pytest.raises(BadMathError) as caught:
        mathml(latex, block=False)
    assert str(caught.value) == reason
