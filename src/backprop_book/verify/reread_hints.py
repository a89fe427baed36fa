"""reread_hints: what a person must read again after digits were rewritten.

Digits can be rewritten without anyone thinking; the words around them cannot. A sentence that says "larger" was true of the old
numbers, and nothing but a reader knows whether it still is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Literal

from backprop_book.core.problems import place
from backprop_book.numbers import numerals
from backprop_book.scan.document import Claim, Document
from backprop_book.verify.verdict import Edit
from backprop_book.verify.wording import WORDS

RereadReason = Literal["sign", "order", "magnitude", "comparison", "grammar", "claims"]
REREAD_REASONS: tuple[RereadReason, ...] = ("sign", "order", "magnitude", "comparison", "grammar", "claims")
"""Why something has to be read again, the most pressing reason first."""
_COMPARING = re.compile(
    rf"\b(?:{'|'.join(sorted(WORDS))}|"
    r"alike|almost|already|as|away|back|before|better|between|big|biggest|close|closer|closest|decrease|"
    r"decreases|different|double|doubles|down|drop|drops|equal|equals|even|exact|exactly|fall|falls|far|"
    r"farther|fast|faster|fastest|few|fewest|first|further|gain|gains|great|greatest|grow|grows|half|"
    r"halves|hardly|high|highest|identical|improve|improves|increase|increases|inside|large|largest|last|"
    r"little|lose|loses|low|lowest|many|mere|merely|much|near|nearer|nearest|nearly|negative|never|no|"
    r"none|nothing|only|opposite|outside|positive|quarter|remain|remains|reverse|rise|rises|same|shrink|"
    r"shrinks|similar|slow|slower|slowest|small|smallest|still|third|thrice|tiny|too|toward|towards|"
    r"twice|unchanged|until|vanish|vanishes|whole|worse|worst|zero"
    r")\b",
    re.IGNORECASE,
)
_TWO = re.compile(r"\b(?:both|neither|either|pairs?)\b", re.IGNORECASE)
"""Words that go with two things; they may stand in the next sentence."""
_OTHER = re.compile(r"\bothers?\b", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(an?)\s+[\[*_`]*\Z", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?][\"'”’)*_]*(?=\s+[\"'“‘(*_`$\[]*[A-Z0-9]|\s*\Z)")
_PARAGRAPH_START = re.compile(r"^[ \t>]*(?:\n|#{1,6}[ \t]+|[-*+][ \t]+|[0-9]+\.[ \t]+)", re.MULTILINE)
_PARAGRAPH_END = re.compile(r"\n[ \t>]*(?:\n|#{1,6}[ \t]|[-*+][ \t]|[0-9]+\.[ \t]|```|\|)|\Z")
_STEP = 2
"""A number that has another magnitude is at least so many times as large, or as small: 0.99 and 1.01 are near each other."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something has to be read again."""

    kind: RereadReason
    """Which sort of reason it is."""
    text: str
    """The reason in words."""


@dataclass(frozen=True, slots=True)
class Reread:
    """A sentence, a row of a table or a line of an output that has to be read again."""

    path: str
    """The document."""
    line: int
    """The line at which it begins, from 1."""
    column: int
    """The column at which it begins, from 1."""
    old: str
    """What it said, as a reader sees it."""
    new: str
    """What it says now."""
    reasons: tuple[Reason, ...]
    """Why, the most pressing reason first; never empty."""


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of the document, before and after."""

    start: int
    old: Decimal
    new: Decimal
    old_text: str
    new_text: str

    @property
    def is_changed(self) -> bool:
        return self.old_text != self.new_text

    def __str__(self) -> str:
        return f"{self.old_text} → {self.new_text}" if self.is_changed else self.old_text


def rereads(document: Document, edits: Iterable[Edit]) -> tuple[Reread, ...]:
    """What has to be read again when the edits are made, the most pressing first.

    Listed are sentences in which a number that changes has another sign or magnitude, stands in another order to another number
    of its paragraph, or stands among words that compare or speak of two, behind an article or beside another claim; rows of tables in which a
    number has another sign or magnitude, or stands in another order to one of its column; and lines of outputs in which a number
    has another sign or magnitude.
    """
    edits = sorted(edits, key=lambda edit: edit.start)
    passages: dict[tuple[int, int], list[Edit]] = {}
    for edit in edits:
        passages.setdefault(_passage(document, edit.start), []).append(edit)
    columns = _columns(document, edits)
    found = []
    for (start, end), inside in passages.items():
        # Numbers that are written alike give the same reason, which is read once.
        reasons = tuple(dict.fromkeys(_reasons(document, start, end, inside, edits, columns)))
        if reasons:
            line, column = place(document.source.text, start)
            old, new = (_shown(document, start, end, made) for made in ((), inside))
            found.append(Reread(document.source.path, line, column, old, new, reasons))
    return tuple(sorted(found, key=urgency))


def urgency(reread: Reread) -> tuple[int, str, int, int]:
    """What rereads are sorted by: the most pressing reason, then the place."""
    return REREAD_REASONS.index(reread.reasons[0].kind), reread.path, reread.line, reread.column


def _reasons(
    document: Document,
    start: int,
    end: int,
    edits: Sequence[Edit],
    every: Sequence[Edit],
    columns: Mapping[int, Sequence[_Number]],
) -> Iterator[Reason]:
    """Why a passage has to be read again, given the edits in it, all edits of its document, and the bound columns."""
    claims = [claim for claim in document.claims if start <= claim.start < end]
    is_row = any(claim.form == "cell" for claim in claims)
    is_output = any(output.text_start <= start < output.text_end for output in document.outputs)
    changed = [number for edit in edits for number in _changed(document, edit)]
    yield from _of_signs(changed)
    if is_row:
        starts = {number.start for number in changed}
        for column in columns.values():
            yield from _of_order(column, starts)
    elif not is_output:
        # The next sentence may say that its number is the smaller one.
        first, last = _paragraph(document, start)
        beside = [claim for claim in document.claims if first <= claim.start < last and claim.form != "cell"]
        yield from _of_order(_numbers(document, beside, every), {number.start for number in changed})
    yield from _of_magnitudes(changed)
    if not is_row and not is_output:
        comparing = dict.fromkeys(word.lower() for word in _COMPARING.findall(_shown(document, start, end, ())))
        if comparing:
            yield Reason("comparison", f"it compares: {', '.join(comparing)}")
        counting = _TWO.findall(_shown(document, first, last, ())) + _OTHER.findall(_shown(document, start, end, ()))
        if counting:
            yield Reason("grammar", f"it counts in words: {', '.join(dict.fromkeys(map(str.lower, counting)))}")
        said = [claim for claim in claims if claim.form != "span"]
        yield from _of_grammar(document, said, changed)
        others = [claim for claim in claims if not any(claim.start <= edit.start < claim.end for edit in edits)]
        if others:
            yield Reason("claims", f"it claims, too: {', '.join(f'`{claim.expression}`' for claim in others)}")


def _of_signs(changed: Iterable[_Number]) -> Iterator[Reason]:
    for number in changed:
        if _sign(number.old) != _sign(number.new):
            yield Reason("sign", f"the sign is another one: {number}")


def _of_magnitudes(changed: Iterable[_Number]) -> Iterator[Reason]:
    for number in changed:
        small, large = sorted((abs(number.old), abs(number.new)))
        if small and small.adjusted() != large.adjusted() and large >= _STEP * small:
            yield Reason("magnitude", f"the magnitude is another one: {number}")


def _of_grammar(document: Document, claims: Sequence[Claim], changed: Iterable[_Number]) -> Iterator[Reason]:
    """An article goes with the word behind it, and a noun with the number of things."""
    for number in changed:
        if not any(claim.start <= number.start < claim.end for claim in claims):
            continue
        if article := _ARTICLE.search(document.source.text, 0, number.start):
            yield Reason(
                "grammar", f"an article stands before it: {article[1]} {number.old_text}, now {number.new_text}"
            )
        elif (number.old_text == "1") != (number.new_text == "1"):
            yield Reason("grammar", f"one takes other words than several: {number}")


def _of_order(numbers: Sequence[_Number], among: set[int]) -> Iterator[Reason]:
    """Pairs whose order is another one, if one of the pair begins at one of the offsets."""
    for one, other in combinations(numbers, 2):
        if among.isdisjoint((one.start, other.start)):
            continue
        before, after = _sign(one.old - other.old), _sign(one.new - other.new)
        if before != after:
            was, now = (
                f"{getattr(one, text)} {_RELATIONS[sign]} {getattr(other, text)}"
                for text, sign in (("old_text", before), ("new_text", after))
            )
            more = "" if after else "; if the values differ, write more digits"
            yield Reason("order", f"the order is another one: {was}, now {now}{more}")


_RELATIONS = {-1: "<", 0: "=", 1: ">"}


def _sign(number: Decimal) -> int:
    return (number > 0) - (number < 0)


def _changed(document: Document, edit: Edit) -> list[_Number]:
    """The numbers that an edit changes; none where it has another number of them."""
    before = document.source.text[edit.start : edit.end]
    old, new = numerals(before), numerals(edit.text)
    if len(old) != len(new):
        return []
    pairs = zip(old, new, strict=True)
    return [
        _Number(
            edit.start + one.start, _value(one.value, one.percent), _value(two.value, two.percent), one.text, two.text
        )
        for one, two in pairs
        if one.text != two.text
    ]


def _numbers(document: Document, claims: Iterable[Claim], edits: Iterable[Edit]) -> list[_Number]:
    """All numbers of the claims, before and after the edits."""
    changed = {number.start: number for edit in edits for number in _changed(document, edit)}
    found = []
    for claim in claims:
        for each in numerals(claim.words):
            value = _value(each.value, each.percent)
            start = claim.words_start + each.start
            found.append(changed.get(start, _Number(start, value, value, each.text, each.text)))
    return found


def _value(value: Decimal, percent: bool) -> Decimal:
    return value / 100 if percent else value


def _columns(document: Document, edits: Sequence[Edit]) -> dict[int, list[_Number]]:
    """The numbers of each bound column, by the place of its expression."""
    cells: dict[int, list[Claim]] = {}
    for claim in document.claims:
        if claim.form == "cell":
            cells.setdefault(claim.expression_start, []).append(claim)
    return {start: _numbers(document, claims, edits) for start, claims in cells.items()}


def _passage(document: Document, at: int) -> tuple[int, int]:
    """The sentence around an offset; in tables and outputs, the line."""
    text = document.source.text
    in_output = any(output.text_start <= at < output.text_end for output in document.outputs)
    if in_output or any(claim.form == "cell" and claim.start <= at < claim.end for claim in document.claims):
        end = text.find("\n", at)
        return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end
    start, end = _paragraph(document, at)
    for found in _SENTENCE_END.finditer(text[:end], start):
        if any(each.start <= found.start() < each.end for each in document.claims):
            continue
        if found.end() > at:
            end = found.end()
            break
        start = found.end()
    return start + len(text[start:end]) - len(text[start:end].lstrip()), end


def _paragraph(document: Document, at: int) -> tuple[int, int]:
    """The paragraph or the item of a list around an offset."""
    text = document.source.text
    start = max((found.end() for found in _PARAGRAPH_START.finditer(text, 0, at)), default=document.source.body)
    closing = _PARAGRAPH_END.search(text, at)
    assert closing is not None, "the pattern matches the end of the text"
    return start, closing.start()


def _shown(document: Document, start: int, end: int, edits: Iterable[Edit]) -> str:
    """A passage as a reader sees it, in one line: of claims and waivers, the words."""
    gone = [(each.start, each.words_start) for each in document.claims if each.form == "claim"]
    gone += [(each.words_end, each.end) for each in document.claims if each.form == "claim"]
    gone += [(each.start, each.words_start) for each in document.waivers]
    gone += [(each.words_end, each.end) for each in document.waivers]
    changes = [(begin, stop, "") for begin, stop in gone if start <= begin < end]
    changes += [(edit.start, edit.end, edit.text) for edit in edits]
    text = document.source.text[:end]
    for begin, stop, instead in sorted(changes, reverse=True):
        text = text[:begin] + instead + text[stop:]
    return " ".join(text[start:].split())
