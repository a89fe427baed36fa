"""Parses arithmetic in plain text or LaTeX: first into tokens, then into a tree."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from backprop_book.numbers.evaluation import Chain, Items, Letter, Node, Operation, Series, Written, signed_number
from backprop_book.numbers.number_words import SUPERSCRIPTS
from backprop_book.numbers.quantity import UNARY

TokenKind = Literal["number", "operator", "relation", "open", "close", "comma", "function", "superscript", "bar", "fraction",
               "group", "end group", "cell", "row", "matrix", "end matrix", "transpose", "factorial", "series", "letter", "brace", "label"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One symbol of an arithmetic expression."""

    kind: TokenKind
    text: str
    """The operator, relation or function, in ASCII if possible; a number without separators."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""


_SYMBOLS: Mapping[str, tuple[TokenKind, str]] = MappingProxyType({
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
_COMMANDS: Mapping[str, tuple[TokenKind, str]] = MappingProxyType({
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


def tokens(text: str, math: bool) -> tuple[Token, ...] | None:
    """Split a text into tokens.

    In a list, and between the arguments of a function, a comma always separates; elsewhere `1,000` is a number. In LaTeX, the
    alignment of a chain over several lines and the punctuation at its end are skipped.

    Args:
        text: The expression.
        math: Whether it is LaTeX.

    Returns:
        The tokens; None if the text contains anything that is not arithmetic.
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
            symbol = _symbol(match)
            if symbol is None:
                return None
            # Outside a matrix, `&` and `\\` only align the lines of a chain.
            matrices += sum({"matrix": 1, "end matrix": -1}.get(token.kind, 0) for token in symbol)
            found += [token for token in symbol if matrices or token.kind not in ("cell", "row")]
        place = end
    return tuple(found)


def _symbol(match: re.Match[str]) -> list[Token] | None:
    """The token of a match; none for white space, None for a command or name that is not arithmetic."""
    group = match.lastgroup or ""
    text = match[group]
    known: tuple[TokenKind, str] | None = None
    match group:
        case "space":
            return []
        case "number":
            known = "number", re.sub(r"\{,\}|\\,|[,_\u00a0\u2009\u202f\\ ]", "", text).replace("−", "-")
        case "symbol":
            known = _SYMBOLS[text]
        case "superscript":
            known = "superscript", text
        case "name" if text in FUNCTIONS:
            known = "function", text
        case "command":
            known = _COMMANDS.get(text)
        case "brace":
            known = "group" if text == "{" else "end group", text
        case "begin" if text != "vmatrix":
            known = "matrix", ""
        case "finish" if text != "vmatrix":
            known = "end matrix", ""
        case "row":
            known = "row", ""
        case "cell":
            known = "cell", ""
        case "index":
            known = "series", f"{match['series']} {text}"
        case "base":
            known = "function", "log"
        case "transpose":
            known = "transpose", "T"
        case "letter":
            known = "letter", text
        case "label" | "below":
            known = "label", match["below"] or ""
    return None if known is None else [Token(*known, *match.span())]


def _takes_a_digit(before: list[Token]) -> bool:
    r"""Whether a LaTeX fraction or logarithm just before takes single digits, as in `\tfrac12` and `\log_28`."""
    last = before[-1:]
    if last and last[0].text == "log":
        return True
    if last and last[0].kind == "number" and before[-2:-1] and len(last[0].text) == 1:
        last = before[-2:-1]
    return bool(last) and last[0].kind == "fraction"


def _separates(before: list[Token]) -> bool:
    """Whether a comma after these tokens separates elements or arguments."""
    inside: list[bool] = []
    for n, token in enumerate(before):
        if token.kind == "open":
            inside.append(token.text in "[{" or (n > 0 and before[n - 1].kind == "function"))
        elif token.kind == "close" and inside:
            inside.pop()
    return bool(inside) and inside[-1]


DEPTH = 40
"""Depth to which brackets may be nested."""
EXPONENT = 999
"""The largest power of ten in a number such as `1.2 × 10⁻³`."""
_CLOSING = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉"}
_ROUNDED = {"⌊": "floor", "⌈": "ceil"}
_TO_PLAIN = str.maketrans(f"{SUPERSCRIPTS}⁻⁺", "0123456789-+")


class NotArithmeticError(Exception):
    """The tokens do not form an arithmetic expression."""


def parse(symbols: Sequence[Token], math: bool) -> Node | None:
    """The tree of one side of an equation; None if the tokens are not an arithmetic expression, or nested too deeply.

    Precedence is that of mathematics and Python: powers first and from the right, then signs, then products and quotients from
    the left, then sums. A number or bracket directly before a bracket is a factor.
    """
    reader = _Reader(symbols, math)
    try:
        tree = reader.sum()
        reader.finish()
    except NotArithmeticError:
        return None
    return tree


class _Reader:
    """A recursive descent parser."""

    def __init__(self, symbols: Sequence[Token], math: bool) -> None:
        self._symbols = symbols
        self._math = math
        self._place = 0
        self._depth = 0
        self._letters: list[str] = []

    def sum(self) -> Node:
        return self._nested(self._terms)

    def finish(self) -> None:
        if self._place < len(self._symbols):
            raise NotArithmeticError

    def _nested(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > DEPTH:
            raise NotArithmeticError
        node = read()
        self._depth -= 1
        return node

    def _terms(self) -> Node:
        first = self._product()
        rest = []
        while token := self._take("operator", "+", "-"):
            rest.append((token.text, self._product()))
        return Chain(first, tuple(rest)) if rest else first

    def _product(self) -> Node:
        first = self._signed()
        rest = []
        while True:
            if token := self._take("operator", "*", "/", ".", "@", "o", "%"):
                rest.append((token.text, self._signed()))
            elif self._is_factor():
                rest.append((".", self._power()))
            else:
                break
        if not rest:
            return first
        return _scaled(first, rest) or Chain(first, tuple(rest))

    def _is_factor(self) -> bool:
        token = self._peek()
        if token is None:
            return False
        if token.kind == "open":
            return token.text == "(" or self._math
        return token.kind in ("fraction", "matrix", "function", "group", "letter", "series", "brace")

    def _signed(self) -> Node:
        signs = 0
        negative = False
        while token := self._take("operator", "-", "+"):
            negative ^= token.text == "-"
            signs += 1
            if signs > 2:
                raise NotArithmeticError
        operand = self._power()
        return Operation("neg", (operand,)) if negative else operand

    def _power(self) -> Node:
        base = self._primary()
        if self._take("factorial"):
            base = Operation("!", (base,))
        if token := self._take("superscript"):
            raised = Fraction(int(token.text.translate(_TO_PLAIN)))
            base = Operation("^", (base, Written(raised, Fraction(0), whole=True)))
        if not self._take("operator", "^"):
            return base
        if self._take_transpose():
            return Operation("T", (base,))
        if self._peek_is("group") and self._math:
            self._place += 1
            if self._take_transpose():
                self._need("end group")
                return Operation("T", (base,))
            exponent = self.sum()
            self._need("end group")
        else:
            exponent = self._exponent()
        return Operation("^", (base, exponent))

    def _take_transpose(self) -> bool:
        is_power = "T" in self._letters
        return bool(self._take("transpose") or (not is_power and self._take("letter", "T")))

    def _exponent(self) -> Node:
        negative = self._take("operator", "-")
        exponent = self._nested(self._power)
        return Operation("neg", (exponent,)) if negative else exponent

    def _primary(self) -> Node:
        token = self._peek()
        if token is None:
            raise NotArithmeticError
        self._place += 1
        match token.kind:
            case "number":
                return _written(token.text)
            case "open":
                return self._bracket(token.text)
            case "bar":
                inside = self.sum()
                self._need("bar")
                return Operation("abs", (inside,))
            case "group":
                inside = self.sum()
                self._need("end group")
                return inside
            case "fraction":
                return Operation(token.text, (self._argument(), self._argument()))
            case "function":
                return self._function(token.text)
            case "matrix":
                return self._matrix()
            case "series":
                return self._series(token.text)
            case "letter" if token.text in self._letters:
                return Letter(token.text)
            case "brace":
                return self._brace(token.text)
            case _:
                raise NotArithmeticError

    def _bracket(self, opening: str) -> Node:
        """A bracketed expression, a list or a tuple; `[` with a single element is a list, `(` is not."""
        closing = _CLOSING[opening]
        items = []
        comma = False
        while not self._peek_is("close"):
            items.append(self.sum())
            if not self._take("comma"):
                break
            comma = True
        self._need("close", closing)
        if opening in "[{" or comma:
            return Items(tuple(items))
        if not items:
            raise NotArithmeticError
        return Operation(_ROUNDED[opening], (items[0],)) if opening in _ROUNDED else items[0]

    def _function(self, name: str) -> Node:
        if self._math and name == "sqrt":
            index: tuple[Node, ...] = ()
            if self._take("open", "["):
                index = (self.sum(),)
                self._need("close", "]")
            return Operation("root" if index else name, (self._argument(), *index))
        if name == "log":
            base = self._argument()
            return Operation(name, (self._nested(self._power), base))
        if not (opening := self._take("open", "(", "{")):
            if name != "sqrt" and not (self._math and name in UNARY):
                raise NotArithmeticError
            return Operation(name, (self._nested(self._power if self._math else self._primary),))
        arguments = self._bracket_arguments(_CLOSING[opening.text])
        if not arguments or (name in UNARY and len(arguments) != 1):
            raise NotArithmeticError
        return Operation(name, arguments)

    def _series(self, text: str) -> Node:
        """Read the rest of a sum or a product after its index and the equals sign."""
        operator, letter = text.split()
        first = self.sum()
        self._need("end group")
        self._need("operator", "^")
        last = self._argument()
        self._letters.append(letter)
        term = self._nested(self._product)
        self._letters.pop()
        return Series(operator, letter, first, last, term)

    def _brace(self, side: str) -> Node:
        """Read an expression with a brace, and the value at the brace if there is one."""
        inside = self._argument()
        if self._take("label", "") or not (self._take("label", "_") if side == "_" else self._take("operator", "^")):
            return inside
        return Operation("=", (inside, self._argument()))

    def _bracket_arguments(self, closing: str) -> tuple[Node, ...]:
        arguments = []
        while not self._peek_is("close"):
            arguments.append(self.sum())
            if not self._take("comma"):
                break
        self._need("close", closing)
        return tuple(arguments)

    def _argument(self) -> Node:
        r"""Read the argument of a LaTeX command: a group, or a single digit (`\frac12`)."""
        if self._take("group"):
            inside = self.sum()
            self._need("end group")
            return inside
        token = self._peek()
        if token is None or token.kind != "number" or len(token.text) != 1:
            raise NotArithmeticError
        self._place += 1
        return _written(token.text)

    def _matrix(self) -> Node:
        rows: list[Node] = []
        cells: list[Node] = []
        while True:
            cells.append(self.sum())
            if self._take("cell"):
                continue
            rows.append(Items(tuple(cells)))
            cells = []
            if self._take("row") and not self._peek_is("end matrix"):
                continue
            self._need("end matrix")
            return Items(tuple(rows))

    def _peek(self) -> Token | None:
        return self._symbols[self._place] if self._place < len(self._symbols) else None

    def _peek_is(self, kind: str) -> bool:
        token = self._peek()
        return token is not None and token.kind == kind

    def _take(self, kind: str, *texts: str) -> Token | None:
        token = self._peek()
        if token is None or token.kind != kind or (texts and token.text not in texts):
            return None
        self._place += 1
        return token

    def _need(self, kind: str, *texts: str) -> None:
        if self._take(kind, *texts) is None:
            raise NotArithmeticError


def _scaled(first: Node, rest: Sequence[tuple[str, Node]]) -> Written | None:
    """The number of factors such as `1.2 × 10⁻³`; None for other factors."""
    mantissa = signed_number(first)
    match rest:
        case [("*" | ".", Operation("^", (Written(value=10, whole=True), power)))] if mantissa is not None:
            exponent = signed_number(power)
            if exponent is not None and exponent.whole and abs(exponent.value) <= EXPONENT:
                scale = Fraction(10) ** int(exponent.value)
                return Written(mantissa.value * scale, mantissa.half * scale, whole=False)
    return None


def _written(text: str) -> Written:
    scale = Fraction(1, 100) if text.endswith("%") else Fraction(1)
    number = Decimal(text.removesuffix("%"))
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int), "digits make a finite number"
    return Written(Fraction(number) * scale, Fraction(10) ** exponent * scale / 2, whole=text.isdigit())
