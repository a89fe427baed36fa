"""tokens: the symbols of an arithmetic expression, from plain text or from LaTeX, each with its place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from backprop_book.digits.numeral import SUPERSCRIPTS

Kind = Literal["number", "operator", "relation", "open", "close", "comma", "function", "superscript", "bar", "fraction",
               "group", "end group", "cell", "row", "matrix", "end matrix", "transpose", "factorial", "series", "letter", "brace", "label"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One symbol."""

    kind: Kind
    """What sort of symbol it is."""
    text: str
    """Its meaning: the operator, relation or function in ASCII where there is one; a number without separators."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""


_SYMBOLS: Mapping[str, tuple[Kind, str]] = MappingProxyType({
    "+": ("operator", "+"), "-": ("operator", "-"), "−": ("operator", "-"), "*": ("operator", "*"),
    "×": ("operator", "*"), "·": ("operator", "."), "⋅": ("operator", "."), "⊙": ("operator", "o"),
    "/": ("operator", "/"),
    "÷": ("operator", "/"), ":": ("operator", "/"), "^": ("operator", "^"), "**": ("operator", "^"),
    "@": ("operator", "@"), "=": ("relation", "="), "==": ("relation", "="), "≈": ("relation", "≈"),
    "<": ("relation", "<"), ">": ("relation", ">"), "≤": ("relation", "≤"), "<=": ("relation", "≤"),
    "≥": ("relation", "≥"), ">=": ("relation", "≥"), "≠": ("relation", "≠"), "!=": ("relation", "≠"),
    "(": ("open", "("), "[": ("open", "["), ")": ("close", ")"), "]": ("close", "]"), ",": ("comma", ","),
    "|": ("bar", "|"), "√": ("function", "sqrt"), "⌊": ("open", "⌊"), "⌋": ("close", "⌋"), "⌈": ("open", "⌈"), "⌉": ("close", "⌉"),
    "!": ("factorial", "!"), r"\{": ("open", "{"), r"\}": ("close", "}"),
})  # fmt: skip
_COMMANDS: Mapping[str, tuple[Kind, str]] = MappingProxyType({
    "cdot": ("operator", "."), "times": ("operator", "*"), "odot": ("operator", "o"), "div": ("operator", "/"),
    "approx": ("relation", "≈"), "le": ("relation", "≤"), "leq": ("relation", "≤"), "ge": ("relation", "≥"),
    "geq": ("relation", "≥"), "ne": ("relation", "≠"), "neq": ("relation", "≠"), "lt": ("relation", "<"),
    "gt": ("relation", ">"), "sqrt": ("function", "sqrt"), "max": ("function", "max"), "min": ("function", "min"),
    "exp": ("function", "exp"), "ln": ("function", "ln"), "gcd": ("function", "gcd"), "bmod": ("operator", "%"),
    "lfloor": ("open", "⌊"), "rfloor": ("close", "⌋"), "lceil": ("open", "⌈"), "rceil": ("close", "⌉"),
    "binom": ("fraction", "binom"), "dbinom": ("fraction", "binom"), "tbinom": ("fraction", "binom"), "cfrac": ("fraction", "/"),
    "underbrace": ("brace", "_"), "overbrace": ("brace", "^"), "frac": ("fraction", "/"), "tfrac": ("fraction", "/"), "dfrac": ("fraction", "/"),
    "lvert": ("bar", "|"), "rvert": ("bar", "|"), "vert": ("bar", "|"), "top": ("transpose", "T"),
    "intercal": ("transpose", "T"), "lbrack": ("open", "["), "rbrack": ("close", "]"),
})  # fmt: skip
FUNCTIONS = frozenset(("sqrt", "abs", "exp", "ln", "max", "min", "mean", "sum"))
_NUMBER = (
    r"(?P<number> (?> [1-9][0-9]{0,2}(?:(?P<separator>%s)[0-9]{3})(?:(?P=separator)[0-9]{3})*(?![0-9])"
    r"               | [0-9]+ | (?=\.[0-9]) )"
    r" (?:\.[0-9]+)? (?:[eE][-+−]?[0-9]{1,4}(?![0-9]))? (?![%s]) (?!\.[0-9]) (?P<percent>%s)? )"
)
_SPACE = r"[\s\u00a0\u2009\u202f]+"
_PLAIN = re.compile(
    _NUMBER
    % (r"[,_\u00a0\u2009\u202f]", "A-Za-z_", r"[ \u00a0\u2009\u202f]?%(?!\s?[\w(])")
    + rf"| (?P<space>{_SPACE}) | (?P<superscript>[⁻⁺]?[{SUPERSCRIPTS}]{{1,4}}) | (?P<name>[a-z]+)(?=\() "
    r"| (?P<symbol>\*\*|==|!=|<=|>=|[-+−*×·⋅⊙/÷:^@=≈<>≤≥≠()\[\],|√⌊⌋⌈⌉])",
    re.VERBOSE,
)
_LATEX = re.compile(
    _NUMBER
    % (r"\{,\}|\\,|,", "_", r"(?:\\,)?\\%")
    + rf"| (?P<space>{_SPACE}|\\[,;:!> ]|~|\\q?quad\b|\\(?:left|right|[bB]ig+[lr]?)(?![a-z])|\\(?:display|text)style\b"
    r"|\\(?:begin|end)\{(?:aligned|split)\}|[.,;]\s*$)"
    rf"| (?P<superscript>[⁻⁺]?[{SUPERSCRIPTS}]{{1,4}})"
    r"| \\begin\{(?P<begin>[bpv]?matrix)\} | \\end\{(?P<finish>[bpv]?matrix)\}"
    r"| (?P<row>\\\\(?:\[\s*-?[\d.]+\s*[a-z]{2}\s*\])?) | (?P<cell>&)"
    r"| \\(?P<series>sum|prod)(?:\s*\\limits)?\s*_\s*\{\s*(?P<index>[A-Za-z])\s*=\s*(?=[^\s}])"
    r"| \\log\s*_(?P<base>) | \\(?:mathsf|mathrm|mathbf|text)\s*\{\s*(?P<transpose>T)\s*\}"
    r"| (?<=\})\s*[_^]\s*\{\s*\\text\s*\{(?!\s*T\s*\})(?P<label>[^{}]*)\}\s*\} | (?<=\})\s*(?P<below>_)(?=\s*\{)"
    r"| \\(?P<command>[a-z]+) | (?P<brace>[{}])"
    r"| (?P<symbol>\\[{}]|[-+−*×·⋅⊙/÷:^=≈<>≤≥≠()\[\],|√⌊⌋⌈⌉!]) | (?P<letter>[A-Za-z])",
    re.VERBOSE,
)
_BRACES: Mapping[str, Kind] = MappingProxyType({"{": "group", "}": "end group"})


def tokens(text: str, math: bool) -> tuple[Token, ...] | None:
    """The symbols of `text` (LaTeX if `math`); None if it holds anything that is not arithmetic.

    In a list, and between the arguments of a function, a comma always separates; elsewhere `1,000` is a number. In
    LaTeX, what aligns a chain over several lines and the punctuation at its end mean nothing.
    """
    found: list[Token] = []
    place = matrices = 0
    while place < len(text):
        match = (_LATEX if math else _PLAIN).match(text, place)
        if match is None:
            return None
        end = match.end()
        if match["number"] and text[place] != "." and _takes_a_digit(found):
            end = place + 1
            found.append(Token("number", text[place], place, end))
        elif match["separator"] and "," in match["separator"] and _separates(found):
            end = match.start("separator")
            found.append(Token("number", text[place:end], place, end))
        else:
            symbol = _symbol(match, math)
            if symbol is None:
                return None
            # Outside a matrix, `&` and `\\` only align the lines of a chain.
            matrices += sum({"matrix": 1, "end matrix": -1}.get(token.kind, 0) for token in symbol)
            found += [token for token in symbol if matrices or token.kind not in ("cell", "row")]
        place = end
    return tuple(found)


def _symbol(match: re.Match[str], math: bool) -> list[Token] | None:
    """The token of a match: none for a space; None for a command or name that is not arithmetic."""
    start, end = match.span()
    if match["space"]:
        return []
    if match["number"] is not None:
        plain = re.sub(r"\{,\}|\\,|[,_\u00a0\u2009\u202f\\ ]", "", match["number"]).replace("−", "-")
        return [Token("number", plain, start, end)]
    if match["superscript"]:
        return [Token("superscript", match["superscript"], start, end)]
    if match["symbol"]:
        kind, meaning = _SYMBOLS[match["symbol"]]
        return [Token(kind, meaning, start, end)]
    if not math:
        return [Token("function", match["name"], start, end)] if match["name"] in FUNCTIONS else None
    return _latex_symbol(match)


def _latex_symbol(match: re.Match[str]) -> list[Token] | None:
    start, end = match.span()
    if match["begin"] or match["finish"]:
        if "vmatrix" in match[0]:
            return None
        return [Token("matrix" if match["begin"] else "end matrix", "", start, end)]
    if match["base"] is not None:
        return [Token("function", "log", start, end)]
    if match["series"]:
        return [Token("series", f"{match['series']} {match['index']}", start, end)]
    if match["transpose"]:
        return [Token("transpose", "T", start, end)]
    if match["letter"]:
        return [Token("letter", match["letter"], start, end)]
    if match["label"] is not None or match["below"]:
        return [Token("label", match["below"] or "", start, end)]
    if match["row"] or match["cell"]:
        return [Token("row" if match["row"] else "cell", "", start, end)]
    if match["brace"]:
        return [Token(_BRACES[match["brace"]], match["brace"], start, end)]
    known = _COMMANDS.get(match["command"])
    return None if known is None else [Token(*known, start, end)]


def _takes_a_digit(before: list[Token]) -> bool:
    r"""Whether a LaTeX fraction or logarithm just before takes single digits, as in `\tfrac12` and `\log_28`."""
    last = before[-1:]
    if last and last[0].text == "log":
        return True
    if last and last[0].kind == "number" and before[-2:-1] and len(last[0].text) == 1:
        last = before[-2:-1]
    return bool(last) and last[0].kind == "fraction"


def _separates(before: list[Token]) -> bool:
    """Whether a comma that follows would be inside a list or between arguments."""
    inside: list[bool] = []
    for n, token in enumerate(before):
        if token.kind == "open":
            inside.append(token.text in "[{" or (n > 0 and before[n - 1].kind == "function"))
        elif token.kind == "close" and inside:
            inside.pop()
    return bool(inside) and inside[-1]
