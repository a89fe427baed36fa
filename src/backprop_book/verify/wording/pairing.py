"""pairing: refuses claims whose words give a number to another name than the expression does, as in [`n` is 5]{n == 9 and count == 5}.

The judge calls it for boolean claims, and for claims of a list or tuple that is written out.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from backprop_book.core.expressions import ClaimExpression
from backprop_book.numbers import Number, Numeral, agrees, numerals
from backprop_book.scan import Source
from backprop_book.scan.document import Claim
from backprop_book.verify.verdict import HOLDS, Judgement
from backprop_book.verify.wording.comparison_words import ABOUT, BEFORE, SIGNS, any_of, unmarked

_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_NAMED = re.compile(
    rf"""
    (?: (?P<other> [^\W\d]\w* ) \s* (?: , | \s (?: and | or ) (?=\s) ) \s* )?
    (?<!\w) (?P<name> [^\W\d]\w* ) (?: \x1f [^\]\s]* \] )?
    (?: \s+ (?: is | was | are | were | of | at ) (?!\w) )?
    (?: \s* (?: {any_of(SIGNS)} | ==? | ≈ ) | \s+ (?: {any_of(BEFORE)} ) (?!\w) )?
    \s* {ABOUT} \Z
    """,
    re.VERBOSE,
)
"""A name before its number: `n` is 5, `n` is above 5, `n = 5`, step 5."""
_AND = re.compile(rf"\s* (?: , | ,? \s+ (?: and | or ) (?=\s) ) \s* {ABOUT}", re.VERBOSE)
"""What stands between two numbers that belong to two names."""
_COUNTED = re.compile(r"[\s-]+(?P<name>[^\W\d]\w*)")
"""A name behind its number: 5 steps."""
_NEARBY = 120


@dataclass(frozen=True, slots=True)
class _Condition:
    """One of the conditions that an expression joins with `and` or `or`, or the condition after `when`."""

    text: str
    names: frozenset[str]
    numbers: tuple[Number, ...]
    is_listed: bool
    """Whether all of these are the elements of one list or tuple."""


def judge_pairs(source: Source, claim: Claim) -> Judgement:
    """Compare the numbers in the words of a boolean claim with its conditions.

    A number beside a name must stand in a condition that reads this name. Numbers without a name must come in the order of the
    conditions, or of the tuple that they stand in.
    """
    stated = numerals(claim.words)
    conditions = list(_conditions(claim.expression)) if len(stated) > 1 else []
    words = unmarked(claim.words)
    beside: dict[Numeral, list[_Condition]] = {}
    names = _names_beside(claim.words, words, stated, {name for each in conditions for name in each.names})
    for numeral in stated if conditions else ():
        name = names[numeral]
        of_name = [each for each in conditions if name in each.names and each.numbers]
        if of_name and not any(_is_one_of(numeral, each) for each in of_name):
            return _belongs_elsewhere(source, claim, numeral, name, of_name)
        beside[numeral] = of_name
    places = [(condition, number) for condition in conditions for number in condition.numbers]
    found: list[tuple[Numeral, int]] = []
    for numeral in beside:
        at = [place for place, (_, number) in enumerate(places) if _is(numeral, number)]
        alike = [other for other in stated if at and _is(other, places[at[0]][1])]
        # What the words say as often as the expression has it, it has in this order.
        if len(at) == len(alike):
            found.append((numeral, at[alike.index(numeral)]))
    for (one, first), (other, second) in combinations(found, 2):
        # Within one condition a tolerance, or a count, may be said before the number that it stands behind: within 0.1 of 0.4.
        is_joined = places[first][0] is not places[second][0] or places[first][0].is_listed
        if first > second and is_joined and len(beside[one]) != 1 and len(beside[other]) != 1:
            return _disordered(source, claim, one, other)
    return HOLDS


def judge_listed(source: Source, claim: Claim, stated: tuple[Numeral, ...]) -> Judgement:
    """Refuse a number of a list or tuple that is written out, `[n, count]`, beside the name of another element."""
    tree = claim.expression.tree
    elements = [_condition([each]) for each in tree.elts] if isinstance(tree, ast.List | ast.Tuple) else []
    if len(elements) != len(stated):
        return HOLDS
    words = unmarked(claim.words)
    names = _names_beside(claim.words, words, stated, {name for each in elements for name in each.names})
    for numeral, element in zip(stated, elements, strict=True):
        name = names[numeral]
        if name and name not in element.names:
            return _belongs_elsewhere(source, claim, numeral, name, [each for each in elements if name in each.names])
    return HOLDS


def _conditions(expression: ClaimExpression) -> Iterator[_Condition]:
    """The conditions that an expression joins, and that of its `when`; of two tuples that are compared, each pair."""
    waiting = [[tree] for tree in reversed(expression.trees)]
    while waiting:
        match nodes := waiting.pop():
            case [ast.BoolOp(values=values)]:
                waiting += [[each] for each in reversed(values)]
            case [ast.Compare(left=ast.Tuple(elts=left), ops=[ast.Eq()], comparators=[ast.Tuple(elts=right)])]:
                waiting += [list(pair) for pair in reversed(list(zip(left, right, strict=False)))]
            case _:
                yield _condition(nodes)


def _condition(nodes: list[ast.expr]) -> _Condition:
    inside = [each for node in nodes for each in ast.walk(node)]
    names = {each.id for each in inside if isinstance(each, ast.Name)}
    names |= {each.attr for each in inside if isinstance(each, ast.Attribute)}
    written = [each for each in inside if isinstance(each, ast.Constant)]
    numbers: list[Number] = []
    for each in sorted(written, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(each.value, str):
            numbers += [numeral.value for numeral in numerals(each.value)]
        elif isinstance(each.value, int | float) and not isinstance(each.value, bool):
            numbers.append(each.value)
    listed = [len(each.elts) for each in inside if isinstance(each, ast.List | ast.Tuple)]
    is_listed = listed == [len(written)] and not any(isinstance(each, ast.Subscript) for each in inside)
    return _Condition(" == ".join(map(ast.unparse, nodes)), frozenset(names), tuple(numbers), is_listed)


def _names_beside(written: str, words: str, stated: Sequence[Numeral], names: set[str]) -> dict[Numeral, str]:
    """The name that stands beside each number; of two names before two numbers, `n` and `count` are 9 and 5, each has its own."""
    found = {numeral: _name_beside(written, words, numeral, names) for numeral in stated}
    for one, other in pairwise(stated):
        before = _NAMED.search(words, max(one.start - _NEARBY, 0), one.start)
        if before is not None and before["other"] and _AND.fullmatch(words, one.end, other.start):
            pair = (_name(written, before, names, "other"), _name(written, before, names))
            if all(pair):
                found[one], found[other] = pair
    return found


def _name_beside(written: str, words: str, numeral: Numeral, names: set[str]) -> str:
    """The name of the expression that stands directly beside a number: any in code, or a word that is one; empty without one."""
    first = max(numeral.start - _NEARBY, 0)
    before = _NAMED.search(words, first, numeral.start)
    if before is not None and (name := _name(written, before, names)):
        # Of several names before several numbers, the order says which is whose.
        return "" if before["other"] in names else name
    after = _COUNTED.match(words, numeral.end)
    return _name(written, after, names) if after is not None and _is_counted(written, after) else ""


def _name(written: str, found: re.Match[str], names: set[str], group: str = "name") -> str:
    """The name that was found; a single letter is one in code only, as `a` is a word, too."""
    said = found[group]
    is_code = _is_code(written, found, group)
    if said in names and (is_code or len(said) > 1):
        return said
    return said[:-1] if said[:-1] in names and said.endswith("s") and len(said) > 2 and not is_code else ""


def _is_counted(written: str, found: re.Match[str]) -> bool:
    return found["name"].endswith("s") or _is_code(written, found)


def _is_code(written: str, found: re.Match[str], group: str = "name") -> bool:
    return any(span.start() < found.start(group) < span.end() for span in _CODE.finditer(written))


def _is(numeral: Numeral, number: Number) -> bool:
    # "0.5 below" may stand for -0.5; which sign is right is for others to say.
    return agrees(numeral, number) or agrees(numeral, -number)


def _is_one_of(numeral: Numeral, condition: _Condition) -> bool:
    return any(_is(numeral, number) for number in condition.numbers)


def _belongs_elsewhere(
    source: Source, claim: Claim, numeral: Numeral, name: str, conditions: Iterable[_Condition]
) -> Judgement:
    return Judgement(
        source.problem(
            claim.words_start + numeral.start,
            f"this number stands beside `{name}`, and is another one in the expression",
            found=numeral.text,
            expected=f"{' or '.join(f'`{each.text}`' for each in conditions)} beside `{name}`",
            remedy="reread the sentence, and write each number beside the name that it belongs to",
            kind="value",
        )
    )


def _disordered(source: Source, claim: Claim, one: Numeral, other: Numeral) -> Judgement:
    return Judgement(
        source.problem(
            claim.words_start + one.start,
            "these numbers come in another order than in the expression, so nothing says which of them is whose",
            found=f"{one.text}, and then {other.text}",
            expected=f"{other.text} before {one.text}, as in `{claim.expression}`",
            remedy="write the comparisons in the order of the words, or each number beside its name",
            kind="value",
        )
    )
