"""expression: the tree of an arithmetic expression, read from its symbols."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from backprop_book.digits.numeral import SUPERSCRIPTS
from backprop_book.digits.tokens import Token

DEPTH = 40
"""How deep brackets may be nested."""
_TO_PLAIN = str.maketrans(f"{SUPERSCRIPTS}⁻⁺", "0123456789-+")


@dataclass(frozen=True, slots=True)
class Written:
    """A number as written."""

    value: Fraction
    """Its value, a percentage divided by 100."""
    half: Fraction
    """Half a unit of its last digit."""
    whole: bool
    """Whether it is an integer without decimals, exponent or percent sign: inside an expression, such a one is exact."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or function and what it is applied to."""

    operator: str
    """`+`, `-`, `*`, `.` (a product whose kind depends on what it joins), `o` (element by element), `@`, `/`, `^`, `neg`, `T` or a function's name."""
    operands: tuple["Node", ...]
    """One operand or more."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or matrix."""

    items: tuple["Node", ...]
    """Its elements, or its rows."""


Node = Written | Operation | Items


class NotArithmeticError(Exception):
    """The symbols do not form an arithmetic expression."""


def parse(symbols: Sequence[Token], math: bool) -> Node | None:
    """The tree of one side of an equation; None if the symbols are no arithmetic expression, or nested too deeply.

    Products bind as in mathematics and in Python alike: powers first and from the right, then the sign, then products
    and quotients from the left, then sums. A number or bracket directly before a bracket is a factor.
    """
    reader = _Reader(symbols, math)
    try:
        tree = reader.sum()
        reader.finish()
    except NotArithmeticError:
        return None
    return tree


def bare(node: Node) -> bool:
    """Whether the tree is a stated value: a number, a negative number or a list of such, with nothing to work out."""
    if isinstance(node, Items):
        return all(bare(item) for item in node.items)
    return isinstance(node, Written) or (
        isinstance(node, Operation) and node.operator == "neg" and isinstance(node.operands[0], Written)
    )


class _Reader:
    """Recursive descent over the symbols; its state is the place reached and the depth of nesting."""

    def __init__(self, symbols: Sequence[Token], math: bool) -> None:
        self._symbols = symbols
        self._math = math
        self._place = 0
        self._depth = 0

    def sum(self) -> Node:
        self._depth += 1
        if self._depth > DEPTH:
            raise NotArithmeticError
        left = self._product()
        while token := self._take("operator", "+", "-"):
            left = Operation(token.text, (left, self._product()))
        self._depth -= 1
        return left

    def finish(self) -> None:
        if self._place < len(self._symbols):
            raise NotArithmeticError

    def _product(self) -> Node:
        left = self._signed()
        while True:
            if token := self._take("operator", "*", "/", ".", "@", "o"):
                left = Operation(token.text, (left, self._signed()))
            elif self._is_factor():
                left = Operation(".", (left, self._power()))
            else:
                return left

    def _is_factor(self) -> bool:
        """Whether a factor follows without an operator."""
        token = self._peek()
        if token is None:
            return False
        if token.kind == "open":
            return token.text == "(" or self._math
        return token.kind in ("fraction", "matrix", "function", "group")

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
        while token := self._take("superscript"):
            raised = Fraction(int(token.text.translate(_TO_PLAIN)))
            base = Operation("^", (base, Written(raised, Fraction(0), whole=True)))
        if not self._take("operator", "^"):
            return base
        if self._take("transpose"):
            return Operation("T", (base,))
        if self._peek_is("group") and self._math:
            self._place += 1
            if self._take("transpose"):
                self._need("end group")
                return Operation("T", (base,))
            exponent = self.sum()
            self._need("end group")
        else:
            exponent = self._exponent()
        return Operation("^", (base, exponent))

    def _exponent(self) -> Node:
        self._depth += 1
        if self._depth > DEPTH:
            raise NotArithmeticError
        negative = self._take("operator", "-")
        exponent = self._power()
        self._depth -= 1
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
                return Operation("/", (self._argument(), self._argument()))
            case "function":
                return self._function(token.text)
            case "matrix":
                return self._matrix()
            case _:
                raise NotArithmeticError

    def _bracket(self, opening: str) -> Node:
        """A bracketed expression, a list or a tuple; `[` with a single element is a list, `(` is not."""
        closing = {"(": ")", "[": "]"}[opening]
        items = []
        comma = False
        while not self._peek_is("close"):
            items.append(self.sum())
            if not self._take("comma"):
                break
            comma = True
        self._need("close", closing)
        if opening == "(" and not comma:
            if not items:
                raise NotArithmeticError
            return items[0]
        return Items(tuple(items))

    def _function(self, name: str) -> Node:
        if self._math and name == "sqrt":
            return Operation(name, (self._argument(),))
        if not self._take("open", "("):
            if name != "sqrt":
                raise NotArithmeticError
            return Operation(name, (self._primary(),))
        arguments = self._bracket_arguments()
        if not arguments or (name in ("sqrt", "abs", "exp") and len(arguments) != 1):
            raise NotArithmeticError
        return Operation(name, arguments)

    def _bracket_arguments(self) -> tuple[Node, ...]:
        arguments = []
        while not self._peek_is("close"):
            arguments.append(self.sum())
            if not self._take("comma"):
                break
        self._need("close", ")")
        return tuple(arguments)

    def _argument(self) -> Node:
        r"""What a LaTeX command is applied to: a group, or the next digit alone (`\frac12`)."""
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


def _written(text: str) -> Written:
    scale = Fraction(1, 100) if text.endswith("%") else Fraction(1)
    number = Decimal(text.removesuffix("%"))
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int), "digits make a finite number"
    return Written(Fraction(number) * scale, Fraction(10) ** exponent * scale / 2, whole=text.isdigit())
