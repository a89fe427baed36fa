"""formulas: converts LaTeX to MathML when the site is built, so that a page needs no script for its formulas.

The scan converts each formula, too: one that cannot be converted is a problem of its page like any other.
"""

import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from latex2mathml import exceptions
from latex2mathml.commands import CONVERSION_MAP
from latex2mathml.converter import convert_to_element

from backprop_book.core.problems import UNFIT
from backprop_book.core.symbols import Symbols

_REFUSED: tuple[type[Exception], ...] = (
    *(found for found in vars(exceptions).values() if isinstance(found, type) and issubclass(found, Exception)),
    AttributeError,
    LookupError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)
"""The converter has no common base for what it raises, and fails with plain errors on some formulas."""
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([A-Za-z]+\*?)\}")
_SAME = {
    "aligned": "split", "align": "align*", "dcases": "cases", "gathered": "displaylines", "gather": "displaylines",
    "gather*": "displaylines", "equation": "equation", "equation*": "equation*",
}  # fmt: skip
"""Environments that the converter knows by another name; pages number no formula."""
_SPACING = re.compile(r"(\\\\)\[\s*-?[\d.]+\s*[a-z]{2}\s*\]")
"""The space below a line of an environment, which the converter would show as text."""
_OPERATOR = re.compile(r"\\operatorname(\*?)\s*\{([A-Za-z\s\\,;:!]*)\}")
_ENTITY = re.compile(r"&#x([0-9A-Fa-f]+);")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_PARTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3}
"""Number of children of an element."""
_SIGNS = ("-", "−")
_BEFORE_A_SIGN = ("(", "=", "×", "≈", ",")
_JOINED = {"mfrac": "/", "msup": "^", "msub": "_", "msubsup": "_^"}
_RELATIONS = frozenset("=≈≠<>≤≥≪≫≡∼∝→↦⇒⇔∈∉⊂⊆")
_SUMS = frozenset("+−-±")
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_LINE = 24
"""Letters and signs of a formula that fit in a line of a telephone."""
_WIDE = re.compile(r"[1-9]\d*(\.\d+)?em")
_LISTED = {"mtr": ", ", "mtable": "; "}
_BASES = frozenset({"mover", "munder", "munderover"})
"""Elements of which plain text shows the first part alone."""


REMEDY = "write it in simple LaTeX"
"""Remedy for a formula that cannot be shown."""


class BadMathError(ValueError):
    """A formula that cannot be shown; the message says why, in one line."""


def mathml(latex: str, *, block: bool, symbols: Symbols) -> str:
    """Convert one formula.

    Args:
        latex: The formula without its delimiters.
        block: Whether it stands on a line of its own.
        symbols: Which of its letters have a colour.

    Raises:
        BadMathError: The formula is incomplete, or uses what the converter does not know. The converter itself lets most
            of that pass and shows something else.
    """
    if unfit := UNFIT.search(latex):
        raise BadMathError(f"it holds the character U+{ord(unfit[0]):04X}, which no page can show")
    without_escapes = re.sub(r"\\[\\{}]", "", latex)
    if without_escapes.count("{") != without_escapes.count("}"):
        raise BadMathError("its braces do not balance")
    known = _OPERATOR.sub(_operator, _SPACING.sub(r"\1", _ENVIRONMENT.sub(_environment, latex)))
    try:
        formula = convert_to_element(known, display="block" if block else "inline")
    except _REFUSED as error:
        raise BadMathError(f"it is incomplete ({type(error).__name__})") from None
    # HTML knows the elements of MathML without their namespace.
    del formula.attrib["xmlns"]
    for element in formula.iter():
        _complete(element)
    for element in formula.iter():
        _signed(element)
    symbols.colour(formula)
    return ET.tostring(formula, encoding="unicode")


def broken(formula: str) -> str:
    """A formula of its own line in parts that a narrow window shows below each other, because browsers do not break MathML.

    Wide spaces separate groups; inside a group, a part begins at each relation that no bracket holds. A part that is too long for a
    telephone can be broken at its sums as well.
    """
    math = ET.fromstring(formula)
    row = math
    while len(row) == 1 and row[0].tag in {"mrow", "mstyle"}:
        row = row[0]
    groups = [_cut(group, _RELATIONS) for group in _groups(row)]
    if len(groups) == 1 and [len(_terms(part)) for part in groups[0]] == [1]:
        return formula
    whole = ET.Element("span", {"class": "bb-broken"})
    for group in groups:
        kept = ET.SubElement(whole, "span")
        for n, part in enumerate(group):
            if n:
                ET.SubElement(kept, "wbr")
            terms = _terms(part)
            inner = kept if len(terms) == 1 else ET.SubElement(kept, "span")
            for m, term in enumerate(terms):
                if m:
                    ET.SubElement(inner, "wbr")
                shown = ET.SubElement(inner, "math", {"display": "inline", "displaystyle": "true"})
                ET.SubElement(shown, "mrow").extend(term)
    return ET.tostring(whole, encoding="unicode")


def _groups(row: ET.Element) -> Iterator[Sequence[ET.Element]]:
    """What wide spaces separate."""
    group = []
    for element in row:
        group.append(element)
        if element.tag == "mspace" and _WIDE.fullmatch(element.get("width", "")):
            yield group
            group = []
    if group:
        yield group


def _cut(elements: Sequence[ET.Element], signs: frozenset[str]) -> Sequence[Sequence[ET.Element]]:
    """The elements, cut before each of the signs that stands between two others, outside of brackets."""
    parts: list[list[ET.Element]] = [[]]
    depth = 0
    for element in elements:
        sign = element if element.tag == "mo" or not len(element) else element[0]  # a power stands on the bracket
        depth += (sign.text in _OPENING) - (sign.text in _CLOSING) if sign.tag == "mo" else 0
        if (
            parts[-1]
            and not depth
            and element.tag == "mo"
            and element.text in signs
            and element.get("form") != "prefix"
        ):
            element.set("form", "infix")
            parts.append([])
        parts[-1].append(element)
    return parts


def _terms(part: Sequence[ET.Element]) -> Sequence[Sequence[ET.Element]]:
    """The terms of a part; the whole part where it fits in a line of a telephone."""
    length = sum(len("".join(element.itertext())) for element in part)
    return _cut(part, _SUMS) if length > _LINE else [part]


def on_a_line(formula: str) -> str:
    """A formula in MathML as plain text: `a/b`, `x^2`, `√(x)`."""
    return _linear(ET.fromstring(formula))


def _environment(found: re.Match[str]) -> str:
    name = _SAME.get(found[2], found[2])
    if found[2] not in _SAME and CONVERSION_MAP.get(f"\\{name}", ("", {}))[0] != "mtable":
        raise BadMathError(f"the environment {found[2]} is not known")
    return f"\\{found[1]}{{{name}}}"


def _operator(found: re.Match[str]) -> str:
    """The name of an operator without spaces, which the converter shows as a product of letters."""
    return f"\\operatorname{found[1]}{{{re.sub(r'[^A-Za-z]', '', found[2])}}}"


def _complete(element: ET.Element) -> None:
    """Correct what the converter leaves wrong in an element, or refuse the element."""
    text = element.text or ""
    if element.tag == "mtext":
        if "{" in _ESCAPED.sub("", text) or "$" in _ESCAPED.sub("", text):
            raise BadMathError("more than plain words stands inside of text")
        text = _ESCAPED.sub(r"\1", text)
    if unknown := _COMMAND.match(text) or (element.tag == "mtext" and _COMMAND.search(text)):
        raise BadMathError(f"the command {unknown[0]} is not known")
    if element.tag == "mi" and text == "&":
        raise BadMathError("an & stands outside of an environment that has columns, such as aligned")
    if element.get("linebreak"):
        raise BadMathError("a line ends outside of an environment that has lines, such as aligned")
    if element.tag == "mo" and not (text or len(element) or element.attrib):
        raise BadMathError("the name of an operator is more than letters")
    wanted = _PARTS.get(element.tag, len(element))
    if len(element) < wanted:
        raise BadMathError("it is incomplete: a part is missing")
    if len(element) > wanted:  # of a matrix with a superscript, the brackets are parts of their own
        base = ET.Element("mrow")
        base.extend(element[: len(element) - wanted + 1])
        element[: len(base)] = [base]
    element.text = _ENTITY.sub(lambda found: chr(int(found[1], 16)), text) or None


def _signed(element: ET.Element) -> None:
    """Mark each minus sign at the start, or after an opening bracket or a relation, as a sign instead of an operator."""
    before = None
    for part in element:
        is_sign = element.tag == "mrow" if before is None else before.tag == "mo" and before.text in _BEFORE_A_SIGN
        if is_sign and part.tag == "mo" and not part.attrib and part.text in _SIGNS:
            part.attrib |= {"form": "prefix", "lspace": "0", "rspace": "0"}
        before = part


def _linear(element: ET.Element) -> str:
    parts = [_linear(part) for part in element]
    if element.tag in _LISTED:
        return _LISTED[element.tag].join(parts)
    if element.tag in _JOINED:
        signs = [" choose "] if element.get("linethickness") else _JOINED[element.tag]
        first, *others = (part if len(part) == 1 else f"({part})" for part in parts)
        return "".join([first, *(f"{sign}{part}" for sign, part in zip(signs, others, strict=True))])
    if element.tag == "msqrt":
        return f"√({''.join(parts)})"
    return (element.text or "") + "".join(parts[:1] if element.tag in _BASES else parts)
