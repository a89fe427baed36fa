"""Arithmetic in the prose: what is read as an equation or an assertion, and which relations hold."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.numbers.equations import Arithmetic, Assertion, Fault, check, equation, prove
from backprop_book.numbers.evaluation import Chain, Node, Operation, Written
from small_book import quick


def faults(text: str, *, math: bool = False) -> tuple[Fault, ...]:
    """The faults of what must be an equation."""
    found = equation(text, math)
    assert isinstance(found, Arithmetic), text
    return check(found)


HOLD = [
    "0.5 × 0.2 + 0.0 = 0.10",
    "0.81 + 1.21 + 0.0025 + 1.5625 = 3.585",
    "3.585 = 0.81 + 1.21 + 0.0025 + 1.5625",
    "3.585 / 4 = 0.89625",
    "3.585 / 4 ≈ 0.8963",
    "3.585 / 4 ≈ 0.8962",
    "3.585 ÷ 4 ≈ 0.896 < 0.9 ≤ 0.90 ≠ 0.91",
    "(1 - 0.725753/0.89625) ≈ 19.0%",
    "19.0 % = 0.19 ",
    "1×0.2 + 0×(−0.3) + 1×0.1 + 1×(−0.4) + 0.1 = 0.0",
    "-0.5 - -0.5 = 0",
    "2 * -3 = -6",
    "--2 = 2",
    "+2 = 2",
    "-2² = -4",
    "-2**2 = -4",
    "(-2)^2 = 4",
    "2^3^2 = 512",
    "2^-1 = 0.5",
    "2⁻¹ = 1/2",
    "(2²)³ = 64",
    "2²³ = 8388608",
    "2²^2 = 16",
    "2 ⁺² = 4",
    "4 ** 0.5 = 2",
    "0.1³ = 0.001",
    "10/4*2 = 5",
    "6 : 4 = 1.5",
    "10 - 4 - 3 = 3",
    "2(3 + 4) = 14",
    "(1 + 1)(2 + 3) = 10",
    "2 sqrt(4) = 4",
    "1,000 + 10_000 = 11\u202f000",
    "(1,000 + 1) = 1001",
    "max(1,000, 2) = 2",
    "1e-3 × 1e3 = 1",
    "max(0, −0.1) = 0.0",
    "min(2, 1, 3) = 1",
    "mean(1, 2, 6) = 3",
    "mean([1, 2, 6]) = 3 = sum([1, 2])",
    "abs(-3) = |−3| = 3",
    "|2 - |−3|| = 1",
    "|0.5 - 1| ≈ 0.5",
    "√2 ≈ 1.414",
    "√2 ≈ 1.414",
    "sqrt(2) × sqrt(2) = 1 + 1",
    "sqrt(2) × sqrt(2) = 2",
    "√(9) = 3",
    "√9 = 6/2",
    "exp(0) = 1",
    "ln(1) = 0",
    "-ln(0.2595) ≈ 1.349",
    "ln(exp(2)) = 2",
    "ln(2) + ln(3) = ln(6)",
    "exp(1) ≈ 2.71828",
    "exp(1) × exp(-1) = 3 - 2",
    "0^0 = 1",
    "[1, 2] - [0.5, 1] = [0.5, 1.0]",
    "0.1 × [1, 2] = [0.1, 0.2] ≠ [0.1, 0.3]",
    "[1, 2] × 2 = [2, 4]",
    "[1, 2] × [3, 4] = [3, 8]",
    "[1, 2] ⊙ [3, 4] = [3, 8]",
    "[1, 2] · [3, 4] = 11",
    "[1, 0] @ [[1, 2], [3, 4]] = [1, 2]",
    "[[1, 2], [3, 4]] @ [1, 1] = [3, 7]",
    "max(0, [−1, 2]) = 2",
    "(4, 3) = (4, 3)",
    "(1,) = [1]",
    "[] = []",
    "[1, 2] ≠ [1, 2, 3]",
    "1 == 1 != 2",
    "1 <= 1 >= 1 < 2 > 1",
    "1 ≥ 1",
    "0.1 + 0.2 ≈ 0.3",
    "1000 / 3 ≈ 333",
    "1000 / 3 ≈ 333.33",
    "2/3 ≈ 67%",
    "0.33 × 3 ≈ 1",
    "1 / 0.4 ≈ 2.2",
    "1 / 0.0001 ≈ 7000.0",
    "0.5 / (0.1 - 0.12) ≈ 3",
    "(0.1 - 0.12)^2 ≈ 0.001",
    "2^(0.1 - 1.1) = 0.5",
    "√0.0 ≈ 0.1",
    "≈".join(["0.3"] * 3),
    "[0.81, 1.21] ≈ [0.806, 1.214]",
    "1 = 1.0",
    "-[1, 2] = [−1, −2]",
    "(1 + 1) + 1,000 = 1002",
    "0.00125 ≈ 1.2 × 10⁻³",
    "-0.00125 ≈ -1.2 × 10^-3",
    "3 × 10² = 300.0 = 3 × 10^2 × 1",
    "2 × 10^(1 + 1) = 200",
    "2 × 10^0.5 ≈ 6.3",
]


@pytest.mark.parametrize("text", HOLD)
def test_true_arithmetic_holds(text: str) -> None:
    assert faults(text) == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("0.5 × 0.2 + 0.0 = 0.11", Fault(16, "0.11", "0.10")),
        ("3.585 / 4 = 0.897", Fault(10, "0.897", "0.896 (from 0.89625)")),
        ("3.585 / 4 = 0.897 / 1", Fault(10, "0.897 / 1", "0.89625")),
        ("0.33 = 1/3", Fault(5, "1/3", "0.33")),
        ("1000 / 3 ≈ 334", Fault(9, "334", "333 (from 333.333333333)")),
        ("2 × 3 = −6", Fault(6, "−6", "6")),
        ("5 × 2 = 100", Fault(6, "100", "10")),
        ("19% = 0.2 + 0.0", Fault(4, "0.2 + 0.0", "0.19")),
        ("0.19 = 20 %", Fault(5, "20 %", "19% (from 0.19)")),
        ("0.00125 = 1.2 × 10⁻³ + 0", Fault(8, "1.2 × 10⁻³ + 0", "0.00125")),
        ("0.00126 = 1.2 × 10⁻³", Fault(8, "1.2 × 10⁻³", "0.0 (from 0.00126)")),
        ("10^-20 = 1", Fault(7, "1", "1e-20")),
        ("0.5 < 0.3", Fault(4, "0.3", "more than 0.5")),
        ("0.3 > 0.5", Fault(4, "0.5", "less than 0.3")),
        ("1 ≥ 2", Fault(2, "2", "at most 1")),
        ("2 <= 1", Fault(2, "1", "at least 2")),
        ("1 != 1.0", Fault(2, "1.0", "anything but 1")),
        ("√2 ≠ √2", Fault(3, "√2", "anything but 1.41421356237")),
        ("[1, 2] + 1 = [2, 4]", Fault(11, "[2, 4]", "[2, 3]")),
        ("[1, 2] = [1, 2, 3]", Fault(7, "[1, 2, 3]", "[1, 2]")),
        ("[1, 2] = 1", Fault(7, "1", "[1, 2]")),
        ("[[1], 2] = [[1], 2]", Fault(9, "[[1], 2]", "[[1], 2]")),
        ("1 + 1 = 2 = 3", Fault(10, "3", "2")),
        ("10^20 = 1", Fault(6, "1", "1e+20")),
        ("1 / 0 = 0", Fault(6, "1 / 0", "a number: division by zero")),
        ("0^-1 = 0", Fault(5, "0^-1", "a number: division by zero")),
        ("1 = 0⁻¹", Fault(2, "0⁻¹", "a number: division by zero")),
        ("9^9^9 = 1", Fault(6, "9^9^9", "a number: the numbers get too large")),
        ("2^4000 × 2^4000 = 1", Fault(16, "2^4000 × 2^4000", "a number: the numbers get too large")),
        ("1e9999 = 1", Fault(7, "1e9999", "a number: the numbers get too large")),
        ("ln(0) = 1", Fault(6, "ln(0)", "a number: the logarithm of a number that is not above zero")),
        ("ln(2) ≈ 0.694", Fault(6, "0.694", "0.693 (from 0.69314718056)")),
        ("exp(1001) = 1", Fault(10, "exp(1001)", "a number: the numbers get too large")),
        ("√(-1) = 1", Fault(6, "√(-1)", "a number: the root of a negative number")),
        ("2^0.3 = 1", Fault(6, "2^0.3", "a number: only whole powers, and 1/2 for the root, can be worked out")),
        ("[1] + [1, 2] = 1", Fault(13, "[1] + [1, 2]", "a number: 1 elements do not go with 2")),
        ("[1] @ [1, 2] = 1", Fault(13, "[1] @ [1, 2]", "a number: 1 elements do not go with 2")),
        ("1 @ [1, 2] = 1", Fault(11, "1 @ [1, 2]", "a number: a matrix product takes lists or matrices")),
        ("[1, 2] @ 2 = 1", Fault(11, "[1, 2] @ 2", "a number: a matrix product takes lists or matrices")),
        ("[[1], 2] @ [1] = 1", Fault(15, "[[1], 2] @ [1]", "a number: a matrix product takes lists or matrices")),
        ("max([]) = 1", Fault(8, "max([])", "a number: max of nothing")),
    ],
)
def test_false_arithmetic_is_a_fault_at_its_relation(text: str, fault: Fault) -> None:
    assert faults(text) == (fault,)


def test_large_matrices_are_not_multiplied() -> None:
    row, column = f"[[{','.join('1' * 200)}]]", f"[{','.join(['[1]'] * 200)}]"
    assert [fault.expected for fault in faults(f"{column} @ {row} = 1")] == ["a number: the matrices are too large"]


def test_every_false_relation_of_a_chain_is_reported() -> None:
    assert [fault.offset for fault in faults("1 = 2 < 3 > 4 = 4")] == [2, 10]


LATEX_HOLDS = [
    r"\begin{aligned} 0.5 \cdot (0.1 - 1) &= 0.5 \cdot (-0.9) \\ &= -0.45 \end{aligned}",
    r"\begin{split}1 + 1 & = 2\end{split}",
    r"1 + 1 = 2. ",
    r"1 + 1 = 2,",
    r"1 + 1 = 2.0\,;",
    r"\frac{0.81 + 1.21 + 0.0025 + 1.5625}{4} = 0.89625",
    r"\tfrac12 \cdot (0.1 - 1) = -0.45",
    r"\dfrac{1}{2} \times 3 \div 2 = \frac34",
    r"\frac 1 2 = 0.5",
    r"\left( 1 + 2 \right)^2 = 9 = 3^{2}",
    r"10{,}000 = 1\,000 \times 10 = 10^4",
    r"1{,}000{,}000.5 \approx 1.0 \times 10^{6}",
    r"0.00123 \approx 1.2 \cdot 10^{-3}",
    r"2^{-1} = 0.5 \quad",
    r"\displaystyle 1 \; \le 2 \leq 2 \qquad \ge 1 \geq 1 \ne 2 \neq 3 \lt 4 \gt 1",
    r"\sqrt{2} \approx 1.41",
    r"\sqrt2 \approx 1.41",
    r"\max(0, -0.1) = 0 = \min(0, 1)",
    r"\exp(0) = 1",
    r"-\ln(0.2595) \approx 1.349",
    r"19\% = 0.19",
    r"\lvert -3 \rvert = |-3| = 3",
    r"2(3 + 4) = 2\frac{14}{2} = 2{7}",
    r"[1, 2] + [1, 1] = \left[2, 3\right]",
    r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \begin{bmatrix} 1 \\ 1 \end{bmatrix} = \begin{bmatrix} 3 \\ 7 \end{bmatrix}",
    r"\begin{pmatrix}1&2\end{pmatrix}\cdot\begin{pmatrix}3\\4\\\end{pmatrix} = \begin{pmatrix}11\end{pmatrix}",
    r"\begin{bmatrix}1\\2\end{bmatrix} \odot \begin{bmatrix}3\\4\end{bmatrix} = \begin{bmatrix}3\\8\end{bmatrix}",
    r"\begin{bmatrix}1 & 2\end{bmatrix}^\top = \begin{bmatrix}1\\2\end{bmatrix}",
    r"\begin{bmatrix}1\\2\end{bmatrix}^{\top} + \begin{bmatrix}1&1\end{bmatrix} = \begin{bmatrix}2&3\end{bmatrix}",
    r"\binom{4}{2} = 6 = \dbinom42",
    r"4! = 24 = 2 \cdot 4!/2",
    r"\log_2 8 = 3 = \log_{10} 1000 = \log_28",
    r"\log_2(8) + 1 = 4",
    r"\sum_{i=1}^{4} i = 10",
    r"\sum_{k = 0}^3 2^k + 1 = 16",
    r"\sum\limits_{i=1}^{3} (2i - 1) = 9",
    r"\sum_{i=1}^{2} \sum_{j=1}^{3} i j = 18",
    r"\sum_{i=3}^{2} i = 0",
    r"\prod_{i=1}^{4} i = 4! = \prod_{n=1}^{4} n",
    r"\prod_{T=1}^{2} 2^T = 8",
    r"\sqrt[3]{8} = 2 = -\sqrt[3]{-8}",
    r"\sqrt[3]{0} = 0",
    r"\sqrt[2]{2} \approx 1.41",
    r"\lfloor 2.5 \rfloor = 2",
    r"\left\lceil \log_2 8 \right\rceil = 3 = \lfloor \log_2 8 \rfloor",
    r"\lceil -2.5 \rceil = -2 = ⌈-2.5⌉",
    r"\begin{bmatrix} 1 \\[2pt] 2 \end{bmatrix}^T = \begin{bmatrix} 1 & 2 \end{bmatrix}",
    r"\begin{bmatrix} 1 \\ 2 \end{bmatrix}^{\mathsf{T}} = \begin{bmatrix} 1 & 2 \end{bmatrix}",
    r"\begin{bmatrix} 1 \\ 2 \end{bmatrix}^{\text{T}} = \begin{bmatrix} 1 & 2 \end{bmatrix}",
    r"\underbrace{1 + 2}_{3} \cdot 4 = 12",
    r"\overbrace{1 + 2}^{\text{three terms}} + \underbrace{4}_{\text{more}} = 7 = \overbrace{3 + 4}^{7}",
    r"\underbrace{2}^2 = 4",
    r"17 \bmod 5 = 2",
    r"\gcd(12, 18) = 6 = \gcd\{12, 18\}",
    r"\ln 1 = 0 = \exp 0 - 1",
    r"\cfrac{1}{2} = 0.5",
    r"0.1 \begin{bmatrix}1 & 2\end{bmatrix} = \begin{bmatrix}0.1 & 0.2\end{bmatrix}",
]


@pytest.mark.parametrize("text", LATEX_HOLDS)
def test_true_arithmetic_in_latex_holds(text: str) -> None:
    assert faults(text, math=True) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\binom{4}{2} = 7", "6"),
        (r"4! = 25", "24"),
        (r"\log_2 8 = 4", "3"),
        (r"\sum_{i=1}^{4} i = 11", "10"),
        (r"\prod_{i=1}^{4} i = 10", "24"),
        (r"\sqrt[3]{8} = 3", "2"),
        (r"\lfloor 2.5 \rfloor = 3", "2"),
        (r"\lceil 2.5 \rceil = 2", "3"),
        (r"\begin{bmatrix} 1 \\[2pt] 2 \end{bmatrix}^T = \begin{bmatrix} 1 & 3 \end{bmatrix}", "[[1, 2]]"),
        (r"\underbrace{1 + 2}_{3} \cdot 4 = 13", "12"),
        (r"\underbrace{1 + 2}_{4} \cdot 4 = 12", "a number: a brace says something else than what it spans"),
        (r"\overbrace{1 + 2}^{4} \cdot 4 = 12", "a number: a brace says something else than what it spans"),
        (r"17 \bmod 5 = 3", "2"),
        (r"17 \bmod 0 = 3", "a number: only whole numbers leave a remainder, and none is divided by zero"),
        (r"\gcd(12, 18) = 5", "6"),
        (r"\gcd(1.5, 18) = 5", "a number: only whole numbers have a common divisor"),
        (r"2.5! = 3", "a number: only small whole numbers have a factorial here"),
        (r"9999! = 3", "a number: only small whole numbers have a factorial here"),
        (r"\binom{2.5}{2} = 3", "a number: only small whole numbers have a binomial coefficient here"),
        (r"\log_1 8 = 3", "a number: the base of a logarithm is 1"),
        (r"\sqrt[0]{8} = 3", "a number: the degree of a root is a whole number above zero"),
        (r"\sqrt[4]{-8} = 3", "a number: the root of a negative number"),
        (r"\sum_{i=1}^{401} i = 3", "a number: more than 400 terms"),
        (r"\sum_{i=1}^{30} \sum_{j=1}^{30} 1 = 900", "a number: more than 400 terms"),
        (r"\sum_{i=1}^{2.5} i = 3", "a number: a sum or a product runs over whole numbers"),
        (r"\sum_{i=1}^{[1, 2]} i = 3", "a number: a sum or a product runs over whole numbers"),
    ],
)
def test_what_is_wrong_in_latex_says_what_is_right(text: str, expected: str) -> None:
    (fault,) = faults(text, math=True)
    assert fault.expected == expected


@pytest.mark.parametrize(
    ("text", "unnoticed"),
    [
        (r"\sum_{i=1}^{4} i = 10", []),
        (r"\prod_{i=1}^{4} i = 24", []),
        (r"\lfloor 2.5 \rfloor = 2", []),
        (r"\begin{bmatrix} 1 \\[2pt] 2 \end{bmatrix}^T = \begin{bmatrix} 1 & 2 \end{bmatrix}", []),
        (r"7 \bmod 3 = 1", ["3"]),
        (r"0 \cdot \lceil 2.5 \rceil = 0", []),
    ],
)
def test_digits_that_mathematics_leaves_open_need_not_be_noticed(text: str, unnoticed: list[str]) -> None:
    assert [fault.written for fault in prove(text, math=True)] == unnoticed


def test_false_arithmetic_in_latex_is_a_fault() -> None:
    assert faults(r"\frac{1}{4} = 0.5", math=True) == (Fault(12, "0.5", "0.2 (from 0.25)"),)
    assert faults(r"2^\top = 2", math=True) == (Fault(7, r"2^\top", "a number: only a matrix has a transpose"),)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "0.5", "=", "1 =", "= 1", "1 = = 1", "x @ W1", "W1", "SGD(lr=0.1)", "f(x) = y", "print(x)", "0.8963 -> 0.7258",
        "1 => 2", "h[0] == 0", "loss < 0.9", "x: int = 3", "x += 1", "x -= 1", "x *= 2", "a = b = 3", "1 = x", "loss = x / 4",
        "loss = 3.585 / 4", "loss = 3.585 / 4 < 1", "loss = 1 = 2 + 0", "loss =", "= loss", "loss: 0.8963", "2x = 4", "1.2.3 = 1",
        "f(1) = x", "max 1 = 1", "max() = 1", "sqrt(1, 2) = 1", "abs() = 1", "(1 + 2 = 3", "1 + 2) = 3", "() = 1",
        "[1, 2) = 1", "(1] = 1", "|1 = 1", "1 2 = 2", "1 [2] = 2", "1 + = 1", "* 1 = 1", "- - - 1 = 1", "2^ = 1", "lambda = 3",
        "x y = 3", "1x = 3", "'a' = 3", "a + b = 3", "3.x = 2", "-x = 2", "(a, b) = 3", "x = 'a' 'b'", "x = {1}", "x = y",
        "x = [1, 'a']", "x = 1 ≈", "ok = True = True", "x = √4", "x = max(1, 2)", "1\n+ @ = 2", "\\frac12 = 0.5", "17 % 5 = 2",
        "x = (1)(2)", "[x=1]", "'=' ", "max(1 2) = 2",
    ],
)  # fmt: skip
def test_what_is_not_pure_arithmetic_is_none(text: str) -> None:
    assert equation(text, math=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "L = 3", r"\hat y_2 = 1", "loss = 0.5", r"\frac{1}{2}", r"\frac{1} = 1", r"\frac{1}{2 = 1", r"\frac{x}{2} = 1", r"\text{a} = 1",
        r"\begin{vmatrix}1\end{vmatrix} = 1", r"\begin{bmatrix}1 & \end{bmatrix} = 1", r"\begin{bmatrix}1 = 1", r"\sum = 1",
        r"1 & 2 = 3", r"1 + 1 &= 2 \\ 2 + 2 &= 4", "2^{3 = 8", "2^{} = 8", r"2^{\top = 1", r"\frac123 4 = 1", "} = 1", r"\top = 1", r"\sqrt{4 = 2", r"\frac.01 = 1",
        r"\frac\pi2 = 1", r"\max 1 = 1", "f = 1", "4!! = 8", "2i = 2", r"\sum_{i=1}^{2} j = 3", r"\sum_{i=1} i = 3", r"\log 8 = 3",
        r"\lfloor 2.5 \rceil = 2", r"\underbrace{1}_2 = 1", r"\gcd{12} = 12", r"\sqrt[3{8} = 2", "1_{\\text{a}} = 1",
    ],
)  # fmt: skip
def test_what_is_not_pure_arithmetic_in_latex_is_none(text: str) -> None:
    assert equation(text, math=True) is None


def test_what_is_nested_too_deeply_or_too_long_is_none() -> None:
    for opening, closing in (("(", ")"), ("[", "]"), ("|", "|"), ("√", ""), ("-(", ")"), ("2^", ""), ("2^-", "")):
        assert equation(f"{opening * 1000}1{closing * 1000} = 1", math=False) is None
    assert equation("+".join("1" * 2000) + " = 2000", math=False) is None
    assert equation(f"{'x.' * 500}y = 3", math=False) is None
    assert faults("+".join("1" * 1500) + " = 1500") == ()


@pytest.mark.parametrize(
    ("text", "name", "relation", "value"),
    [
        ("loss = 0.8963", "loss", "=", "0.8963"),
        ("loss ≈ 0.8963", "loss", "≈", "0.8963"),
        (" lr=0.1 ", "lr", "=", "0.1"),
        ("z1 = [0.0, −0.1, 0.5]", "z1", "=", "[0.0, −0.1, 0.5]"),
        ("W1.shape = (4, 3)", "W1.shape", "=", "(4, 3)"),
        ("h[2] = 0.5", "h[2]", "=", "0.5"),
        ("table['a=b'] = 0.5", "table['a=b']", "=", "0.5"),
        ("layers[0].weight[0, 1:] = [1, 2]", "layers[0].weight[0, 1:]", "=", "[1, 2]"),
        ("z1.max(axis=0) = 0.5", "z1.max(axis=0)", "=", "0.5"),
        ("len(x) = 4", "len(x)", "=", "4"),
        ("drop = -19.0 %", "drop", "=", "-19.0 %"),
        ("n = 1,000", "n", "=", "1,000"),
        ("W = [[1, 2], [3, 4]]", "W", "=", "[[1, 2], [3, 4]]"),
        ("ok = True", "ok", "=", "True"),
        ("no = False", "no", "=", "False"),
        ("nothing = None", "nothing", "=", "None"),
        ("mode = 'a = \\'b\\''", "mode", "=", "'a = \\'b\\''"),
        ('mode = "train"', "mode", "=", '"train"'),
        ("loss = 3.585 / 4 = 0.89625", "loss", "=", "0.89625"),
        ("loss = 3.585 / 4 ≈ 0.9", "loss", "=", "0.9"),
    ],
)
def test_a_name_and_a_value_are_an_assertion(text: str, name: str, relation: str, value: str) -> None:
    found = equation(text, math=False)
    assert isinstance(found, Assertion)
    assert (found.name, found.relation, found.value) == (name, relation, value)
    assert text[found.name_start : found.name_end] == name
    assert text[found.value_start : found.value_end] == value
    assert check(found) == ()


def test_text_that_python_warns_of_is_read_in_silence() -> None:
    assert equation("x[0is 0] = 1", math=False) is not None
    assert equation("x['\\d'] = 1", math=False) is not None


def test_the_arithmetic_of_an_assertion_is_checked() -> None:
    found = equation("loss = 3.585 / 4 ≈ 0.9", math=False)
    assert isinstance(found, Assertion)
    assert found.arithmetic is not None
    assert [side.text for side in found.arithmetic.sides] == ["3.585 / 4", "0.9"]
    assert check(found) == ()
    wrong = equation("loss = 3.585 / 3 = 0.9", math=False)
    assert wrong is not None
    assert check(wrong) == (Fault(17, "0.9", "1.2 (from 1.195)"),)


def test_an_equation_says_where_its_parts_are() -> None:
    text = " 1 + 1 = 2 "
    found = equation(text, math=False)
    assert isinstance(found, Arithmetic)
    assert [(side.start, side.end, side.text) for side in found.sides] == [(1, 6, "1 + 1"), (9, 10, "2")]
    assert [(relation.text, relation.start, relation.end) for relation in found.relations] == [("=", 7, 8)]


# Trees that a text can mean, with the texts that mean them.
NUMBERS = st.builds(
    lambda digits, decimals: Written(
        Fraction(digits, 10**decimals), Fraction(1, 2 * 10**decimals), whole=decimals == 0
    ),
    st.integers(min_value=0, max_value=99999),
    st.integers(min_value=0, max_value=4),
)
TREES: st.SearchStrategy[Node] = st.recursive(
    NUMBERS,
    lambda trees: (
        st.builds(
            lambda a, rest: Chain(a, tuple(rest)), trees, st.lists(st.tuples(st.sampled_from("+-"), trees), min_size=1)
        )
        | st.builds(
            lambda a, rest: Chain(a, tuple(rest)), trees, st.lists(st.tuples(st.sampled_from("*/"), trees), min_size=1)
        )
        | st.builds(lambda a: Operation("neg", (a,)), trees)
        | st.builds(lambda name, a: Operation(name, (a,)), st.sampled_from(["abs", "sqrt"]), trees)
        | st.builds(lambda name, a, b: Operation(name, (a, b)), st.sampled_from(["max", "min"]), trees, trees)
        | st.builds(
            lambda a, k: Operation("^", (a, Written(Fraction(k), Fraction(0), whole=True))), trees, st.integers(0, 3)
        )
    ),
    max_leaves=8,
)
RAISED = "⁰¹²³"


def level(tree: Node) -> int:
    """How tightly the outermost operator of a tree binds."""
    if isinstance(tree, Chain):
        return 1 if tree.rest[0][0] in "+-" else 2
    return {"neg": 3, "^": 4}.get(tree.operator, 5) if isinstance(tree, Operation) else 5


def rendered(tree: Node, *, math: bool) -> str:
    """The tree as text, with parentheses only where it needs them."""

    def inside(part: Node) -> str:
        text = rendered(part, math=math)
        return text if level(part) > level(tree) else f"({text})"

    match tree:
        case Written():
            decimals = len(str(tree.half.denominator // 2)) - 1
            return f"{float(tree.value):.{decimals}f}"
        case Chain(first, rest):
            return "".join([inside(first), *(f" {sign} {inside(part)}" for sign, part in rest)])
        case Operation("neg", (part,)):
            return f"−{inside(part)}"
        case Operation("^", (part, Written(value))):
            return f"{inside(part)}{RAISED[int(value)]}"
        case Operation("abs", (part,)):
            return f"|{rendered(part, math=math)}|"
        case Operation("sqrt", (part,)):
            return rf"\sqrt{{{rendered(part, math=True)}}}" if math else f"sqrt({rendered(part, math=False)})"
        case Operation(name, parts):
            arguments = ", ".join(rendered(part, math=math) for part in parts)
            return rf"\{name}\left({arguments}\right)" if math else f"{name}({arguments})"
        case _:
            raise AssertionError(tree)


@given(TREES, st.booleans())
def test_a_rendered_tree_is_read_back(tree: Node, math: bool) -> None:
    found = equation(f"{rendered(tree, math=math)} = 1", math)
    assert isinstance(found, Arithmetic)
    assert without_room(found.sides[0].tree) == without_room(tree)


def without_room(tree: Node) -> Node:
    """The tree without the half units, which a superscript does not have."""
    match tree:
        case Operation(operator, parts):
            return Operation(operator, tuple(without_room(part) for part in parts))
        case Chain(first, rest):
            return Chain(without_room(first), tuple((sign, without_room(part)) for sign, part in rest))
        case Written(value, _, whole):
            return Written(value, Fraction(0), whole)
        case _:
            raise AssertionError(tree)


SUMS = st.lists(st.tuples(st.integers(-999, 999), st.integers(-999, 999)), min_size=2, max_size=6)


@given(SUMS, st.integers(min_value=-3, max_value=3))
def test_a_sum_of_products_holds_exactly_where_it_is_right(pairs: list[tuple[int, int]], off: int) -> None:
    text = " + ".join(f"{a / 10:.1f}×({b / 100:.2f})" for a, b in pairs).replace("-", "−")
    total = sum(a * b for a, b in pairs) + off
    stated = (
        f"{Fraction(total, 1000) + 0:.3f}" if off is None else f"{total // 1000 if total >= 0 else -(-total // 1000)}"
    )
    sign = "−" if total < 0 else ""
    stated = f"{sign}{abs(total) // 1000}.{abs(total) % 1000:03d}"
    assert (faults(f"{text} = {stated}") == ()) is (off == 0)
    assert faults(f"{text} ≈ {stated}") == () or off != 0


PIECES = st.lists(
    st.sampled_from(
        [
            *"0123456789.,+-−*×·/^()[]|=≈<>≤≠%√ ²⁻e@:!xn'\"",
            " = ",
            "max(",
            "sqrt(",
            "**",
            "9^9",
            "1e99",
            "loss = ",
            "z1[0] = ",
            "mean(",
        ]
    ),
    max_size=60,
).map("".join)
LATEX = st.lists(
    st.sampled_from(
        [r"\frac", r"\tfrac12", r"\cdot", r"\sqrt", "{", "}", "(", ")", r"\left", r"\right", "^", "9", "0.5", "=", r"\approx", "+", "-", "&",
         r"\\", r"\begin{bmatrix}", r"\end{bmatrix}", r"\top", r"\max(", ",", "{,}", r"\,", r"\%", " ", "|", r"\x", "e",
         r"\sum_{i=", r"\log_2", "!", "i", r"\lfloor", r"\rfloor", r"\underbrace{", "_{", r"\binom", r"\sqrt[3]", r"\bmod", r"\\[2pt]", r"\gcd("]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(st.text() | PIECES | LATEX, st.booleans())
def test_no_text_makes_reading_or_checking_fail(text: str, math: bool) -> None:
    with quick(2):
        found = equation(text, math)
        wrong = () if found is None else tuple(check(found))
    for fault in wrong:
        assert fault.expected
        assert 0 <= fault.offset < len(text)


@pytest.mark.parametrize(
    "text",
    [
        "×".join(["99999999.99999999"] * 220) + " = 1",
        "/".join(["0.37"] * 700) + " = 1",
        "+".join(["1.1^99"] * 500) + " = 1",
        "^".join("9" * 35) + " = 1",
        "1.0001^8191^2 = 1",
        f"{'+'.join('exp(9)' for _ in range(500))} = 1",
        f"{'@'.join(['[[1.5,2],[3,4]]'] * 200)} = 1",
        "1" * 3990 + " = 1",
    ],
)
def test_hard_work_ends_soon(text: str) -> None:
    with quick(5):
        assert faults(text)


def test_a_rounded_result_needs_the_sign_that_says_so() -> None:
    (fault,) = faults("3.585 / 4 = 0.8963")
    assert (fault.offset, fault.written, fault.expected) == (10, "0.8963", "0.8962 (from 0.89625)")


PROOFS = {
    "0.5 × 0.2 + 0.0 = 0.10": [],
    "0.81 + 1.21 + 0.0025 + 1.5625 = 3.585": [],
    "0 × 0.3 + 1 × 0.2 = 0.2": [(4, "0.3")],
    "0.0 × 0.3 + 0.0 × 0.1 = 0.0": [(6, "0.3"), (18, "0.1")],
    "0.5 × 0.333 ≈ 0.17": [(9, "0.333"), (17, "0.17")],
    "0.2 < 0.5": [(2, "0.2"), (6, "0.5")],
    "1 / 3 ≈ 0.333": [],
    "loss = 3.585 / 4 = 0.89625": [],
    "loss = 0 × 4 + 0.89625 = 0.89625": [(11, "4")],
    "loss = 0.89625": [],
    "no equation": [],
    "1 + 1 = 3": [(6, "3")],
}


@pytest.mark.parametrize("text", PROOFS)
def test_digits_that_could_not_fail_are_named(text: str) -> None:
    assert [(fault.offset, fault.written) for fault in prove(text, math=False)] == PROOFS[text]


def test_an_equation_of_too_many_digits_is_not_proved() -> None:
    (fault,) = prove(" + ".join(["1"] * 250) + " = 250", math=False)
    assert (fault.written, fault.expected) == ("more than 200 digits", "")


@given(st.lists(st.integers(1, 999), min_size=2, max_size=4))
def test_a_true_sum_proves_every_digit(numbers: list[int]) -> None:
    assert prove(f"{' + '.join(map(str, numbers))} = {sum(numbers)}", math=False) == ()
