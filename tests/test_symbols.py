"""The same colour for the same quantity, in code and in formulas."""

import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.core.symbols import Symbols
from backprop_book.render.source import lines
from backprop_book.scan.formulas import mathml

SYMBOLS = Symbols(
    code=(("W1", "parameter"), ("dL_*", "gradient"), (".grad", "gradient"), (".weight", "parameter"), ("loss", "loss")),
    math=(("W", "parameter"), ("L", "loss"), ("y", "output")),
)


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("W1", "parameter"),
        ("W10", ""),
        ("dL_dy", "gradient"),
        ("grad", ""),
        ("W1.grad", "gradient"),
        ("model.layer1.weight", "parameter"),
        ("model.layer1", ""),
        ("loss.item", "loss"),
    ],
)
def test_a_name_belongs_to_the_family_whose_pattern_fits(name: str, family: str) -> None:
    assert SYMBOLS.family(name) == family
    assert SYMBOLS.mark(name) == (f'<span class="bb-sym-{family}">{name}</span>' if family else name)


def test_names_in_a_code_span_are_cut_out() -> None:
    assert SYMBOLS.parts("W1 @ x - dL_dy") == (
        ("W1", "bb-sym-parameter"),
        (" @ x - ", ""),
        ("dL_dy", "bb-sym-gradient"),
    )
    assert SYMBOLS.parts("loss.backward()") == (("loss", "bb-sym-loss"), (".backward()", ""))
    assert SYMBOLS.parts("p.grad") == (("p.", ""), ("grad", "bb-sym-gradient"))


@given(
    st.text(alphabet=st.characters(exclude_characters="\r", exclude_categories=["Cs"])) | st.just('"W1" # W1\nW1.grad')
)
def test_nothing_is_lost_or_added(code: str) -> None:
    assert "".join(text for text, _ in SYMBOLS.parts(code)) == code
    assert unescape(re.sub(r"<[^>]*>", "", "".join(lines(code, SYMBOLS)))) == code


def test_names_in_a_listing_have_their_colour_and_words_in_strings_do_not() -> None:
    (line,) = lines("W1.grad = f('W1')  # W1", SYMBOLS)
    assert line.startswith('<span class="bb-sym-parameter">W1</span>.<span class="bb-sym-gradient">grad</span> = f(')
    assert line.count("bb-sym-gradient") == line.count("bb-sym-parameter") == 1


def test_letters_of_a_formula_have_their_colour_and_indices_do_not() -> None:
    formula = ET.fromstring(mathml(r"\frac{1}{2} W_L + \hat y^y + a", block=False, symbols=SYMBOLS))
    coloured = [(part.text, part.get("class")) for part in formula.iter("mi") if part.get("class")]
    assert coloured == [("W", "bb-sym-parameter"), ("y", "bb-sym-output")]


def test_letters_of_an_upright_word_are_not_quantities() -> None:
    formula = ET.fromstring(mathml(r"y = \mathrm{ReLU}(W) + L", block=False, symbols=SYMBOLS))
    assert [part.text for part in formula.iter("mi") if part.get("class")] == ["y", "W", "L"]


@pytest.mark.parametrize("formula", [r"\frac{\partial L}{\partial W_{ij}}", r"\frac{d L}{d y}"])
def test_a_derivative_is_a_gradient_as_a_whole(formula: str) -> None:
    found = ET.fromstring(mathml(formula, block=False, symbols=SYMBOLS))
    assert [part.tag for part in found.iter() if part.get("class")] == ["mfrac"]
    assert [part.get("class") for part in found.iter("mfrac")] == ["bb-sym-gradient"]
