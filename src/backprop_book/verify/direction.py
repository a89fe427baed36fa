"""direction: whether words say that something rises where their expression, which holds, says that it falls, or the other way round.

`a < b` does not say which of the two comes later. It is plain in a series only: of its first and its last value, of neighbours
(`zip(losses, losses[1:])`) and of differences (`np.diff(losses) < 0`). Where words compare otherwise, too, or deny, nobody can tell.
It is plain, too, where a sentence says from which number to which one something rises.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from backprop_book.chapter import Claim, Source
from backprop_book.digits import Numeral, numerals
from backprop_book.expressions import ClaimExpression
from backprop_book.verify.judgement import HOLDS, Judgement
from backprop_book.verify.orders import WORDS, unmarked
from backprop_book.verify.sense import DENIAL

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
