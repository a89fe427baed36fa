"""columns: columns of tables whose header binds them to an expression, so that each cell is a claim."""

import ast
import builtins
import re

from backprop_book.chapter.asked import Mistake
from backprop_book.chapter.book import Place, question
from backprop_book.chapter.filling import fill
from backprop_book.chapter.gathered import Gathered
from backprop_book.chapter.inline import spans
from backprop_book.chapter.regions import Binding, Claim
from backprop_book.chapter.span import Span
from backprop_book.chapter.tables import Cell
from backprop_book.chapter.tied import unfailing
from backprop_book.chapter.trouble import Trouble
from backprop_book.expressions import ClaimExpression

_EMPHASIS = "*_ \t"
_OF_NO_RUN = frozenset((*dir(builtins), "np", "row", "cell"))
_COLUMNS = 64
"""How many cells a row may have for `cell[k]` to be checked in the header already."""


def cell_spans(into: Gathered, cell: Cell) -> tuple[Span, ...]:
    """The elements of a cell."""
    return spans(into.clean, cell.start, cell.end, into.references)[0]


def binding_of(into: Gathered, cell: Cell) -> Binding | None:
    """The expression that a header cell binds its column to: the cell holds nothing but `[words]{expression}`."""
    tied = [span for span in cell_spans(into, cell) if span.kind == "tied"]
    if len(tied) != 1:
        return None
    (span,) = tied
    expression = into.clean[span.tail_start : span.tail_end]
    around = into.clean[cell.start : span.start] + into.clean[span.end : cell.end]
    if around.strip(_EMPHASIS) or not expression or expression.startswith("#"):
        return None
    return Binding(span.start, span.end, span.inner_start, span.inner_end, span.tail_start, expression)


def is_wrong(into: Gathered, binding: Binding, column: int, place: Place) -> bool:
    """Whether the expression of a bound column asks nothing, whatever its rows hold."""
    expression = into.read_expression(binding.expression)
    if isinstance(expression, Mistake):
        into.mistaken(binding.expression_start, binding.expression, expression)
        return True
    if trouble := unfailing(into.chapter, place, binding.expression_start, expression):
        into.troubles.append(trouble)
        return True
    if _asks_itself(expression, column):
        message, remedy = "this column is compared with itself", "name what in the run it is, or read cells to its left"
        into.troubles.append(Trouble(binding.expression_start, message, remedy, binding.expression, "", "expression"))
        return True
    # `row` and `cell[k]` are no names of a run: constants stand in for them until a row fills them in.
    asked = question(into.chapter, place, fill(expression, 0, (0,) * _COLUMNS))
    if isinstance(asked, Mistake):
        into.mistaken(binding.expression_start, binding.expression, asked)
    return not asked or isinstance(asked, Mistake)


def _asks_itself(expression: ClaimExpression, column: int) -> bool:
    """Whether nothing but cells of the row gives a cell, with itself or one that may rest on it among them."""
    if not _OF_NO_RUN.issuperset(expression.names):
        return False
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == "cell"
        # That of a negative index may be any; so may one that is worked out, which no row fills in.
        and not (isinstance(node.slice, ast.Constant) and node.slice.value in range(column))
        for tree in expression.trees
        for node in ast.walk(tree)
    )


def read_cell(
    into: Gathered, cell: Cell, binding: Binding, row: int, contents: tuple[str | int | float, ...], place: Place
) -> None:
    """Read a cell of a bound column as a claim."""
    if cell.start == cell.end:
        remedy = "state the value, or waive the cell: [–]{# reason}"
        into.troubles.append(
            Trouble(
                cell.start,
                f"this cell of the bound column `{binding.expression}` is empty",
                remedy,
                "",
                "",
                "value",
            )
        )
        return
    bound = into.read_expression(binding.expression)
    assert not isinstance(bound, Mistake), "the header was read before"
    filled = fill(bound, row, contents)
    asked = question(into.chapter, place, filled)
    if isinstance(asked, Mistake):
        into.mistaken(binding.expression_start, filled, asked)
        return
    assert asked is not None, "a row adds no names, and the header speaks of no broken snippet"
    into.claims.append(
        Claim(cell.start, cell.end, "cell", cell.start, cell.end, into.clean[cell.start : cell.end],
              binding.expression_start, place.listing or asked.parts[0].snippet, asked)
    )  # fmt: skip


def content(text: str) -> str | int | float:
    """What a cell holds, as `cell[k]` sees it: a number if it is one, else the text."""
    tied = re.fullmatch(r"\[(.*)\]\{.*\}", text, re.DOTALL)
    words = (tied[1] if tied else text).strip(_EMPHASIS + "`")
    plain = words.replace("\u2212", "-")
    if re.fullmatch(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", plain):
        plain = plain.replace(",", "")
    if re.fullmatch(r"[-+]?[0-9]{1,40}", plain):
        return int(plain)
    if re.fullmatch(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?", plain) and len(plain) < 40:
        return float(plain)
    return words
