"""judge_comparisons: whether the words of a boolean claim compare something as its expression does.

"More than 0.8" is not what `loss < 0.8` says, though that may hold; nor is "`rate` is above `best`" what `rate < best` says. Words that
say that something rises are compared with what the expression says of a series: of its first and its last value, of neighbours
(`zip(losses, losses[1:])`) and of differences (`np.diff(losses) < 0`).
"""

import ast
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from backprop_book.core.expressions import ClaimExpression, build, parsed
from backprop_book.numbers import Numeral, numerals
from backprop_book.scan import Source
from backprop_book.scan.document import Claim
from backprop_book.verify.verdict import HOLDS, Judgement
from backprop_book.verify.wording.comparison_words import (
    ABOUT,
    BEFORE,
    BEHIND,
    CLAUSE_END,
    SIGNS,
    SIGNS_BEHIND,
    WORDS,
    Comparison,
    any_of,
    order_of,
    stated_numbers,
    unmarked,
)

_BEFORE = re.compile(
    rf"""
    (?P<denied> (?<!\w) (?:no|not|never) \s+ | n['’]t \s+ )?
    (?P<said> (?<!\w) (?: {any_of(BEFORE)} ) (?=\s) | {any_of(SIGNS)} ) \s* {ABOUT} \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\s+ (?P<said> {any_of(BEHIND)} ) (?!\w) | \s* (?P<sign> {any_of(SIGNS_BEHIND)} )", re.VERBOSE | re.IGNORECASE
)
_SIGN = re.compile(
    r"(?<!\w)(?:is|are|was|were|be|becomes?|stays?|remains?)\s+(?P<denied>(?:not|never)\s+)?(?:(?P<negative>negative)|positive)(?!\w)",
    re.IGNORECASE,
)
IS = re.compile(
    rf"(?<!\w) (?:is|are|was|were|equals?|has|have|had|takes?|exactly|precisely) \s+ {ABOUT} \Z",
    re.VERBOSE | re.IGNORECASE,
)
"""What makes words say that something is a number, and nothing else of it."""
DENIAL = re.compile(
    r"(?<!\w)(?:no|not|none|never|neither|nor|nothing|nobody|nowhere|without|cannot|hardly|rarely|stops?)(?!\w)|n['’]t\b",
    re.IGNORECASE,
)
"""Words that deny something. At a distance from a comparison, nobody can tell whether it is the comparison."""
_BETWEEN = re.compile(
    rf"""
    \s+ (?:is|are|was|were) \s+ (?!not\b|never\b|hardly\b|no\b) (?: [\w-]+ \s+ ){{0,2}}? (?P<said> {any_of(BEFORE)} ) \s+ {ABOUT}
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What relates two claims in words: `[9]{n} is a little less than [10]{m}`."""
_NOT = re.compile(rf"(?:(?<!\w)not|n['’]t)\s+{ABOUT}\Z", re.VERBOSE | re.IGNORECASE)

_ROUNDING = 1e-9
"""Half a unit that is written as a bound, 0.15 around 0.1, is no more than rounding away from it."""


def judge_sense(source: Source, claim: Claim) -> Judgement:
    """The words of a boolean claim that holds: what they say of numbers must follow from its expression.

    Where the expression does not compare a number itself, or the words deny something at a distance, nobody can tell.
    """
    words = unmarked(claim.words)
    return (
        _judge_order(source, claim, words)
        or _judge_identity(source, claim, words)
        or _judge_denied(source, claim, words)
    )


def judge_between(source: Source, first: Claim, second: Claim, values: tuple[float, float]) -> Judgement:
    """Compare the values of two neighbouring claims as the words between them do: `[9]{n} is less than [5]{count}`.

    Args:
        source: The document.
        first: A claim that holds.
        second: The next claim, which holds, too.
        values: What the run gave for each.
    """
    found = _BETWEEN.fullmatch(unmarked(source.text[first.end : second.start]))
    # Where the sentence goes on, as in "are more than 5 apart", the second number may belong to what follows.
    if found is None or not CLAUSE_END.match(source.text, second.end):
        return HOLDS
    order = order_of(found["said"], BEFORE)
    left, right = values
    if (left == right and not order.is_strict) or (left != right and (left > right) is order.is_up):
        return HOLDS
    return Judgement(
        source.problem(
            first.start,
            "this relation between claims does not hold",
            found=f"{first.words} {found['said']} {second.words}",
            expected=f"a relation that holds for {left:g} and {right:g}",
            remedy="reread the sentence and say what is true",
            kind="value",
        )
    )


def _judge_order(source: Source, claim: Claim, words: str) -> Judgement:
    every = list(_asked(claim.expression))
    for start, end, order, value in _said(words):
        asked = [(text, found) for text, found, number in every if math.isclose(number, value)]
        if asked and not any(order.follows_from(found) for _, found in asked):
            place = claim.words_start + start, claim.words_start + end
            return disagreement(source, place, order, f"{value:g}", asked[0])
    return HOLDS


def disagreement(
    source: Source, place: tuple[int, int], order: Comparison, other: str, asked: tuple[str, Comparison]
) -> Judgement:
    """That words do not compare something with another one as the expression does.

    Args:
        source: The document.
        place: Where the words stand in it.
        order: What they say.
        other: What they compare with.
        asked: The comparison of the expression, as text, and what it says.
    """
    text, found = asked
    allows = order.is_up is found.is_up
    return Judgement(
        source.problem(
            place[0],
            "the words leave out what the expression allows: that both are equal"
            if allows
            else "the words and the expression compare this the opposite way",
            found=source.text[slice(*place)],
            expected=f"`{order.symbol()} {other}`, where the expression has `{text}`",
            remedy=f"say {'at least' if order.is_up else 'at most'}, or compare with `{order.symbol()}`"
            if allows
            else "reread the sentence and say what is true, then turn the words or the comparison around",
            kind="value",
        )
    )


def _judge_identity(source: Source, claim: Claim, words: str) -> Judgement:
    """Words that say that something is a number, where all that the expression says of this number is that it is another one."""
    asked = list(_asked(claim.expression))
    bounds = [*((text, number) for text, _, number in asked), *_equalities(claim.expression, is_equal=False)]
    encloses = _encloses(claim.expression, [(order, number) for _, order, number in asked])
    spread = list(_spread(claim.expression))
    for numeral in stated_numbers(words):
        said = IS.search(words, 0, numeral.start)
        if said is None or DENIAL.search(words, 0, said.start()) or _BEHIND.match(words, numeral.end):
            continue
        value, half = _value(numeral), float(numeral.unit) / (200 if numeral.percent else 2)
        found = claim.words[said.start() : numeral.end]
        offset, times = claim.words_start + said.start(), _times(claim.expression, numeral)
        near = [(text, number) for text, number in bounds if math.isclose(number, value)]
        if near and not encloses and times == len(near):
            expected = f"`== {near[0][1]:g}`, where the expression has `{near[0][0]}`"
            return _identity(source, offset, found, expected, "does not", "say in words how it compares")
        around = [
            f"{low:g} and {high:g}"
            for low, high in spread
            if low < value < high and max(value - low, high - value) > half * (1 + _ROUNDING)
        ]
        if around and not times:
            expected = (
                f"bounds that are at most half a unit of its last digit away, where the expression has {around[0]}"
            )
            return _identity(source, offset, found, expected, "allows others", "narrow the bounds")
    return HOLDS


def _judge_denied(source: Source, claim: Claim, words: str) -> Judgement:
    """Words with "not" right before a number, where the expression says that something is this number, and nothing else of it."""
    equal = list(_equalities(claim.expression, is_equal=True))
    for numeral in stated_numbers(words):
        said = _NOT.search(words, 0, numeral.start)
        found = [text for text, number in equal if math.isclose(number, _value(numeral))]
        if said is None or not found or _times(claim.expression, numeral) > len(found):
            continue
        return Judgement(
            source.problem(
                claim.words_start + said.start(),
                "the words say that something is not this number, and the expression says that it is",
                found=claim.words[said.start() : numeral.end],
                expected=f"`!= {_value(numeral):g}`, where the expression has `{found[0]}`",
                remedy="reread the sentence and say what is true, then change the words or the expression",
                kind="value",
            )
        )
    return HOLDS


def _identity(source: Source, offset: int, found: str, expected: str, does: str, other: str) -> Judgement:
    return Judgement(
        source.problem(
            offset,
            f"the words say that something is this number, and the expression {does}",
            found=found,
            expected=expected,
            remedy=f"claim the value itself, or {other}",
            kind="value",
        )
    )


def _spread(expression: ClaimExpression) -> Iterator[tuple[float, float]]:
    """The bounds between which an expression says that something lies."""
    bounds: dict[str, list[tuple[Comparison, float]]] = {}
    for _, order, one, other in compared(expression):
        number = _number(other)
        if number is not None and _number(one) is None:
            bounds.setdefault(ast.unparse(one), []).append((order, number))
    for found in bounds.values():
        lower = [number for order, number in found if order.is_up]
        upper = [number for order, number in found if not order.is_up]
        if lower and upper:
            yield max(lower), min(upper)


def _encloses(expression: ClaimExpression, bounds: Sequence[tuple[Comparison, float]]) -> bool:
    """Whether something lies between two bounds, so that the number may be rounded to it; that either holds encloses nothing."""
    for node, is_denied in expression.denials:
        joins_or = isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And if is_denied else ast.Or)
        if joins_or or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd if is_denied else ast.BitOr)):
            return False
    lower = [number for order, number in bounds if order.is_up]
    return any(number > min(lower) for order, number in bounds if lower and not order.is_up)


def _said(words: str) -> Iterator[tuple[int, int, Comparison, float]]:
    """What words say of numbers: its place in them, the comparison and the number. Left out is what is not clear."""
    for numeral in stated_numbers(words):
        before, behind = _BEFORE.search(words, 0, numeral.start), _BEHIND.match(words, numeral.end)
        start = before.start() if before else numeral.start
        if DENIAL.search(words, 0, start):
            continue
        if before:
            order = order_of(before["said"], {**BEFORE, **SIGNS})
            yield start, numeral.end, order.denied() if before["denied"] else order, _value(numeral)
        elif behind:
            order = order_of(behind["said"], BEHIND) if behind["said"] else order_of(behind["sign"], SIGNS_BEHIND)
            yield start, behind.end(), order, _value(numeral)
    for sign in _SIGN.finditer(words):
        if not DENIAL.search(words, 0, sign.start()):
            order = Comparison(not sign["negative"], is_strict=True)
            yield *sign.span(), order.denied() if sign["denied"] else order, 0.0


def _value(numeral: Numeral) -> float:
    return float(numeral.value) / (100 if numeral.percent else 1)


def _asked(expression: ClaimExpression) -> Iterator[tuple[str, Comparison, float]]:
    """The comparisons of an expression with a number: as text, what follows from each, and the number."""
    for text, order, _, right in compared(expression):
        number = _number(right)
        if number is not None:
            yield text, order, number


def compared(expression: ClaimExpression) -> Iterator[tuple[str, Comparison, ast.expr, ast.expr]]:
    """The comparisons of an expression, each from both of its sides: as text, what follows, of what and with what."""
    for node, is_denied in expression.denials:
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
                if isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                    order = Comparison(isinstance(operator, ast.Gt | ast.GtE), isinstance(operator, ast.Lt | ast.Gt))
                    turned = Comparison(not order.is_up, order.is_strict)
                    for one, found, other in ((left, order, right), (right, turned, left)):
                        text = f"{ast.unparse(one)} {found.symbol()} {ast.unparse(other)}"
                        yield (f"not {text}", found.denied(), one, other) if is_denied else (text, found, one, other)


def _equalities(expression: ClaimExpression, *, is_equal: bool) -> Iterator[tuple[str, float]]:
    """The numbers that something is, by an expression, or that it is not, each with the comparison that says so."""
    for node, is_denied in expression.denials:
        match node:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as operator], comparators=[right]):
                number = _number(right) if _number(left) is None else _number(left)
                if number is not None and (isinstance(operator, ast.Eq) is not is_denied) is is_equal:
                    yield f"{'not ' if is_denied else ''}{ast.unparse(node)}", number


def _times(expression: ClaimExpression, numeral: Numeral) -> int:
    """How often a number stands in an expression."""
    found = (node.value for node in ast.walk(expression.tree) if isinstance(node, ast.Constant))
    return sum(isinstance(each, int | float) and math.isclose(each, abs(_value(numeral))) for each in found)


def _number(node: ast.expr) -> float | None:
    """The number that a side of a comparison is, or the factor by which it is something else: `more than twice`."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        factors = [found for found in (_number(node.left), _number(node.right)) if found is not None]
        return factors[0] if len(factors) == 1 else None
    return float(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, int | float) else None


_CODE = re.compile(
    rf"""
    (?<!`) ` (?P<left>[^`]+) ` \s+ (?: (?:is|are|was|were|stays?|remains?) \s+ )? (?: (?:much|far|slightly|still|always|a\s+little) \s+ )?
    (?P<said> {any_of(BEFORE)} | {any_of(SIGNS)} ) \s+ (?: the \s+ )? ` (?P<right>[^`]+) ` (?!`)
  | (?<!`) ` (?P<code>[^`<>]+ [<>]=? [^`<>=]+) ` (?!`)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def judge_sides(source: Source, claim: Claim) -> Judgement:
    """The words of a boolean claim that holds: of what they compare in code, the expression must not say the opposite."""
    every = list(compared(claim.expression))
    for said, left, order, right in _said_in_code(claim.words):
        sides = (ast.dump(left), ast.dump(right))
        asked = [(text, found) for text, found, one, other in every if (ast.dump(one), ast.dump(other)) == sides]
        if asked and not any(order.follows_from(found) for _, found in asked):
            place = claim.words_start + said.start(), claim.words_start + said.end()
            return disagreement(source, place, order, ast.unparse(right), asked[0])
    return HOLDS


def _said_in_code(words: str) -> Iterator[tuple[re.Match[str], ast.expr, Comparison, ast.expr]]:
    """What words compare in code: the one side, how it compares, and the other side. Left out is what may be denied."""
    for said in _CODE.finditer(words):
        if DENIAL.search(words, 0, said.start()):
            continue
        if said["code"]:
            tree = parsed(said["code"])
            found = [] if tree is None else list(compared(build(tree)))
            yield from ((said, left, order, right) for _, order, left, right in found[:1])
            continue
        left, right = parsed(said["left"]), parsed(said["right"])
        if left is not None and right is not None:
            yield said, left, order_of(said["said"], {**BEFORE, **SIGNS}), right


_UP = re.compile(r"(?<!\w)(?:rises|rose|increases|climbs|climbed|goes\s+up|went\s+up)(?!\w)", re.IGNORECASE)
_DOWN = re.compile(r"(?<!\w)(?:falls|fell|decreases|drops|sinks|sank|goes\s+down|went\s+down)(?!\w)", re.IGNORECASE)
"""Not those that may speak of the size alone: what is negative grows when it goes down."""
_UNCLEAR = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(WORDS - {'up'}))}|as|while|when\w*|if|where|once|until|because|slow\w*|fast\w*|\w+est|only)(?!\w)",
    re.IGNORECASE,
)
"""Words with which something else than what rises or falls may be compared: it falls as the rate rises, it rises more slowly."""
_COURSE = re.compile(
    r"""
    (?<!\w) (?P<verb> (?P<up> rises? | rising | risen | rose | grow(?:s|n|ing)? | grew | climb(?:s|ed|ing)? | increas(?:es?|ed|ing) | rais(?:es?|ed|ing) )
                     | fall(?:s|en|ing)? | fell | shrinks? | shrank | sinks? | sank | drop(?:s|ped|ping)? | decreas(?:es?|ed|ing)
                     | reduc(?:es?|ed|ing) | lower(?:s|ed|ing)? ) (?!\w)
    (?P<how> [^,;:.!?()\[\]{}]{0,30} ) ,? \s+ from \s+ (?: about \s+ )? (?P<first> [^\[\]{}]{1,30} ) (?: \] \{ [^{}]{0,200} \} )?
    ,? \s+ to \s+ (?: about \s+ )? \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What says that something rises or falls from one number to the next; each may be a claim of its own."""
_TO = re.compile(r"\bto\b", re.IGNORECASE)
"""Without this close before a number nothing leads to it, which is seen sooner than that nothing rises."""
_CLOSE = 60
_NEARBY = 300
"""Characters before a number that are looked at."""
_DENIED = 40
"""Characters before such a verb in which a word may deny it."""
_Moment = tuple[str, int]
"""A series, and a place in it that is comparable with others of it."""


def judge_direction(source: Source, claim: Claim) -> Judgement:
    """The words of a boolean claim that holds: what they say rises must not fall by its expression."""
    words = unmarked(claim.words)
    up, down = _UP.search(words), _DOWN.search(words)
    said = up or down
    if said is None or (up and down) or DENIAL.search(words) or _UNCLEAR.search(words):
        return HOLDS
    found = list(_directions(claim.expression))
    if not found or any(goes_up is (said is up) for _, goes_up in found):
        return HOLDS
    return Judgement(
        source.problem(
            claim.words_start + said.start(),
            "the words and the expression go opposite ways",
            found=said[0],
            expected=f"something that {'rises' if said is up else 'falls'}, where the expression has `{ast.unparse(found[0][0])}`",
            remedy="reread the sentence and say what is true, then turn the words or the comparison around",
            kind="value",
        )
    )


def judge_course(source: Source, claim: Claim, stated: tuple[Numeral, ...]) -> Judgement:
    """A sentence must not say that something rises from a number to a smaller one, nor that it falls to a larger one."""
    for last in stated:
        offset = claim.words_start + last.start
        nearby = max(offset - _NEARBY, 0)
        if not _TO.search(source.text, max(offset - _CLOSE, 0), offset):
            continue
        words = unmarked(source.text[nearby:offset])
        said = _COURSE.search(words)
        numbers = (*numerals(said["first"]), last) if said else ()
        if said is None or len(numbers) != 2 or DENIAL.search(words, max(said.start() - _DENIED, 0), said.end("how")):
            continue
        begin, end = (each.value / (100 if each.percent else 1) for each in numbers)
        is_up = said["up"] is not None
        # Of what is negative, some say how large it is, without its sign.
        if (end < begin if is_up else end > begin) and max(begin, end) > 0:
            return Judgement(
                source.problem(
                    nearby + said.start(),
                    f"the words say that it {'rises' if is_up else 'falls'}, and the second number is the {'smaller' if is_up else 'larger'} one",
                    found=f"{said['verb']} from {numbers[0].text} to {last.text}",
                    remedy="reread the sentence and say what is true",
                    kind="value",
                )
            )
    return HOLDS


def _directions(expression: ClaimExpression) -> Iterator[tuple[ast.Compare, bool]]:
    """The comparisons of an expression of which one can tell which side is later, and whether that one is larger."""
    found = list(expression.denials)
    pairs = dict(_neighbours(node for node, _ in found))
    for node, is_denied in found:
        match node:
            case ast.Compare(
                left=left, ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE() as operator], comparators=[right]
            ):
                one, other = _moment(left, pairs), _moment(right, pairs)
                if one and other and one[0] == other[0] and one[1] != other[1]:
                    is_left_larger = isinstance(operator, ast.Gt | ast.GtE) is not is_denied
                    yield node, is_left_larger is (one[1] > other[1])


def _moment(node: ast.expr, pairs: Mapping[str, _Moment]) -> _Moment | None:
    """When a side of a comparison was, if that can be told."""
    match node:
        case ast.Name(id=name):
            return pairs.get(name)
        case ast.Subscript(value=series, slice=ast.Constant(value=0)):
            return ast.dump(series), 0
        case ast.Subscript(value=series, slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))):
            return ast.dump(series), 1
        case ast.Constant(value=0):
            return "difference", 0
        case ast.Call(
            func=ast.Attribute(attr="diff"), args=[ast.Name() | ast.Attribute() | ast.Call(func=ast.Name(id="series"))]
        ):
            return "difference", 1
    return None


def _neighbours(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, _Moment]]:
    """The names that go through a series one place apart from each other: `for a, b in zip(losses, losses[1:])`."""
    for node in nodes:
        match node:
            case ast.comprehension(
                target=ast.Tuple(elts=[ast.Name(id=one), ast.Name(id=other)]),
                iter=ast.Call(func=ast.Name(id="zip"), args=[first, second]),
            ):
                yield from ((one, _beginning(first)), (other, _beginning(second)))


def _beginning(node: ast.expr) -> _Moment:
    """Which series it is, and where in it it begins."""
    match node:
        case ast.Subscript(value=series, slice=ast.Slice(lower=ast.Constant(value=int(lower)))):
            return ast.dump(series), lower
        case ast.Subscript(value=series, slice=ast.Slice(lower=None)):
            return ast.dump(series), 0
    return ast.dump(node), 0
