"""asides: words of a page that stand in no running text, and numbers that are shown otherwise than they are read."""

from collections.abc import Iterable

from backprop_book.chapter.front import Said
from backprop_book.chapter.gathered import Gathered
from backprop_book.chapter.inline import entities
from backprop_book.chapter.shown import Shown, Torn, shown, titles, torn, unreadable
from backprop_book.chapter.span import Span
from backprop_book.chapter.trouble import Trouble
from backprop_book.digits import foreign, numerals

TITLE_REMEDY = "say it in the text, where it can be claimed"


def read_said(into: Gathered, said: Iterable[Said]) -> None:
    """Read the words of the front matter and of titles of fences: no claim can stand there, so they repeat what one of the page says."""
    if into.unchecked:
        return
    texts = [claim.words for claim in into.claims] + [found.text for found in into.equations]
    texts += [term.text for term in into.terms]
    texts += [into.clean[waiver.words_start : waiver.words_end] for waiver in into.waivers]
    covered = {(numeral.value, numeral.percent) for text in texts for numeral in numerals(text)}
    for each in said:
        for numeral in numerals(into.without_terms(each.text)):
            if (numeral.value, numeral.percent) not in covered:
                at = max(into.clean.find(numeral.text, each.start, each.end), each.start)
                message = f"nothing on this page checks this number of the {each.name}"
                remedy = "claim it on the page, too, or leave it out here"
                into.troubles.append(Trouble(at, message, remedy, numeral.text, "", "unchecked"))
        for offset in foreign(each.text):
            character = each.text[offset]
            at = max(into.clean.find(character, each.start, each.end), each.start)
            into.illegible(at, character)


def read_title(into: Gathered, start: int, end: int) -> None:
    """Read words that are shown or read out although they stand in no text, where nothing can be claimed."""
    for numeral in numerals(into.without_terms(into.clean[start:end])):
        into.nothing_covers(start, numeral, TITLE_REMEDY)
    _unread(into, shown(into.clean, start, end, entities(into.clean, start, end)))


def read_unprinted(into: Gathered, found: tuple[Span, ...]) -> None:
    """Read what a link, an image or an element says to those who hover over it or hear it: these are words, too."""
    for start, end in titles(into.clean, found):
        read_title(into, start, end)
    for span in found:
        # A waiver excuses all that stands between its brackets.
        if span.kind == "tied" and not into.clean.startswith("#", span.tail_start):
            read_beside(into, span.inner)


def read_beside(into: Gathered, inner: tuple[Span, ...]) -> None:
    """Refuse the numbers of titles inside a claim, which compares its words alone."""
    for start, end in titles(into.clean, inner) if not into.unchecked else ():
        for numeral in numerals(into.without_terms(into.clean[start:end])):
            into.refuse(start + numeral.start, numeral.text, TITLE_REMEDY)


def read_as_shown(into: Gathered, start: int, end: int, found: tuple[Span, ...]) -> tuple[Torn, ...]:
    """Refuse numbers that no check reads as a reader does, in the words of claims, too."""
    if into.unchecked:
        return ()
    seen = shown(into.clean, start, end, found)
    _unread(into, seen)
    waived = [
        (span.start, span.end) for span in found if span.kind == "tied" and into.clean.startswith("#", span.tail_start)
    ]
    parted = tuple(
        each
        for each in torn(into.clean, seen)
        if not any(begin <= each.start and each.end <= stop for begin, stop in waived)
    )
    for each in parted:
        written = into.clean[each.start : each.end]
        message = "markup splits this number, so it is not read as it is shown"
        remedy = f"write {each.text} without markup inside it"
        into.troubles.append(Trouble(each.start, message, remedy, written, each.text, "unchecked"))
    return parted


def _unread(into: Gathered, seen: Shown) -> None:
    """Refuse numbers that are written in other characters than the digits."""
    if not into.unchecked:
        for offset, character in unreadable(seen):
            into.illegible(offset, character)
