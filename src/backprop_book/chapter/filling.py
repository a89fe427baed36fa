"""filling: the expression of a bound column, row by row."""

import ast
import copy
from collections.abc import Mapping
from functools import lru_cache

from backprop_book.expressions import ClaimExpression, build


def fill(expression: ClaimExpression, row: int, cells: tuple[str | float | int, ...]) -> str:
    """The expression of a bound column for one row: `row` and `cell[k]` become constants.

    An index that the row does not have is left as it is, and so fails as an unknown name when it is evaluated.
    """
    return _fill(expression, row, tuple((type(cell).__name__, str(cell)) for cell in cells))


@lru_cache(maxsize=8192)  # as above; of cells by type and text, because 1 and 1.0, and 0.0 and -0.0, are equal
def _fill(expression: ClaimExpression, row: int, cells: tuple[tuple[str, str], ...]) -> str:
    types: Mapping[str, type[str | float | int]] = {"int": int, "float": float, "str": str}
    filler = _Filler(row, tuple(types[name](cell) for name, cell in cells))
    tree, *condition = (filler.visit(copy.deepcopy(each)) for each in expression.trees)
    return build(tree, expression.moment, *condition).text


class _Filler(ast.NodeTransformer):
    """Puts the number of a row, and the contents of its cells, in place of `row` and `cell[k]`."""

    def __init__(self, row: int, cells: tuple[str | float | int, ...]) -> None:
        self.row = row
        self.cells = cells

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Constant(self.row), node) if node.id == "row" else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(node.value, ast.Name) and node.value.id == "cell" and isinstance(index, int):
            return ast.copy_location(ast.Constant(self.cells[index]), node) if index < len(self.cells) else node
        return self.generic_visit(node)
