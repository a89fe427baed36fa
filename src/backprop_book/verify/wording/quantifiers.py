"""quantifiers: whether an expression looks at as many things as the words of a claim speak of.

*Each*, *every*, *all*, *never*, *always*, *any* and *none* speak of many: the expression has to go through these, not look at one or two.
*Both* and *neither* speak of two: it has to read two values.
"""

import ast
import math
import re
from collections.abc import Iterator

from backprop_book.core.expressions import ClaimExpression
from backprop_book.core.functions import ELEMENTWISE, MODULES
from backprop_book.core.problems import shorten
from backprop_book.numbers import numerals, unmatched
from backprop_book.scan import Source
from backprop_book.scan.document import Claim
from backprop_book.verify.verdict import HOLDS, Judgement
from backprop_book.verify.wording.comparison_words import unmarked
from backprop_book.verify.wording.judge_comparisons import DENIAL

MANY = re.compile(
    r"(?<!\w)(?<!\bat\s)(?<!\bafter\s)(?<!\babove\s)(?:each|every|all|never|always|none|both|neither|any(?!\s+(?:more|longer)\b))(?!\w)",
    re.IGNORECASE,
)
"""The words that speak of many or of two, not as in "at all", "after all", "above all", "any more" and "any longer"."""
_NOT = re.compile(r"(?<!\w)(?:not|\w+n['’]t)\s+\Z", re.IGNORECASE)
"""What stands before "all" where one that is otherwise is enough."""
_COUNTED = re.compile(r"\s+(?:one\s+)?(?:of\s+)?(?:(?:the|these|those)\s+)?")
"""What stands between "all" and how many they are."""
_UNIVERSAL = re.compile(
    r"(?<!\w)(?<!\bat\s)(?<!\bafter\s)(?<!\babove\s)(all|every|each|both|always)(?!\w)", re.IGNORECASE
)
_NONE = re.compile(r"\s*(none|neither|nothing|no|never)(?!\w)", re.IGNORECASE)
_SOME = re.compile(r"(?<!\w)(?:some\w*|any\w*|least)(?!\w)", re.IGNORECASE)
_ONE = re.compile(r"(?<!\w)one(?!\w)", re.IGNORECASE)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_TWO = frozenset({"both", "neither"})
_FEW = 3
"""Two points do not make an "every"."""


def judge_quantifiers(source: Source, claim: Claim) -> Judgement:
    """The words of a boolean claim that holds: where they speak of all, many or none, its expression has to, too."""
    words = unmarked(_CODE.sub(lambda found: " " * len(found[0]), claim.words))
    return _judge_kind(source, claim, words) or _judge_many(source, claim, words)


def _judge_kind(source: Source, claim: Claim, words: str) -> Judgement:
    """Words that speak of all or of none, where the expression asks of some; of each of several things, it may."""
    said = _UNIVERSAL.search(words) or _NONE.match(words)
    if said is None or _SOME.search(words):
        return HOLDS
    is_none = said.re is _NONE
    if not is_none and (_ONE.search(words) or DENIAL.search(words)):
        return HOLDS
    calls = [(node, is_denied) for node, is_denied in claim.expression.denials if isinstance(node, ast.Call)]
    asked = [(node, is_denied) for node, is_denied in calls if _called(node) in {"all", "any"}]
    # Of some, `any` says that they are, and a denied `all` that they are not.
    if len(asked) != 1 or (_called(asked[0][0]) == "all") is not asked[0][1]:
        return HOLDS
    node, is_denied = asked[0]
    return Judgement(
        source.problem(
            claim.words_start + said.start(1),
            f"the words speak of {'none' if is_none else 'all'}, and the expression asks whether {'it is not all' if is_denied else 'there are any'}",
            found=said[1],
            expected=f"`{'not any' if is_none else 'all'}`, where the expression has `{'not ' if is_denied else ''}{shorten(ast.unparse(node))}`",
            remedy="reread the sentence and say what is true, then change the words or the expression",
            kind="value",
        )
    )


def _judge_many(source: Source, claim: Claim, words: str) -> Judgement:
    """Words that speak of many things, where the expression goes through none."""
    looked_at = _points(claim.expression)
    stated = numerals(words)
    if looked_at >= _FEW or any(float(each.value) == looked_at > 1 for each in stated):
        return HOLDS
    for said in MANY.finditer(words):
        behind = _COUNTED.match(words, said.end())
        counted = [each for each in stated if behind is not None and each.start == behind.end()]
        # "All 16" is said of a count that the expression compares with 16.
        word = said[0].lower()
        is_denied = word not in {"any", "never", "none", "neither"} and _NOT.search(words, 0, said.start())
        is_enough = (
            len(set(_values(claim.expression.tree))) > 1 if word in _TWO else word == "none" and _counts_none(claim)
        )
        if (
            is_enough
            or is_denied
            or (
                word not in {"always", "never"}
                and counted
                and not unmatched(counted, claim.expression.text, claim.expression.trees)
            )
        ):
            continue
        return Judgement(
            source.problem(
                claim.words_start + said.start(),
                f'the words speak of "{word}", and the expression looks at one {"value" if word in _TWO else "or two values"}',
                found=said[0],
                expected=(
                    "two values, "
                    if word in _TWO
                    else "`all`, `any`, `min`, `max`, `always`, `never` or a comparison of whole arrays, "
                )
                + f"where the claim has `{shorten(claim.expression.text)}`",
                remedy="let the expression look at all that the words speak of, or say less",
                kind="value",
            )
        )
    return HOLDS


def _counts_none(claim: Claim) -> bool:
    """Whether an expression says that there are none: that a count is 0, or that something that has a name is empty."""
    for node, is_denied in claim.expression.denials:
        match node:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
                is_none = isinstance(op, ast.Eq) is not is_denied
                if is_none and any(ast.unparse(side) in {"0", "[]", "()", "{}", "set()"} for side in (left, right)):
                    return True
            case ast.UnaryOp(op=ast.Not(), operand=ast.Name() | ast.Attribute()) if not is_denied:
                return True
    return False


def _values(node: ast.AST) -> Iterator[str]:
    """The values that an expression reads: names, with their attributes and elements."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner), args=given, keywords=named):
            rest: list[ast.AST] = [owner, *given, *named]
        case ast.Call(args=given, keywords=named):
            rest = [*given, *named]
        case ast.Name() | ast.Attribute() | ast.Subscript():
            if ast.unparse(node) not in MODULES:
                yield ast.unparse(node)
            return
        case _:
            rest = list(ast.iter_child_nodes(node))
    for child in rest:
        yield from _values(child)


def _points(expression: ClaimExpression) -> float:
    """How many things an expression looks at together: infinitely many, where this is known in the run only."""
    if expression.moment in {"always", "never"}:
        return math.inf
    return max((_together(node) for node in _parts(expression.tree)), default=1)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of an expression, but for what all elements but one are dropped of."""
    yield node
    match node:
        case ast.Subscript(value=value, slice=index) if _is_constant(index):
            rest: list[ast.AST] = [value] if isinstance(value, ast.Call | ast.Attribute) else []
        case _:
            rest = list(ast.iter_child_nodes(node))
    for child in rest:
        yield from _parts(child)


def _together(node: ast.AST) -> float:
    """How many things a part of an expression looks at together, apart from what its own parts do."""
    match node:
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return _length(node.generators[0].iter)
        case ast.Call(args=[ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp()]):
            return 1  # its argument says how many
        case ast.Call(args=given) if _called(node) not in ELEMENTWISE:
            is_among = _called(node) in {"max", "min"} and len(given) > 1
            return len(given) if is_among else _length(given[0]) if len(given) == 1 else math.inf
        case ast.Attribute(attr="shape"):
            return math.inf
        case ast.BoolOp(values=values):
            return len(values)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            if isinstance(op, ast.In | ast.NotIn):
                return 1 if _is_constant(right) else _length(right)
            is_whole = isinstance(op, ast.Eq | ast.NotEq) and _may_be_whole(left) and _may_be_whole(right)
            return min(_length(left), _length(right)) if is_whole else 1
        case ast.Compare(left=left, comparators=others):
            return sum(not _is_constant(each) for each in (left, *others))
    return 1


def _length(node: ast.expr) -> float:
    """How many elements a collection has that is written out; infinitely many where it is not."""
    is_open = any(isinstance(each, ast.Starred) for each in getattr(node, "elts", ()))
    return len(node.elts) if isinstance(node, ast.List | ast.Tuple | ast.Set) and not is_open else math.inf


def _may_be_whole(node: ast.expr) -> bool:
    """Whether a side of a comparison may be a whole array or list: not a number that is written out, nor an element."""
    match node:
        case ast.Subscript(value=value, slice=index):
            return not _is_constant(index) and (isinstance(index, ast.Slice) or _may_be_whole(value))
        case ast.BinOp(left=left, right=right):
            return _may_be_whole(left) or _may_be_whole(right)
    return not isinstance(node, ast.Constant | ast.UnaryOp)


def _is_constant(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def _called(node: ast.Call) -> str:
    """The name of the function that is called."""
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")
