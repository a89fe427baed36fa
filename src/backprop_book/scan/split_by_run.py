"""Splits an expression over several runs into parts of one run each. `ask` calls it."""

import ast
import copy

from backprop_book.core.expressions import ClaimExpression, build, free_names
from backprop_book.core.model import Moment, Probe
from backprop_book.scan.question_model import ExpressionDiagnostic, Part

NO_LISTING = "name the snippet (`snippet.name`), or the page's listing in the front matter: `book: {listing: snippet}`"


def of_listing(expression: ClaimExpression, listing: str | None, statement: int | None) -> Part | ExpressionDiagnostic:
    """The question for the run of the listing.

    Args:
        expression: The expression.
        listing: Stem of the listing; None if there is none.
        statement: In notes, the index of the statement right after which it is evaluated.
    """
    if listing is None:
        return ExpressionDiagnostic(0, "there is no listing above that this could speak of", NO_LISTING, unplaced=True)
    moment: Moment = expression.moment
    if moment == "end" and statement is not None and "series" not in free_names(expression.tree):
        moment = "after"
    scope = None if moment == "end" else statement
    return Part(listing, Probe(expression.body, moment, scope, expression.condition_text), expression)


def strip(tree: ast.expr, stem: str) -> ast.expr | ExpressionDiagnostic:
    """Replace `stem.name` by `name` in an expression, which is evaluated in the run of that snippet."""
    stripper = _Stripper(stem)
    result = stripper.visit(copy.deepcopy(tree))
    if stripper.alone is not None:
        return _alone(stripper.alone, stem)
    assert isinstance(result, ast.expr)
    return result


def _alone(node: ast.Name, stem: str) -> ExpressionDiagnostic:
    return ExpressionDiagnostic(
        node.col_offset, f"`{stem}` is a snippet, not a value", f"say which of its names: `{stem}.name`"
    )


class _Stripper(ast.NodeTransformer):
    """Removes the stem of a snippet, and keeps a use of the stem without an attribute."""

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.alone: ast.Name | None = None

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == self.stem:
            return ast.copy_location(ast.Name(node.attr, ast.Load()), node)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == self.stem:
            self.alone = node
        return node


class RunSplitter(ast.NodeTransformer):
    """Replaces the parts of an expression that belong to one run by `part_0`, `part_1` and so on.

    Args:
        snippets: The stems of all snippets.
        own: The names that belong to the listing.
        listing: Stem of the listing.
        statement: In notes, the index of the statement right after which names of the listing are evaluated.
    """

    def __init__(self, snippets: frozenset[str], own: frozenset[str], listing: str, statement: int | None) -> None:
        self.snippets = snippets
        self.own = own
        self.listing = listing
        self.statement = statement
        self.parts: list[Part] = []
        self.mistakes: list[ExpressionDiagnostic] = []

    def visit(self, node: ast.AST) -> ast.AST:
        """Replace a node that belongs to one run."""
        if not isinstance(node, ast.expr):
            return self.generic_visit(node)
        root = self._root(node)
        if root is None:
            return self.generic_visit(node)
        if root in self.snippets:
            piece = strip(node, root)
            if isinstance(piece, ExpressionDiagnostic):
                self.mistakes.append(piece)
                return node
            expression = build(piece)
            part: Part | ExpressionDiagnostic = Part(root, Probe(expression.body), expression)
        else:
            part = of_listing(build(node), self.listing, self.statement)
        assert isinstance(part, Part)
        if part not in self.parts:
            self.parts.append(part)
        return ast.copy_location(ast.Name(f"part_{self.parts.index(part)}", ast.Load()), node)

    def _root(self, node: ast.expr) -> str | None:
        """The snippet or name at the beginning of a chain of attributes, constant indices and calls with constant arguments."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "series":
            names = {name for argument in node.args[:1] for name in free_names(argument)}
            runs = (names & self.snippets) | ({self.listing} if names & self.own else set())
            if len(runs) == 1:
                return (names & self.snippets or names & self.own).pop()
            remedy = "write a series for each run: series(a.loss) - series(b.loss)"
            self.mistakes.append(ExpressionDiagnostic(node.col_offset, "a series is of one run", remedy))
            return None
        if isinstance(node, ast.Name):
            return node.id if node.id in self.snippets or node.id in self.own else None
        if isinstance(node, ast.Attribute):
            return self._root(node.value)
        if isinstance(node, ast.Subscript) and not free_names(node.slice):
            return self._root(node.value)
        if isinstance(node, ast.Call) and not any(
            free_names(part) for part in [*node.args, *(k.value for k in node.keywords)]
        ):
            return self._root(node.func)
        return None
