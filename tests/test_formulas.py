"""Formulas as MathML, and formulas that are refused instead of being shown wrongly."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.core.symbols import Symbols
from backprop_book.scan.formulas import BadMathError, broken, mathml, on_a_line

PIECES = [
    r"\frac", "{a}", "{", "}", r"\begin{aligned}", r"\end{aligned}", r"\begin{bmatrix}", r"\end{bmatrix}", "&", r"\\", "^", "_", "2",
    r"\text{a < b}", r"\left(", r"\right)", r"\sqrt", r"\sum", r"\limits", r"\hat", r"\mathrm{d}", r"\over", r"\binom", r"\not", r"\tag{1}",
]  # fmt: skip


def test_a_formula_becomes_mathml() -> None:
    assert mathml(r"\hat y", block=False, symbols=Symbols()).startswith('<math display="inline"><mrow><mover')
    assert 'display="block"' in mathml("x", block=True, symbols=Symbols())


@pytest.mark.parametrize(
    ("latex", "parts"),
    [
        ("x", 1),
        ("a + b", 1),
        ("= 2", 1),
        (r"a \, b", 1),
        (r"\frac{a = b}{c}", 1),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", 1),
        ("a = b", 2),
        (r"\frac{1}{2} = 0.5 \approx b", 3),
        (r"z = x \qquad h = y", 4),
        (r"a \quad b", 2),
        ("(a = b) c", 1),
        (r"a = \alpha_1 b_1 + \beta_1 c_1 + \gamma_1 d_1 + \delta_1 e_1 - \zeta_1 f_1", 6),
        (r"a + b + c + d + e + f + g + h + i + j + k + l + m", 13),
        (r"\alpha_1 (b_1 + \beta_1 c_1 + \gamma_1 d_1 + \delta_1 e_1 - \zeta_1 f_1)^2", 1),
        (r"\displaystyle a = b", 2),
    ],
)
def test_a_formula_of_its_own_line_breaks_at_relations_and_wide_spaces(latex: str, parts: int) -> None:
    whole = mathml(latex, block=True, symbols=Symbols())
    shown = ET.fromstring(broken(whole))
    assert len(list(shown.iter("math"))) == parts
    assert shown.tag == ("math" if parts == 1 else "span")
    assert on_a_line(broken(whole)) == on_a_line(whole)


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
        (r"\text{a \textbf b}", r"the command \textbf is not known"),
        (r"\text{a \textbf{b}}", "more than plain words stands inside of text"),
        (r"\text{$x$}", "more than plain words stands inside of text"),
        (r"\begin{foo} a \end{foo}", "the environment foo is not known"),
        ("a & b", "an & stands outside of an environment that has columns, such as aligned"),
        (r"a \\ b", "a line ends outside of an environment that has lines, such as aligned"),
        (r"\operatorname{a<b}", "the name of an operator is more than letters"),
        (r"\frac{1}", "it is incomplete: a part is missing"),
        (r"\text", "it is incomplete (StopIteration)"),
        ("x\x01", "it holds the character U+0001, which no page can show"),
    ],
)
def test_a_formula_that_cannot_be_shown_is_refused(latex: str, reason: str) -> None:
    with pytest.raises(BadMathError) as caught:
        mathml(latex, block=False, symbols=Symbols())
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("latex", "parts"),
    [
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", ["<mtable", "<mi>d</mi>"]),
        (r"\begin{align} a &= b \end{align}", ["<mtable", "<mi>b</mi></mtd></mtr>"]),
        (r"\begin{gathered} a \\[2pt] b \end{gathered}", ["<mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>b</mi>"]),
        (r"\begin{equation*} a \end{equation*}", ["<mrow><mi>a</mi></mrow>"]),
        (r"\text{a < b}", ["<mtext>a\u00a0&lt;\u00a0b</mtext>"]),
        (r"\text{R\&D, 5\%}", ["<mtext>R&amp;D,\u00a05%</mtext>"]),
        (r"\&", ["<mi>&amp;</mi>"]),
        (r"\operatorname*{arg\,max}_x", [">argmax</mo>"]),
        (
            r"\begin{bmatrix} 1 \end{bmatrix}^T",
            ["<msup><mrow><mo>[</mo><mtable>", "<mo>]</mo></mrow><mi>T</mi></msup>"],
        ),
        (r"\left( x \right.", ["<mi>x</mi>"]),
    ],
)
def test_what_the_converter_leaves_to_others_is_shown_rightly(latex: str, parts: list[str]) -> None:
    shown = mathml(latex, block=False, symbols=Symbols())
    assert [part for part in parts if part not in shown] == []
    assert not re.search(r"\\|\(1\)|2pt", shown)


@given(
    st.text(st.sampled_from(r"\\{}^_&$%#<> ab1()[]") | st.characters(codec="utf-8"), max_size=20)
    | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
)
def test_any_formula_is_shown_or_refused(latex: str) -> None:
    try:
        shown = mathml(latex, block=True, symbols=Symbols())
    except BadMathError:
        return
    assert ET.fromstring(shown).tag == "math"
    assert isinstance(on_a_line(shown), str)


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\frac{a + b}{2}", "(a+b)/2"),
        (r"\sqrt{x_1^2}", "√(x_1^2)"),
        (r"\binom{4}{2} = 6", "(4 choose 2)=6"),
        (r"\hat y \approx \eta", "y≈η"),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "[1, 2; 3, 4]"),
    ],
)
def test_a_formula_on_a_line_is_not_misread(latex: str, words: str) -> None:
    assert on_a_line(mathml(latex, block=False, symbols=Symbols())) == words
