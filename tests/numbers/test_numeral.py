"""What counts as a number in prose, and what it says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.numbers import Numeral, agrees, numerals


def said(text: str) -> list[tuple[str, str]]:
    """Text and value of each numeral."""
    return [(numeral.text, format(numeral.value, "f")) for numeral in numerals(text)]


def only(text: str) -> Numeral:
    """The one numeral of the text."""
    (numeral,) = numerals(text)
    return numeral


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("0.10", "0.10", "0.01"),
        (".5", "0.5", "0.1"),
        ("-0.0", "-0.0", "0.1"),
        ("−0.5", "-0.5", "0.1"),
        ("+0.5", "0.5", "0.1"),
        ("42", "42", "1"),
        ("007", "7", "1"),
        ("1,000", "1000", "1"),
        ("1,234,567.50", "1234567.50", "0.01"),
        ("1_000", "1000", "1"),
        ("10\u202f000", "10000", "1"),
        ("10\u2009000", "10000", "1"),
        ("10\u00a0000", "10000", "1"),
        ("1e-6", "0.000001", "0.000001"),
        ("1e−6", "0.000001", "0.000001"),
        ("3.5e4", "35000", "1000"),
        ("-2.8e-17", "-2.8e-17", "1e-18"),
        ("1.2×10⁻³", "0.0012", "0.0001"),
        ("1.2 × 10^-3", "0.0012", "0.0001"),
        ("1.2·10^{−3}", "0.0012", "0.0001"),
        ("10⁻³", "0.001", "0.001"),
        ("10⁶", "1000000", "1000000"),
        ("2⁴", "16", "1"),
        ("175 billion", "175e9", "1e9"),
        ("3 thousands", "3000", "1000"),
        ("1.2\n  million", "1.2e6", "1e5"),
        ("1.2 million", "1.2e6", "1e5"),
        ("3 dozen", "36", "1"),
        ("28 hundredths", "0.28", "0.01"),
        ("3 quarters", "0.75", "0.01"),
        ("−9 and a half", "-9.5", "0.01"),
        ("1.5 quarters", "0.375", "0.001"),
        ("9 and a quarter million", "9250000", "10000"),
        ("0x1F", "31", "1"),
        ("−0x1_0000", "-65536", "1"),
        ("0o17", "15", "1"),
        ("0B11", "3", "1"),
    ],
)
def test_a_number_in_digits_has_the_value_and_the_unit_that_its_digits_say(text: str, value: str, unit: str) -> None:
    numeral = only(f"so {text}, they say.")
    assert (numeral.text, numeral.value, numeral.unit) == (text, Decimal(value), Decimal(unit))
    assert not any((numeral.percent, numeral.approximate, numeral.word, numeral.compound))
    assert (numeral.start, numeral.end) == (3, 3 + len(text))


def test_a_negative_zero_keeps_its_sign() -> None:
    assert only("-0.0").value.is_signed()


def test_arithmetic_on_very_long_numbers_is_not_rounded() -> None:
    digits = "1234567890" * 5
    assert only(f"{digits} million").value == int(digits) * 10**6


@pytest.mark.parametrize("text", ["19.0%", "19.0 %", "19.0\u00a0%", "19.0\u202f%"])
def test_a_percent_sign_may_stand_after_a_space_and_divides_nothing(text: str) -> None:
    numeral = only(f"{text} less")
    assert (numeral.text, numeral.value, numeral.unit, numeral.percent) == (text, Decimal("19.0"), Decimal("0.1"), True)


def test_a_percent_sign_between_numbers_is_the_remainder() -> None:
    assert [(numeral.text, numeral.percent) for numeral in numerals("17 % 5 and 17%5")] == [
        ("17", False),
        ("5", False),
        ("17", False),
        ("5", False),
    ]


@pytest.mark.parametrize("text", ["≈ 0.8963", "≈0.8963", "~0.8963", "~\u00a00.8963", "≈ −0.8963"])
def test_an_approximation_sign_belongs_to_the_number(text: str) -> None:
    numeral = only(f"loss {text}")
    assert (numeral.text, abs(numeral.value), numeral.approximate) == (text, Decimal("0.8963"), True)


def test_struck_out_text_is_not_approximate() -> None:
    assert said("~~0.5~~") == [("0.5", "0.5")]


def test_an_approximation_sign_without_a_number_is_passed_over() -> None:
    assert said("a ≈ b, ≈ three, ~ and ≈") == [("≈ three", "3")]
    assert only("≈ three").approximate


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2-3", ["2", "3"]),
        ("x-1", ["1"]),
        ("(a)-1 and [b]-2", ["1", "2"]),
        ("0–200", ["0", "200"]),
        ("2027-05-05", ["2027", "5", "5"]),
        ("10:30", ["10", "30"]),
        ("from -1 to (−2)", ["-1", "-2"]),
        ("a - 1", ["1"]),
        ("0.5--0.7", ["0.5", "0.7"]),
        ("+/-1", ["1"]),
        ("16/16", ["16", "16"]),
        ("2×2, 2x2 and 3 x 4", ["2", "2", "2", "2", "3", "4"]),
        ("3x as fast, 2× too", ["3", "2"]),
        ("[0.1, -0.2]", ["0.1", "-0.2"]),
        ("[100,200]", ["100", "200"]),
        ("[a] 1,000", ["1000"]),
        ("1,000,50", ["1", "0", "50"]),
        ("steps 1, 2, 3.", ["1", "2", "3"]),
        ("0,100", ["0", "100"]),
        ("2²/3", ["4", "3"]),
        ("1.5² and 12345⁶ and 2⁻¹", ["1.5", "12345", "2"]),
        ("20kB 3.5px 1e6s", ["20", "3.5", "1000000"]),
        ("3 × 10", ["3", "10"]),
        ("1e12345", ["1"]),
    ],
)
def test_signs_and_separators_are_read_as_people_read_them(text: str, values: list[str]) -> None:
    assert [format(numeral.value.normalize(), "f") for numeral in numerals(text)] == values


@pytest.mark.parametrize(
    "text",
    [
        "W1 z1[i] h_2 h__2_ float32 x86 T1–T8 GPT4 cp311",
        "2nd 1ST 3rd 200th v2.13",
        "zero one once half first thirds double triple onefold andfold two_layer twenty-first two-hundredth two_ten __ten_two__",
        "nothing at all − - + . , %",
        "",
    ],
)
def test_parts_of_words_and_language_are_no_numerals(text: str) -> None:
    assert numerals(text) == ()


def test_underscores_emphasise_digits() -> None:
    assert said("_6_ and __7.5__, _8 of 9_") == [("6", "6"), ("7.5", "7.5"), ("8", "8"), ("9", "9")]


def test_a_word_after_an_identifier_is_still_seen() -> None:
    assert said("x86-64, W1.5 3") == [("64", "64"), ("3", "3")]


@pytest.mark.parametrize(
    "text",
    ["20kB", "10k", "5M", "0.5s", "3.5px", "7neurons", "1e6s", "5_a", "3xy", "0xG", "0b12", "0x1Fh", "0o8", "2ndly", "−3ms",
     "√2", "∛0.5", "0.5²", "2⁻¹", "0.9‰", "0.9 ‰", "2.13.0", "1.2.3a"],
)  # fmt: skip
def test_what_is_more_than_a_number_is_one_numeral_that_no_value_agrees_with(text: str) -> None:
    numeral = only(f"about {text}, as said")
    assert (numeral.text, numeral.compound) == (text, True)
    assert not agrees(numeral, numeral.value)


def test_a_version_is_one_numeral_that_says_nothing() -> None:
    numeral = only("NumPy 2.13.0 on")
    assert (numeral.text, numeral.compound, numeral.value) == ("2.13.0", True, Decimal(2))
    assert only("-2.13.0").value == -2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Two and three", [("Two", "2"), ("three", "3")]),
        ("one or two", [("two", "2")]),
        ("twenty-one", [("twenty-one", "21")]),
        ("twenty one", [("twenty one", "21")]),
        ("TWELVE", [("TWELVE", "12")]),
        ("ninety-nine", [("ninety-nine", "99")]),
        ("twenty ten", [("twenty", "20"), ("ten", "10")]),
        ("a hundred", [("hundred", "100")]),
        ("one hundred", [("one hundred", "100")]),
        ("two hundred and five", [("two hundred and five", "205")]),
        ("two hundred and a half", [("two hundred and a half", "200.5")]),
        ("a million and a half", [("million and a half", "1500000")]),
        ("One\nand a half", [("One\nand a half", "1.5")]),
        ("two and three-quarters", [("two", "2"), ("three-quarters", "0.75")]),
        ("one and a half million", [("one and a half million", "1500000")]),
        ("half a dozen, half-a-million", [("half a dozen", "6"), ("half-a-million", "500000")]),
        ("half dozen, a quarter of a million", [("half dozen", "6"), ("quarter of a million", "250000")]),
        (
            "two fifths, nine-tenths, two-hundredths",
            [("two fifths", "0.4"), ("nine-tenths", "0.9"), ("two-hundredths", "0.02")],
        ),
        (
            "each of two halves it, four quarters, three quarters",
            [("two", "2"), ("four", "4"), ("three quarters", "0.75")],
        ),
        (
            "ten percent, Two per cent, five %, a hundred pct",
            [("ten percent", "10"), ("Two per cent", "2"), ("five %", "5"), ("hundred pct", "100")],
        ),
        ("_two_ and __three__, _four or five_", [("two", "2"), ("three", "3"), ("four", "4"), ("five", "5")]),
        ("twenty-\none", [("twenty-\none", "21")]),
        ("three thousand five hundred", [("three thousand five hundred", "3500")]),
        ("two million three thousand and one", [("two million three thousand and one", "2003001")]),
        ("two thousand three million", [("two thousand", "2000"), ("three million", "3000000")]),
        ("two thousand two thousand", [("two thousand", "2000"), ("two thousand", "2000")]),
        ("six billion", [("six billion", "6000000000")]),
        ("twice, thrice", [("twice", "2"), ("thrice", "3")]),
        ("Tenfold, a hundredfold", [("Tenfold", "10"), ("hundredfold", "100")]),
        ("twenty-fivefold", [("twenty-fivefold", "25")]),
        ("twentyfold five, two-fold", [("twentyfold", "20"), ("five", "5"), ("two", "2")]),
        ("a dozen, two dozen", [("dozen", "12"), ("two dozen", "24")]),
        ("thousands of dozens", [("thousands", "1000"), ("dozens", "12")]),
        ("three-neuron, two-layer", [("three", "3"), ("two", "2")]),
        ("five\nlines", [("five", "5")]),
        ("twenty\n two", [("twenty\n two", "22")]),
        ("two\n\nthree", [("two", "2"), ("three", "3")]),
        ("and two", [("two", "2")]),
        ("three.", [("three", "3")]),
    ],
)
def test_numbers_in_words(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text) == found
    assert all(numeral.word and numeral.unit == 1 for numeral in numerals(text))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4))
def test_what_python_formats_is_read_back(number: Decimal) -> None:
    for text in (f"{number:.4f}", f"{number:,.4f}", f"{number:,.4f}".replace("-", "−"), f"{number:.6e}"):
        assert only(f"it is {text} now").value == Decimal(text.replace(",", "").replace("−", "-"))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_prints_of_a_float_is_read_back(number: float) -> None:
    assert float(only(repr(number)).value) == number


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_what_python_prints_of_a_list_is_read_back_in_order(numbers: list[float]) -> None:
    assert [float(numeral.value) for numeral in numerals(str(numbers))] == numbers
    assert [float(numeral.value) for numeral in numerals(str(numbers).replace(" ", ""))] == numbers


_PIECES = st.lists(
    st.sampled_from(
        [
            *"0123456789-−+.,%≈~× xeE10[]()_/⁻²³\n\u00a0",
            "two",
            "twenty",
            "hundred",
            "and",
            "dozen",
            "thousand",
            "-",
            "W",
            "10⁻",
            "0x",
            "fold",
            "^{",
        ]
    )
).map("".join)


@given(st.text() | _PIECES)
def test_any_text_gives_numerals_in_order_that_do_not_overlap(text: str) -> None:
    end = 0
    for numeral in numerals(text):
        assert end <= numeral.start < numeral.end
        assert text[numeral.start : numeral.end] == numeral.text
        assert numeral.value.is_finite()
        assert numeral.unit > 0
        end = numeral.end
