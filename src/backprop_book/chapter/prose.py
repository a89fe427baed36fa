"""prose: the words of a document. Every numeral in them is covered by something, or bare."""

import re
from collections import Counter
from collections.abc import Iterable

from backprop_book.chapter.blocks import Block, Trouble
from backprop_book.chapter.book import Chapter, Place, knows, question
from backprop_book.chapter.codes import read_code
from backprop_book.chapter.front import Said
from backprop_book.chapter.inline import Span, entities, spans
from backprop_book.chapter.question import Mistake, fill
from backprop_book.chapter.regions import Bare, Binding, Claim, Count, Equation, Mention, Term, Waiver
from backprop_book.chapter.shown import Shown, Torn, shown, titles, torn, unreadable
from backprop_book.chapter.tables import Cell, Table, table
from backprop_book.digits import Equation as Arithmetic
from backprop_book.digits import Numeral, equation, foreign, numerals

_HIDDEN = "\ufffc"
_NOTATION = re.compile(r"[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[^\s{}\\])|\\[A-Za-z]+|\\\\\[[^\]\n]*\]")
_EMPHASIS = "*_ \t"
_WORD = re.compile(r"\w(?:[\w'’.,-]*\w)?")
FOREIGN_REMEDY = "write it in the digits 0 to 9"
REMEDY = "claim it, [words]{expression}; write it as an equation; or waive it, [words]{# reason}"
TITLE_REMEDY = "say it in the text, where it can be claimed"
CODE_REMEDY = "name something of the listing, quote its code, or waive it: "


class Prose:
    """Reads blocks of prose; collects their regions."""

    def __init__(self, chapter: Chapter, unchecked: bool) -> None:
        self.chapter = chapter
        self.unchecked = unchecked
        self.clean = ""
        self.references: frozenset[str] = frozenset()
        self.claims: list[Claim] = []
        self.equations: list[Equation] = []
        self.mentions: list[Mention] = []
        self.waivers: list[Waiver] = []
        self.terms: list[Term] = []
        self.bare: list[Bare] = []
        self.bindings: list[Binding] = []
        self.troubles: list[Trouble] = []
        self.counts: Counter[str] = Counter()
        self.size = 0
        terms = sorted((excuse.term for excuse in chapter.config.terms), key=len, reverse=True)
        patterns = (r"\s+".join(map(re.escape, term.split())) for term in terms)
        self._terms = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)") if terms else None
        self._by_words = {" ".join(term.split()): term for term in terms}

    def count(self, outputs: int) -> Count:
        """How the numerals are covered; `outputs` of them stand in output fences."""
        return Count(**self.counts, outputs=outputs)

    def read(self, block: Block, place: Place) -> None:
        """Read a paragraph or a table."""
        found = table(self.clean, block) if block.level == 0 else None
        if found is None:
            self.words(block.start, block.end, place)
        else:
            self._table(found, place)

    def words(self, start: int, end: int, place: Place) -> None:
        """Read a stretch of prose."""
        found, troubles = spans(self.clean, start, end, self.references)
        self.troubles += troubles
        for span in found:
            match span.kind:
                case "code":
                    self._code(span, place)
                case "math":
                    self._math(span)
                case "tied":
                    self._tied(span, place)
        parted = self._seen(start, end, found)
        self._unprinted(found)
        self._plain(start, end, found, parted)

    def plain(self, start: int, end: int) -> str:
        """The words of a stretch of prose, without markup, targets of links and what stands in braces."""
        found, _ = spans(self.clean, start, end, self.references)
        pieces = []
        at = start
        for span in found:
            pieces.append(_unmarked(self.clean[at : span.start]))
            if span.kind == "tied":
                pieces.append(self.plain(span.inner_start, span.inner_end))
            elif span.kind != "hidden":
                pieces.append(self.clean[span.inner_start : span.inner_end])
            at = span.end
        return " ".join("".join([*pieces, _unmarked(self.clean[at:end])]).split())

    def front(self, said: Iterable[Said]) -> None:
        """Read the words of the front matter, after the page: no claim can stand there, so they repeat what one says."""
        if self.unchecked:
            return
        texts = [claim.words for claim in self.claims] + [found.text for found in self.equations]
        texts += [term.text for term in self.terms]
        texts += [self.clean[waiver.words_start : waiver.words_end] for waiver in self.waivers]
        covered = {(numeral.value, numeral.percent) for text in texts for numeral in numerals(text)}
        for each in said:
            for numeral in numerals(self._without_terms(each.text)):
                if (numeral.value, numeral.percent) not in covered:
                    at = max(self.clean.find(numeral.text, each.start, each.end), each.start)
                    message = f"nothing on this page checks this number of its {each.name}"
                    remedy = "claim it on the page, too, or leave it out here"
                    self.troubles.append(Trouble(at, message, remedy, numeral.text, "", "unchecked"))
            for offset in foreign(each.text):
                character = each.text[offset]
                at = max(self.clean.find(character, each.start, each.end), each.start)
                self._illegible(at, character)

    def _visible(self, start: int, end: int, found: tuple[Span, ...]) -> str:
        """The prose from `start` to `end`, with its elements blotted out."""
        pieces = []
        at = start
        for span in found:
            pieces += [self.clean[at : span.start], _HIDDEN * (span.end - span.start)]
            at = span.end
        return "".join([*pieces, self.clean[at:end]])

    def _plain(self, start: int, end: int, found: tuple[Span, ...], parted: tuple[Torn, ...]) -> None:
        visible = self._visible(start, end, found)
        self._measure(visible, found)
        for match in self._terms.finditer(visible) if self._terms else ():
            term = self._by_words[" ".join(match[0].split())]
            self.terms.append(Term(start + match.start(), start + match.end(), term))
            self.counts["terms"] += len(numerals(match[0]))
        for numeral in numerals(self._without_terms(visible)):
            at = start + numeral.start
            self._bare(start, numeral, "" if any(each.start <= at < each.end for each in parted) else REMEDY)

    def title(self, start: int, end: int) -> None:
        """Read words that are shown or read out although they stand in no text, where nothing can be claimed."""
        for numeral in numerals(self._without_terms(self.clean[start:end])):
            self._bare(start, numeral, TITLE_REMEDY)
        self._unread(shown(self.clean, start, end, entities(self.clean, start, end)))

    def _unprinted(self, found: tuple[Span, ...]) -> None:
        """Read what a link, an image or an element says to those who hover over it or hear it: these are words, too."""
        for start, end in titles(self.clean, found):
            self.title(start, end)
        for span in found:
            # A waiver excuses all that stands between its brackets.
            if span.kind == "tied" and not self.clean.startswith("#", span.tail_start):
                self._beside(span.inner)

    def _beside(self, inner: tuple[Span, ...]) -> None:
        """Refuse the numbers of titles inside a claim, which compares its words alone."""
        for start, end in titles(self.clean, inner) if not self.unchecked else ():
            for numeral in numerals(self._without_terms(self.clean[start:end])):
                self._refuse(start + numeral.start, numeral.text, TITLE_REMEDY)

    def _seen(self, start: int, end: int, found: tuple[Span, ...]) -> tuple[Torn, ...]:
        """Refuse numbers that no check reads as a reader does, in the words of claims, too."""
        if self.unchecked:
            return ()
        seen = shown(self.clean, start, end, found)
        self._unread(seen)
        waived = [(span.start, span.end) for span in found if self.clean.startswith("#", span.tail_start)]
        parted = tuple(
            each
            for each in torn(self.clean, seen)
            if not any(begin <= each.start and each.end <= stop for begin, stop in waived)
        )
        for each in parted:
            written = self.clean[each.start : each.end]
            message = "markup splits this number, so it is not read as it is shown"
            remedy = f"write {each.text} without markup inside it"
            self.troubles.append(Trouble(each.start, message, remedy, written, each.text, "unchecked"))
        return parted

    def _unread(self, seen: Shown) -> None:
        """Refuse numbers that are written in other characters than the digits."""
        if not self.unchecked:
            for offset, character in unreadable(seen):
                self._illegible(offset, character)

    def _illegible(self, at: int, character: str) -> None:
        message = "no check can read this number"
        self.troubles.append(Trouble(at, message, FOREIGN_REMEDY, character, "", "unchecked"))

    def _measure(self, visible: str, found: tuple[Span, ...]) -> None:
        """Count words: those that are visible, those of claims and waivers, and one for each piece of code or formula."""
        self.size += len(_WORD.findall(visible))
        for span in found:
            if span.kind == "tied":
                self.size += len(_WORD.findall(self.clean, span.inner_start, span.inner_end))
            else:
                self.size += span.kind != "hidden"

    def _without_terms(self, visible: str) -> str:
        return self._terms.sub(lambda match: _HIDDEN * len(match[0]), visible) if self._terms else visible

    def _bare(self, start: int, numeral: Numeral, remedy: str = REMEDY) -> None:
        """Note a number that nothing covers; without a remedy, it is a part of one that is refused as a whole."""
        at, end = start + numeral.start, start + numeral.end
        self.bare.append(Bare(at, end, self.clean[at:end]))
        self.counts["bare"] += 1
        if remedy and not self.unchecked:
            self._refuse(at, numeral.text, remedy)

    def _refuse(self, at: int, text: str, remedy: str) -> None:
        self.troubles.append(Trouble(at, "bare number", remedy, text, "", "unchecked"))

    def _code(self, span: Span, place: Place) -> None:
        text = self.clean[span.inner_start : span.inner_end]
        if self.unchecked:
            self._code_unchecked(span, place, text)
            return
        reading = read_code(self.chapter, place, self.clean, span)
        if reading.trouble is not None:
            self.troubles.append(reading.trouble)
        match reading.region:
            case Claim(words=words) as claim:
                self.claims.append(claim)
                self.counts["claims"] += len(numerals(words))
            case Equation() as found:
                self.equations.append(found)
                self.counts["equations"] += len(numerals(text))
            case Mention() as mention:
                self.mentions.append(mention)
            case Term() as term:
                self.terms.append(term)
                self.counts["terms"] += len(numerals(text))
            case Bare() as bare:
                self._bare_code(bare, place)

    def _code_unchecked(self, span: Span, place: Place, text: str) -> None:
        """On a page that is not looked at, only arithmetic and claims are."""
        found = equation(text.replace("\n", " "), math=False)
        region = None if found is None else read_code(self.chapter, place, self.clean, span).region
        if isinstance(region, Equation):
            self.equations.append(region)
            self.counts["equations"] += len(numerals(text))
        elif isinstance(region, Claim):
            self.claims.append(region)
            self.counts["claims"] += len(numerals(region.words))
        else:
            self.counts["bare"] += len(numerals(text))

    def _bare_code(self, bare: Bare, place: Place) -> None:
        self.bare.append(bare)
        found = numerals(bare.text)
        self.counts["bare"] += len(found)
        if found and all(not character.isalpha() for character in bare.text):
            self.troubles.append(Trouble(bare.start, "bare number", REMEDY, bare.text, "", "unchecked"))
        else:
            above = "" if place.listing is not None or place.silent else ": there is no listing above"
            remedy = f"{CODE_REMEDY}[`{bare.text}`]{{# reason}}"
            self.troubles.append(
                Trouble(bare.start, f"nothing checks this code{above}", remedy, bare.text, "", "unchecked")
            )

    def _math(self, span: Span) -> None:
        start, end = span.inner_start, span.inner_end
        text = self.clean[start:end]
        found = equation(text, math=True)
        notation = _without_notation(text)
        if isinstance(found, Arithmetic):
            self.equations.append(Equation(start, end, text, math=True))
            self.counts["equations"] += len(numerals(notation))
            return
        for numeral in numerals(notation):
            self._bare(start, numeral)

    def _tied(self, span: Span, place: Place) -> None:
        """`[words]{...}`: a waiver or a claim."""
        tail = self.clean[span.tail_start : span.tail_end]
        words = self.clean[span.inner_start : span.inner_end]
        shown = self.clean[span.start : span.end]
        if tail.startswith("#"):
            self._waiver(span, place, tail, words, shown)
        elif not tail:
            remedy = "write an expression, or # and a reason"
            self.troubles.append(
                Trouble(span.start, "nothing stands between these braces", remedy, shown, "", "expression")
            )
        else:
            self.counts["claims"] += len(numerals(words))
            self._claim(span, place, tail)

    def _claim(self, span: Span, place: Place, tail: str) -> None:
        expression = tail.replace("\n", " ")
        asked = question(self.chapter, place, expression)
        if isinstance(asked, Mistake):
            self._mistake(span.tail_start, expression, asked)
        elif asked is not None:
            self.claims.append(
                Claim(span.start, span.end, "claim", span.inner_start, span.inner_end,
                      self.clean[span.inner_start : span.inner_end], span.tail_start, expression,
                      asked.parts[0].snippet if place.listing is None else place.listing, asked)
            )  # fmt: skip

    def _mistake(self, start: int, expression: str, mistake: Mistake) -> None:
        self.troubles.append(
            Trouble(start + mistake.offset, mistake.message, mistake.remedy, expression, "", "expression")
        )

    def _waiver(self, span: Span, place: Place, tail: str, words: str, shown: str) -> None:
        reason = tail[1:]
        if reason.strip() and not reason[0].isspace():
            remedy = "write a space after the #, and the reason"
            self.troubles.append(
                Trouble(span.tail_start, "a waiver needs a space and a reason after its #", remedy, shown, "", "waiver")
            )
        elif not reason.strip():
            remedy = "say after the # why nothing can check these words"
            self.troubles.append(Trouble(span.tail_start, "this waiver has no reason", remedy, shown, "", "waiver"))
        elif not self._excuses(span, place):
            remedy = "remove the brackets and the braces"
            self.troubles.append(Trouble(span.start, "this waiver excuses nothing", remedy, shown, "", "waiver"))
        else:
            self.waivers.append(
                Waiver(span.start, span.end, span.inner_start, span.inner_end, " ".join(reason.split()))
            )
        self.counts["waived"] += len(numerals(words))

    def _excuses(self, span: Span, place: Place) -> bool:
        """Whether the words of a waiver hold anything that would be bare."""
        if place.silent:
            return True
        visible = self._visible(span.inner_start, span.inner_end, span.inner)
        said = [visible, *(self.clean[start:end] for start, end in titles(self.clean, span.inner))]
        if any(numerals(self._without_terms(words)) for words in said):
            return True
        for inner in span.inner:
            text = self.clean[inner.inner_start : inner.inner_end]
            if inner.kind == "math" and equation(text, math=True) is None and numerals(_without_notation(text)):
                return True
            if inner.kind == "code":
                region = read_code(self.chapter, place, self.clean, inner).region
                if isinstance(region, Bare):
                    return True
                if isinstance(region, Mention) and region.question is not None:
                    name = re.split(r"\W", region.question.parts[0].probe.expression.lstrip("("), maxsplit=1)[0]
                    if not knows(self.chapter, region.listing, name):
                        return True
        return False

    def _table(self, found: Table, place: Place) -> None:
        bound: dict[int, Binding] = {}
        for column, cell in enumerate(found.header):
            binding = self._binding(cell)
            if binding is None:
                self.words(cell.start, cell.end, place)
            else:
                bound[column] = binding
                self.bindings.append(binding)
                inner, _ = spans(self.clean, binding.words_start, binding.words_end, self.references)
                parted = self._seen(binding.words_start, binding.words_end, inner)
                self._beside(inner)
                self._plain(binding.words_start, binding.words_end, inner, parted)
        wrong = {column for column, binding in bound.items() if self._is_wrong(binding, place)}
        for row, cells in enumerate(found.rows):
            contents = tuple(_content(self.clean[cell.start : cell.end]) for cell in cells)
            for column, cell in enumerate(cells):
                if column not in bound or any(span.kind == "tied" for span in self._spans(cell)):
                    self.words(cell.start, cell.end, place)
                else:
                    self.counts["tables"] += len(numerals(self.clean[cell.start : cell.end]))
                    self.size += len(self.clean[cell.start : cell.end].split())
                    self._seen(cell.start, cell.end, self._spans(cell))
                    self._beside(self._spans(cell))
                    if column not in wrong:
                        self._cell(cell, bound[column], row, contents, place)

    def _spans(self, cell: Cell) -> tuple[Span, ...]:
        return spans(self.clean, cell.start, cell.end, self.references)[0]

    def _binding(self, cell: Cell) -> Binding | None:
        """The expression that a header cell binds its column to: the cell holds nothing but `[words]{expression}`."""
        tied = [span for span in self._spans(cell) if span.kind == "tied"]
        if len(tied) != 1:
            return None
        (span,) = tied
        expression = self.clean[span.tail_start : span.tail_end]
        around = self.clean[cell.start : span.start] + self.clean[span.end : cell.end]
        if around.strip(_EMPHASIS) or not expression or expression.startswith("#"):
            return None
        return Binding(span.start, span.end, span.inner_start, span.inner_end, span.tail_start, expression)

    def _is_wrong(self, binding: Binding, place: Place) -> bool:
        # `row` and `cell[k]` are no names of a run: constants stand in for them until a row fills them in.
        asked = question(self.chapter, place, fill(binding.expression, 0, (0,) * _COLUMNS))
        if isinstance(asked, Mistake):
            self._mistake(binding.expression_start, binding.expression, asked)
        return not asked or isinstance(asked, Mistake)

    def _cell(
        self, cell: Cell, binding: Binding, row: int, contents: tuple[str | int | float, ...], place: Place
    ) -> None:
        if cell.start == cell.end:
            remedy = "state the value, or waive the cell: [–]{# reason}"
            self.troubles.append(
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
        expression = fill(binding.expression, row, contents)
        asked = question(self.chapter, place, expression)
        if isinstance(asked, Mistake):
            self._mistake(binding.expression_start, expression, asked)
        elif asked is not None:
            self.claims.append(
                Claim(cell.start, cell.end, "cell", cell.start, cell.end, self.clean[cell.start : cell.end],
                      binding.expression_start, expression, place.listing or asked.parts[0].snippet, asked)
            )  # fmt: skip


_COLUMNS = 64
"""How many cells a row may have for `cell[k]` to be checked in the header already."""


def _content(text: str) -> str | int | float:
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


def _unmarked(text: str) -> str:
    """Plain words without emphasis, brackets of links and backslashes."""
    return re.sub(r"\\(\W)|[*\[\]]|(?<!\w)_+|_+(?!\w)", r"\1", text)


def _without_notation(latex: str) -> str:
    """LaTeX with its subscripts, superscripts and commands blotted out: they are notation."""
    # So are letters, or the coefficient in `2e` would pass for a part of a name.
    without = _NOTATION.sub(lambda match: _HIDDEN * len(match[0]), latex)
    return re.sub(r"[A-Za-z]", " ", without)
