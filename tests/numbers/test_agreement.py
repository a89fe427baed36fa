"""When a value agrees with a number as written, and how it is restated when it does not."""

import ast
import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.core.expressions import ExpressionError, read
from backprop_book.numbers import Number, Numeral, agrees, constant, is_finite, numerals, restate, unmatched


def only(text: str) -> Numeral:
    """The one numeral of the text."""
    (numeral,) = numerals(text)
    return numeral


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.8963", 0.8962500000000001),
        ("0.8962", Fraction("0.89625")),
        ("0.7258", 0.725753),
        ("-0.06", -0.064695),
        ("-0.313", -0.3125),
        ("-0.312", -0.3125),
        ("0.0", -0.0),
        ("-0.0", 0.0),
        ("-0.0", -0.0),
        ("19.0 %", 0.19023),
        ("19%", 0.19023),
        ("19 percent", 0.19023),
        ("19 per cent", 0.19023),
        ("19\npercent", 0.19023),
        ("2 percentage points", 0.0201),
        ("1,000", 1000),
        ("1e-6", 1e-6),
        ("2.8×10⁻¹⁷", 2.7755575615628914e-17),
        ("3", 2.5),
        ("3", 3.5),
        ("three", 3),
        ("three", 3.0),
        ("Twice", Decimal(2)),
        ("175 billion", 174_600_000_000),
        ("≈ 0.9", 0.89625),
        ("0.5", Decimal("0.45")),
        ("1", True),
    ],
)
def test_a_value_within_half_a_unit_agrees(text: str, value: Number) -> None:
    assert agrees(only(text), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.8962", 0.8962501),
        ("0.8963", 0.8963501),
        ("-0.07", -0.064695),
        ("0.5", -0.5),
        ("0.19", 19.0),
        ("19%", 19),
        ("0.9 percent", 0.9),
        ("three", 3.0000001),
        ("three", 2.5),
        ("3", 3.5000001),
        ("0.1", math.nan),
        ("0.1", math.inf),
        ("0.1", Decimal("NaN")),
        ("0.1", -math.inf),
        ("2.13.0", 2),
    ],
)
def test_a_value_further_away_does_not_agree(text: str, value: Number) -> None:
    assert not agrees(only(text), value)


def test_the_half_unit_is_exact_even_where_floats_cannot_tell() -> None:
    tie = Fraction(3, 2)
    assert agrees(only("1"), tie)
    assert not agrees(only("1"), tie + Fraction(1, 10**100))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("0", -0.0), ("0 %", 0.0), ("0 thousand", 0), ("0e3", 0), ("0.0", 0.028), ("≈ 0", 0.028), ("~0", -0.4), ("≈ 0 %", 0.004),
        ("1 thousand", 960), ("1 thousand", 1499), ("3 million", 3_400_000), ("1e-3", 0.00096), ("28 thousandths", 0.0283), ("0.0 thousand", 0),
        ("1 dozen", 12), ("1.5 dozen", 18), ("3 quarters", 0.75), ("2 thirds", 2 / 3), ("9 and a half", 9.5), ("-9 and a half", -9.5),
        ("two thirds", 2 / 3), ("three quarters", 0.75), ("ten percent", 0.1), ("Ten\nper cent", 0.1), ("one and a half", 1.5), ("half a dozen", 6),
        ("≈ five", 5.0009), ("≈ ten percent", 0.104), ("2.8 pct", 0.028),
    ],
)  # fmt: skip
def test_a_zero_and_what_is_scaled_agree_where_a_digit_is_right(text: str, value: Number) -> None:
    assert agrees(only(text), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.028), ("0", 2.8e-17), ("0", Fraction(1, 2)), ("-0", -0.2), ("0 %", 0.004), ("0 thousand", 360), ("0 million", 360_000), ("0e3", 400),
        ("0.0 thousand", 30), ("0.0 million", 30_000), ("0×10³", 3), ("≈ 0", 0.6), ("1 thousand", 600), ("1 thousand", 949), ("1e4", 6000), ("1e-3", 0.0006),
        ("10⁻³", 0.0006), ("1 hundred", 54), ("1 dozen", 9), ("2 dozen", 18), ("1.5 dozen", 17), ("3 quarters", 0.8), ("9 and a half", 9),
        ("two thirds", 0.667), ("three quarters", 0.7500075), ("ten percent", 10), ("ten percent", 0.11), ("one and a half", 1), ("half a dozen", 12),
        ("≈ five", 5.6), ("five", 5.0009), ("≈ two thirds", 0.7), ("2.8 pct", 2.8), ("28 hundredths", 0.028),
    ],
)  # fmt: skip
def test_a_zero_and_what_is_scaled_do_not_agree_by_rounding_alone(text: str, value: Number) -> None:
    assert not agrees(only(text), value)


@pytest.mark.parametrize(
    ("text", "value", "restated"),
    [
        ("0.8963", 0.725753, "0.7258"),
        ("0.89630", 0.725753, "0.72575"),
        ("-0.5", 0.25, "0.2"),
        ("0.5", -0.25, "-0.2"),
        ("−0.5", -0.75, "−0.8"),
        ("+0.5", 1.25, "+1.2"),
        ("+0.5", -1, "-1.0"),
        ("0.5", -0.01, "0.0"),
        ("-0.5", -0.01, "0.0"),
        ("12", 99.6, "100"),
        (".5", 0.25, "0.2"),
        ("1,000", 1234567, "1,234,567"),
        ("1,000", 12, "12"),
        ("1_000.5", -1234.25, "-1_234.2"),
        ("10\u202f000", 20000, "20\u202f000"),
        ("1000", 1234567, "1234567"),
        ("19.0 %", 0.2567, "25.7 %"),
        ("19%", -0.5, "-50%"),
        ("19 percent", -0.5, "-50 percent"),
        ("2 percentage points", 0.03, "3 percentage points"),
        ("≈ 0.8963", 0.725753, "≈ 0.7258"),
        ("~−3", 5, "~5"),
        ("1e-6", 0.0003, "3e-4"),
        ("1.0e-06", 2.96e-12, "3.0e-12"),
        ("1.0e-06", 0.00012, "1.2e-04"),
        ("1E+6", 3e8, "3E+8"),
        ("1e6", 3e-8, "3e-8"),
        ("1e−6", 3e-8, "3e−8"),
        ("−3.7e-6", -7.6e-11, "−7.6e-11"),
        ("-3.7e−6", -7.6e-11, "-7.6e−11"),
        ("−3.7e6", -7.6e-11, "−7.6e−11"),
        ("3.7e−6", -7.6e-11, "−7.6e−11"),
        ("−3.7 × 10^-6", -7.6e-11, "−7.6 × 10^-11"),
        ("−3.7 × 10^6", -7.6e-11, "−7.6 × 10^−11"),
        ("9.5e3", 99960, "1.0e5"),
        ("12e3", 450, "0.4e3"),
        ("12e3", 45600, "46e3"),
        ("0e3", 45600, "46e3"),
        ("1e-6", 0, "0e-6"),
        ("1.2×10⁻³", -99.96, "-1.0×10²"),
        ("1.2 × 10^-3", 5e-7, "5.0 × 10^-7"),
        ("1.2·10^{−3}", 5e-7, "5.0·10^{−7}"),
        ("10⁻³", 1e-6, "1×10⁻⁶"),
        ("10⁻³", Fraction(1, 10**6), "10⁻⁶"),
        ("10⁻³", Fraction(-1, 10**6), "-10⁻⁶"),
        ("10⁻³", 0.0096, "1×10⁻²"),
        ("10⁻³", 0.0023, "2×10⁻³"),
        ("10³", 0, "0"),
        ("2⁴", 17, "17"),
        ("175 billion", 3.2e9, "3 billion"),
        ("two", 3, "three"),
        ("Two", 21, "Twenty-one"),
        ("≈ two", 3, "≈ three"),
        ("two", 500, "five hundred"),
        ("two", 3000, "three thousand"),
        ("two", 2_000_000, "two million"),
        ("two", 123, "123"),
        ("two", 1, "1"),
        ("two", 0, "0"),
        ("two", -3, "-3"),
        ("two", 2.5, "2.5"),
        ("two", 1e-7, "1e-7"),
        ("two", Decimal("2.50"), "2.5"),
        ("two", Fraction(2, 3), "0.7"),
        ("two", Fraction(1, 10**9), "1e-9"),
        ("two", 5.000909090909089, "5"),
        ("≈ five", 6.000909090909089, "≈ 6"),
        ("≈ five", 6.7, "≈ 7"),
        ("five", 1234567.25, "1234567"),
        ("ten percent", 0.25, "twenty-five percent"),
        ("ten percent", 0.123, "12 percent"),
        ("two thirds", 0.25, "0.2"),
        ("half a dozen", 7, "seven"),
        ("9 and a half", 8.25, "8.25"),
        ("0", 0.028, "0.03"),
        ("0", -2.8e-17, "-2.8e-17"),
        ("5", 0.028, "0.03"),
        ("≈ 5", 0.028, "≈ 0.03"),
        ("5 %", 0.0004, "0.04 %"),
        ("5 thousand", 600, "0.6 thousand"),
        ("0 million", 1000, "0.001 million"),
        ("1 dozen", 9, "0.75 dozen"),
        ("0x1F", 0.3, "0.3"),
        ("two", Fraction(7, 2), "3.5"),
        ("twice", 3, "thrice"),
        ("Twice", 5, "Five times"),
        ("twice", 2.5, "2.5"),
        ("two dozen", 36, "thirty-six"),
        ("tenfold", 4, "four-fold"),
        ("≈ Tenfold", 21, "≈ Twenty-one-fold"),
        ("tenfold", 2.5, "2.5-fold"),
        ("0x1F", 32, "0x20"),
        ("0x1F", 171.2, "0xAB"),
        ("≈ −0xab", 16, "≈ 0x10"),
        ("0b0011", -4, "-0b0100"),
        ("0O17", 0, "0O00"),
    ],
)
def test_another_value_is_written_in_the_form_of_the_author(text: str, value: Number, restated: str) -> None:
    assert restate(only(text), value) == restated


@pytest.mark.parametrize("text", ["0.313", "0.312", "≈ .3", "31.2 %", "2 dozen", "two dozen"])
def test_what_agrees_stays_as_it_is(text: str) -> None:
    numeral = only(text)
    value = 24 if "dozen" in text else 0.3125
    assert restate(numeral, value) == text


def test_what_is_not_a_number_cannot_be_restated() -> None:
    with pytest.raises(ValueError, match=r"^nan cannot be written in digits$"):
        restate(only("0.5"), math.nan)
    with pytest.raises(ValueError, match=r"^-inf cannot be written in digits$"):
        restate(only("two"), -math.inf)
    with pytest.raises(ValueError, match=r"^2\.13\.0 is more than a number$"):
        restate(only("2.13.0"), 2)


FORMS = st.sampled_from(
    [
        "0.8963", "−0.5", "+.5", "42", "1,000", "1,000.25", "19.0 %", "19%", "19 percent", "7 per\u00a0cent", "3 thousands", "≈ 0.9", "~−3.0", "1e-6", "1.25E+06", "12.5e3",
        "1.2×10⁻³", "−1.2 × 10^-3", "4·10^{3}", "10⁻³", "2⁴", "175 billion", "1.5 dozen", "0e0", "two", "Twenty-one", "≈ three",
        "twice", "two dozen", "ten percent", "two thirds", "one and a half", "28 hundredths", "3 quarters", "9 and a half", "0", "≈ 0", "0x1F", "2.8 pct", "10\u202f000.0", "two hundred and five",
    ]
)  # fmt: skip
VALUES = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(min_value=-1000, max_value=1000)
    | st.integers(min_value=-(10**15), max_value=10**15)
    | st.integers(min_value=0, max_value=120)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | st.fractions(min_value=-1000, max_value=1000)
)


@given(FORMS, VALUES)
def test_what_is_restated_agrees_when_it_is_read_again_and_then_stays(form: str, value: Number) -> None:
    restated = restate(only(form), value)
    again = only(f"it is {restated} now")
    assert agrees(again, value)
    assert restate(again, value) == again.text
    assert again.percent == only(form).percent
    assert again.approximate == only(form).approximate


@given(st.integers(min_value=-(10**9), max_value=10**9), st.integers(min_value=0, max_value=9), VALUES)
def test_agreement_is_half_a_unit_of_the_last_digit(digits: int, decimals: int, value: Number) -> None:
    text = f"{Decimal(digits).scaleb(-decimals):.{decimals}f}"
    expected = abs(Fraction(value) * 10**decimals - digits) <= (Fraction(1, 2) if digits or decimals else 0)
    assert agrees(only(text), value) is expected


@given(st.floats(min_value=-1e9, max_value=1e9), st.integers(min_value=0, max_value=12))
def test_what_python_rounds_agrees(value: float, decimals: int) -> None:
    written = f"{value:.{decimals}f}"
    assert agrees(only(written), value) is (not value or decimals > 0 or round(value) != 0)
    assert agrees(only(f"{value:.{decimals}e}"), value)


@given(st.integers(min_value=2, max_value=99), st.sampled_from([1, 100, 1000, 10**6, 10**9, 10**12]))
def test_words_mean_exactly_what_they_say(count: int, scale: int) -> None:
    value = count * scale
    restated = restate(only("three"), value)
    assert restated.replace("-", "").replace(" ", "").isalpha()
    assert only(restated).value == value
    assert not agrees(only(restated), value + 0.25)


@pytest.mark.parametrize("value", [10**400, -(10**400), Decimal("sNaN"), Decimal("1e999"), math.inf, math.nan])
def test_no_value_is_too_large_to_be_compared(value: int | float | Decimal) -> None:
    (numeral,) = numerals("5")
    assert not agrees(numeral, value)
    if is_finite(value):
        (again,) = numerals(restate(numeral, value))
        assert agrees(again, value)
    else:
        with pytest.raises(ValueError, match="cannot be written in digits"):
            restate(numeral, value)


@pytest.mark.parametrize(
    ("words", "expression", "left"),
    [
        ("two of seven", "two == 2 and x.seven > 0", ["seven"]),
        ("two thirds", "x == 2 / 3 when step == 1", []),
        ("two thirds, 2 and 3", "x == 2 / 3", []),
        ("0.67", "x == 2 / 3", ["0.67"]),
        ("two million, 0.5, a hundred", "x < 2 * 10**6 and y < 4 * 0.125 and z < 10**2 always", []),
        ("6", "x[5 + 1] == 5 - -1", ["6"]),
        ("the last twenty", "x[-20:]", []),
        ("the first twenty, three", "x[n:20] and y[:3]", []),
        ("twenty", "x[20", []),
        ("twenty", "f(", ["twenty"]),
        ("seven", "x == 'seven'", []),
        ("two\nand three", "x ==\n2 and\ntwo < 3", []),
        ("10", "x when y == 10", []),
        ("2e400", "x < 2e400", []),
    ],
)
def test_numbers_of_words_are_those_of_an_expression(words: str, expression: str, left: list[str]) -> None:
    try:
        trees = read(expression.replace("\n", " ")).trees
    except ExpressionError:
        trees = ()
    assert [numeral.text for numeral in unmatched(numerals(words), expression, trees)] == left


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("0.1", Fraction(1, 10)), ("-2", -2), ("1 / 3 + 1 - 2 * 4", Fraction(-20, 3)), ("10**-3", Fraction(1, 1000)), ("x", None), ("-x", None), ("2 * x", None),
        ("True", None), ("1e999", None), ("1 / 0", None), ("0**-1", None), ("2**0.5", None), ("2**65", None), ("2**64**2", None), ("(2**64)**2", None),
        ("7 // 2", None), ("'a'", None), ("10" + "0" * 400, 10**401),
    ],
)  # fmt: skip
def test_arithmetic_of_numbers_alone(expression: str, value: Fraction | None) -> None:
    assert constant(ast.parse(expression, mode="eval").body) == value
