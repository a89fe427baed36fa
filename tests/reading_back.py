"""Reads the arithmetic that a page shows, and works it out again: independently of what wrote it."""

import ast
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER = re.compile(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
_RELATION = re.compile(r" (=|≈|→)[ \u00a0]([^=≈→]*)\Z")
_INNER = re.compile(r"\(((?:[^()→]|\([^()→]*\))*) → ((?:[^()→]|\([^()→]*\))*)\)")
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b, "<": lambda a, b: a < b, "≥": lambda a, b: a >= b, "≤": lambda a, b: a <= b,
    "=": lambda a, b: a == b, "≠": lambda a, b: a != b,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """A number as written, and how far the number that was meant may be from it."""

    value: Fraction
    slack: Fraction = Fraction(0)


def number(text: str, *, rounded: bool = True) -> About:
    """A numeral of a page, which may stand for any number that is written like this with six significant digits."""
    found = _NUMBER.fullmatch(text.removeprefix("−"))
    assert found is not None, text
    scale = Fraction(10) ** int(found[3].translate(SUPERSCRIPTS)) if found[3] else Fraction(1)
    value = Fraction(found[1]) * scale * (-1 if text.startswith("−") else 1)
    return About(value, _unit(value) / 2 if rounded else Fraction(0))


def _unit(value: Fraction) -> Fraction:
    """One unit of the sixth significant digit."""
    return Fraction(10) ** (math.floor(math.log10(abs(value))) - 5) if value else Fraction(0)


def evaluate(text: str, *, rounded: bool = True) -> About:
    """What an expression in mathematical notation comes to."""
    numbers: list[About] = []

    def keep(found: re.Match[str]) -> str:
        numbers.append(number(found[0], rounded=rounded))
        return f"N[{len(numbers) - 1}]"

    code = _NUMBER.sub(keep, text)
    code = _POWER.sub(lambda found: f"**({found[0].translate(SUPERSCRIPTS)})", code)
    code = re.sub(r"\|([^|]*)\|", r"abs(\1)", code).replace("−", "-").replace("×", "*").replace("√", "sqrt")
    return _walk(ast.parse(code, mode="eval").body, numbers)


def _walk(node: ast.expr, numbers: list[About]) -> About:
    match node:
        case ast.Subscript(slice=ast.Constant(value=int() as place)):
            return numbers[place]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _walk(operand, numbers)
            return About(-inner.value, inner.slack)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            base, power = _walk(left, numbers), int(ast.literal_eval(right))
            around = [(base.value + sign * base.slack) ** power for sign in (-1, 0, 1)]
            return About(around[1], max(abs(each - around[1]) for each in around))
        case ast.BinOp(left=left, op=sign, right=right):
            a, b = _walk(left, numbers), _walk(right, numbers)
            match sign:
                case ast.Add():
                    return About(a.value + b.value, a.slack + b.slack)
                case ast.Sub():
                    return About(a.value - b.value, a.slack + b.slack)
                case ast.Mult():
                    slack = abs(a.value) * b.slack + abs(b.value) * a.slack + a.slack * b.slack
                    return About(a.value * b.value, slack)
                case ast.Div():
                    least = abs(b.value) - b.slack
                    slack = (a.slack * abs(b.value) + abs(a.value) * b.slack) / (least * abs(b.value))
                    return About(a.value / b.value, slack)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _called(name, [_walk(argument, numbers) for argument in arguments])
    raise AssertionError(f"cannot read {ast.unparse(node)}")


def _called(name: str, given: list[About]) -> About:
    values = [each.value for each in given]
    slack = max(each.slack for each in given)
    if name in ("max", "min"):
        return About(max(values) if name == "max" else min(values), slack)
    if name == "abs":
        return About(abs(values[0]), slack)
    if name == "round":
        places = int(values[1])
        around = [round(values[0] + sign * given[0].slack, places) for sign in (-1, 0, 1)]
        return About(around[1], max(abs(each - around[1]) for each in around))
    real = {"sqrt": math.sqrt, "exp": _exp, "ln": math.log, "tanh": math.tanh}[name]
    at = [real(max(float(values[0] + sign * slack), 0.0 if name == "sqrt" else -math.inf)) for sign in (-1, 0, 1)]
    return About(Fraction(at[1]), Fraction(max(abs(each - at[1]) for each in at)) + Fraction(1, 10**12))


def _exp(power: float) -> float:
    return math.exp(
        min(power, 700.0)
    )  # beyond that a float is infinite, and what it divides is zero at any digit shown


_NOT_FINITE = ("nan", "∞", "−∞")
"""Results of floats where arithmetic on paper has none, such as of the logarithm of zero."""
_SMALLEST = Fraction(1, 10**300)
"""Below that, floats become zero step by step."""


def fault(line: str) -> str:
    """Why the arithmetic of one element does not hold; empty if it does.

    Args:
        line: `h[0]: max(0, 0.5) = 0.5`, `0.5 > 0 → 1`, or how many more there are.
    """
    if re.fullmatch(
        r"and \d+ more(: a browser that runs scripts writes them out here|, too long to be written out)", line
    ):
        return ""
    text = re.sub(r"\A[^:]*: ", "", line).replace("\u00a0", " ")
    found = _RELATION.search(text)
    if found is None:
        return f"no result in {line!r}"
    left, relation, right = text[: found.start()], found[1], found[2].strip()
    while (inner := _INNER.search(left)) is not None:
        if wrong := _chosen(inner[1], inner[2], line):
            return wrong
        left = f"{left[: inner.start()]}{inner[2]}{left[inner.end() :]}"
    if relation == "→" and right in _NOT_FINITE:
        return ""
    if relation == "→":
        return _chosen(left, right, line)
    if " → " in left:
        # The condition is that of what was chosen, which is then worked out.
        condition, _, left = left.partition(" → ")
        if wrong := _chosen(condition, left, line):
            return wrong
    made = evaluate(left, rounded=relation == "≈")
    stated = number(right, rounded=relation == "≈")
    # What a run had carries the rounding errors of its own arithmetic.
    room = made.slack + stated.slack * 21 / 20 + _SMALLEST
    off = abs(made.value - stated.value)
    return (
        ""
        if off <= room
        else f"{line!r}: {float(made.value)!r} is off by {float(off):.3g}, more than {float(room):.3g}"
    )


def _chosen(condition: str, result: str, line: str) -> str:
    """A condition, and what it comes to or selects: it must be true of the numbers shown, unless the result says that it is not."""
    negated = condition.startswith("not (")
    bare = condition.removeprefix("not (").removesuffix(")") if negated else condition
    parts = re.fullmatch(r"(.*) ([><≥≤=≠]) (.*)", bare)
    if parts is None:
        return f"no condition in {line!r}"
    a, b = evaluate(parts[1]), evaluate(parts[3])
    if abs(a.value - b.value) <= a.slack + b.slack and a.value != b.value:
        return ""  # they differ behind the digits shown only
    holds = _COMPARISONS[parts[2]](float(a.value), float(b.value)) != negated
    if result in ("True", "False"):
        return "" if holds == (result == "True") else f"{line!r}: the condition is {holds}"
    return "" if holds or result == "0" else f"{line!r}: the condition does not hold of the numbers shown"
