"""expressions: what a claim would ask if its expression were slightly another one, and which of these its words do not notice."""

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, get_args

from backprop_book.core.expressions import ClaimExpression, with_time
from backprop_book.core.functions import REDUCING
from backprop_book.core.problems import BookError, place
from backprop_book.scan.document import Claim, Document
from backprop_book.verify import Verifier
from backprop_book.verify.verdict import regions
from backprop_book.verify.wording import MANY

Change = Literal["turned", "constant", "any", "element", "one", "dropped", "all", "loosened", "bound"]
ORDER: tuple[Change, ...] = get_args(Change)
"""Kinds of changes, most suspicious first where it still holds: a comparison that is turned around or denied; a constant that
can be moved either way; `all` for `any`; another element; one element for all; a condition that is dropped; `any` for `all`; a
comparison that also allows what is equal; a constant that can be moved one way, as a bound mostly can."""
_TURNED = {
    ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_LOOSENED = {ast.Lt: ast.LtE, ast.Gt: ast.GtE}
_SWAPPED = {"all": "any", "any": "all"}
_DENIED: Mapping[Change, Change] = MappingProxyType({"any": "all", "all": "any"})
_TOLERANCE = 1e-3
"""Constants up to this one say what counts as equal: that these can be moved says little."""


@dataclass(frozen=True, slots=True)
class ExpressionMutant:
    """One change of an expression."""

    change: Change
    """The kind of change."""
    place: int
    """Which part of the expression it is; changes of one constant have the same."""
    expression: str
    """The expression with the change."""


@dataclass(frozen=True, slots=True)
class Weakness:
    """A claim some of whose mutants hold with the same words."""

    path: str
    """The document."""
    line: int
    """The line of the claim, from 1."""
    column: int
    """Its column, from 1."""
    words: str
    """Its words."""
    expression: str
    """Its expression."""
    is_statement: bool
    """Whether its expression is true or false; another one gives the value that its words state, as other places may."""
    mutants: tuple[ExpressionMutant, ...]
    """The changes with which it holds, too, most suspicious first."""

    @property
    def suspicion(self) -> tuple[int, bool, bool, str, int, int]:
        """Weaknesses are sorted by this: the change, statements before values, what speaks of many before others, the place."""
        place = self.path, self.line, self.column
        return ORDER.index(self.mutants[0].change), not self.is_statement, not MANY.search(self.words), *place


@dataclass(frozen=True, slots=True)
class Weaknesses:
    """The outcome of the changes of expressions."""

    tried: int
    """How many changes were tried."""
    found: tuple[Weakness, ...]
    """The claims that hold with some of these, most suspicious first."""


def expression_mutants(expression: ClaimExpression) -> tuple[ExpressionMutant, ...]:
    """All changes of an expression, by place; its condition after `when` stays as it is."""
    moment, condition = expression.moment, expression.condition_text
    tree = ast.Expression(expression.tree)
    found = {expression.text: ExpressionMutant("bound", -1, expression.text)}
    if moment in {"always", "never"}:
        once = expression.body if moment == "always" else f"not ({expression.body})"
        found[once] = ExpressionMutant("one", 0, once)
    denied = {id(node) for node, is_denied in expression.denials if is_denied}
    indices = {id(node.slice) for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    for number, node in enumerate(ast.walk(tree)):
        for change, other in () if id(node) in indices else _changed(node):
            changed = with_time(ast.unparse(_with(tree, number, other)), moment, condition)
            # Denied, `all` asks for less than `any`.
            said = _DENIED.get(change, change) if id(node) in denied else change
            found.setdefault(changed, ExpressionMutant(said, number, changed))
    return tuple(found.values())[1:]


def find_weaknesses(verifier: Verifier, documents: Iterable[Document]) -> Weaknesses:
    """Change the expressions of claims, and find the changes with which a claim holds as before.

    All changes are evaluated in the run in which the claims are, or in one more run of each snippet that has run before. A claim
    of a table column holds with a change if all of its cells do.

    Args:
        verifier: Has the runs, or makes them.
        documents: Documents of its chapter.

    Raises:
        BookError: The documents have problems, or a run does not finish.
    """
    documents = tuple(documents)
    columns = [column for document in documents for column in _columns(document)]
    made = [(document, claims, _mutants(verifier, claims)) for document, claims in columns]
    verifier.runs.prepare(claim.question for _, _, mutants in made for _, changed in mutants for claim in changed)
    wrong = [problem for document in documents for problem in document.problems]
    for document in documents:
        wrong += [verdict.problem for verdict in verifier.verdicts(document) if verdict.problem is not None]
        broken = {verdict.broken for verdict in verifier.verdicts(document) if verdict.broken}
        wrong += [failure for stem in broken if (failure := verifier.runs.failure(stem)) is not None]
    if wrong:
        raise BookError(wrong)
    verifier.ask(claim.question for _, _, mutants in made for _, changed in mutants for claim in changed)
    statements = {
        (verdict.path, verdict.region.start)
        for document in documents
        for verdict in verifier.verdicts(document)
        if verdict.answer is not None
        and verdict.answer.value is not None
        and isinstance(verdict.answer.value.data, bool)
    }
    found = []
    for document, claims, mutants in made:
        held = [mutant for mutant, changed in mutants if _hold(verifier, document, changed)]
        if held:
            path, first = document.source.path, claims[0]
            line, column = place(document.source.text, first.start)
            words = " ".join(first.words.split())
            is_statement = (path, first.start) in statements
            found.append(
                Weakness(path, line, column, words, first.expression.text, is_statement, _ranked(held, mutants))
            )
    return Weaknesses(
        sum(len(mutants) for _, _, mutants in made), tuple(sorted(found, key=lambda each: each.suspicion))
    )


def _columns(document: Document) -> Iterator[tuple[Document, tuple[Claim, ...]]]:
    """The claims of a document that have their expression in one place: single ones, and those of the cells of a column."""
    found: dict[int, list[Claim]] = {}
    for region in regions(document):
        if isinstance(region, Claim) and region.form != "span":
            found.setdefault(region.expression_start, []).append(region)
    return ((document, tuple(claims)) for claims in found.values())


Mutants = list[tuple[ExpressionMutant, tuple[Claim, ...]]]
"""Changes, each with the changed claims."""


def _mutants(verifier: Verifier, claims: tuple[Claim, ...]) -> Mutants:
    made = [expression_mutants(claim.expression) for claim in claims]
    if len({len(mutants) for mutants in made}) > 1:  # what the rows fill in makes other expressions of them
        return []
    found = []
    for mutants in zip(*made, strict=True):
        changed = [
            verifier.chapter.with_expression(claim, mutant.expression)
            for claim, mutant in zip(claims, mutants, strict=True)
        ]
        asking = tuple(claim for claim in changed if claim is not None)
        if len(asking) == len(claims):
            found.append((mutants[0], asking))
    return found


def _hold(verifier: Verifier, document: Document, claims: tuple[Claim, ...]) -> bool:
    verdicts = (verifier.verdict(document, claim) for claim in claims)
    return all(verdict is not None and verdict.status == "holds" for verdict in verdicts)


def _ranked(held: Sequence[ExpressionMutant], tried: Mutants) -> tuple[ExpressionMutant, ...]:
    """The changes that hold, most suspicious first. A constant that holds in one direction only is a bound."""
    moves = [mutant.place for mutant, _ in tried if mutant.change == "constant"]
    kept = [mutant.place for mutant in held if mutant.change == "constant"]
    ranked = (
        replace(mutant, change="bound")
        if mutant.change == "constant" and kept.count(mutant.place) < moves.count(mutant.place)
        else mutant
        for mutant in held
    )
    return tuple(sorted(ranked, key=lambda mutant: (ORDER.index(mutant.change), mutant.place)))


def _with(tree: ast.Expression, number: int, other: ast.AST) -> ast.AST:
    """A tree with another node in the place of one of those that walking through it gives."""
    copied = copy.deepcopy(tree)
    old = list(ast.walk(copied))[number]

    class Replacing(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return other if node is old else self.generic_visit(node)

    return ast.fix_missing_locations(Replacing().visit(copied))


def _changed(node: ast.AST) -> Iterator[tuple[Change, ast.AST]]:
    """The changes of a part of an expression."""
    match node:
        case ast.Compare(ops=ops):
            for place_, operator in enumerate(ops):
                changes: tuple[tuple[Change, type[ast.cmpop] | None], ...] = (
                    ("turned", _TURNED[type(operator)]),
                    ("loosened", _LOOSENED.get(type(operator))),
                )
                for change, other in changes:
                    if other is not None:
                        yield change, _changed_field(node, "ops", [*ops[:place_], other(), *ops[place_ + 1 :]])
        case ast.BoolOp(op=ast.And(), values=values):
            for left_out in range(len(values)):
                rest = [*values[:left_out], *values[left_out + 1 :]]
                yield "dropped", rest[0] if len(rest) == 1 else ast.BoolOp(ast.And(), rest)
        case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
            yield "dropped", left
            yield "dropped", right
        case ast.Subscript(slice=ast.Constant(value=int(index))):
            for other_index in (index + 1, index - 1):
                yield "element", _changed_field(node, "slice", ast.Constant(other_index))
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            yield "constant", ast.Constant(number + 1)
            yield "constant", ast.Constant(number - 1)
        case ast.Constant(value=float(number)):
            change = "constant" if abs(number) > _TOLERANCE else "bound"
            yield change, ast.Constant(float(f"{number * 10:.12g}"))
            yield change, ast.Constant(float(f"{number / 10:.12g}"))
        case ast.Call():
            yield from _changed_call(node)
        case ast.comprehension(iter=source):
            for start, stop in ((None, 1), (-1, None)):
                listed = ast.Call(ast.Name("list", ast.Load()), [source], [])
                yield "one", _changed_field(node, "iter", _slice(listed, start, stop))


def _changed_call(node: ast.Call) -> Iterator[tuple[Change, ast.AST]]:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in REDUCING:
            pass
        case _:
            return
    field = "id" if isinstance(node.func, ast.Name) else "attr"
    if name in _SWAPPED:
        other = _SWAPPED[name]
        yield "any" if name == "any" else "all", _changed_field(node, "func", _changed_field(node.func, field, other))
    if any(isinstance(each, ast.GeneratorExp | ast.ListComp | ast.Starred) for each in node.args):
        return  # what they go through is changed instead
    is_method = isinstance(node.func, ast.Attribute) and not node.args
    for start, stop in ((None, 1), (-1, None)):
        if is_method and isinstance(node.func, ast.Attribute):
            owner = _changed_field(node.func, "value", _slice(node.func.value, start, stop))
            yield "one", _changed_field(node, "func", owner)
        else:
            yield "one", _changed_field(node, "args", [_slice(each, start, stop) for each in node.args])


def _slice(node: ast.expr, start: int | None, stop: int | None) -> ast.Subscript:
    ends = (None if each is None else ast.Constant(each) for each in (start, stop))
    return ast.Subscript(node, ast.Slice(*ends), ast.Load())


def _changed_field(node: ast.AST, field: str, value: object) -> ast.AST:
    changed = copy.copy(node)
    setattr(changed, field, value)
    return changed
