"""headings: the headings of notes, which quote the statements that are explained."""

import re
from dataclasses import dataclass

from backprop_book.chapter.blocks import Block
from backprop_book.chapter.inline import spans
from backprop_book.chapter.notes import Quote
from backprop_book.chapter.trouble import Trouble
from backprop_book.snippet import Mismatch, Snippet, anchor

_FORM = "## `code`, `more code`: title"
_BETWEEN = re.compile(r"\s*,\s*")
_TITLE = re.compile(r"\s*(?::\s*|$)")


@dataclass(frozen=True, slots=True)
class Heading:
    """What the heading of a note says."""

    quotes: tuple[Quote, ...]
    """The statements that it explains."""
    title_start: int
    """Start of its words after the code."""
    troubles: tuple[Trouble, ...] = ()
    """What is wrong with it."""


def read_heading(clean: str, block: Block, snippet: Snippet | None) -> Heading:
    """Read the heading of a note about `snippet` (None if that is missing or broken, which is reported elsewhere)."""
    found, _ = spans(clean, block.start, block.end, frozenset())
    at = block.start
    quotes: list[Quote] = []
    troubles: list[Trouble] = []
    count = 0
    for span in found:
        gap = clean[at : span.start]
        if span.kind != "code" or not (_BETWEEN.fullmatch(gap) if count else not gap.strip()):
            break
        count += 1
        at = span.end
        text = clean[span.inner_start : span.inner_end]
        if snippet is None:
            continue
        statement = anchor(snippet, text)
        if isinstance(statement, Mismatch):
            troubles.append(mismatch(snippet, span.inner_start, text, statement))
        else:
            quotes.append(Quote(span.inner_start, span.inner_end, text, statement.index))
    title = _TITLE.match(clean, at, block.end)
    if count == 0:
        remedy = "quote the statement that is explained, or use a heading of a lower level"
        line = clean[block.start : block.end]
        troubles.append(Trouble(block.start, "the heading of a note quotes no code", remedy, line, _FORM, "notes"))
    elif title is None:
        rest = clean[at : block.end]
        shift = len(rest) - len(rest.lstrip())
        remedy = "write a colon between the code and the title"
        troubles.append(
            Trouble(at + shift, "this is neither a quote nor a title", remedy, rest.strip(), _FORM, "notes")
        )
    return Heading(tuple(quotes), title.end() if title else at, tuple(troubles))


def mismatch(snippet: Snippet, offset: int, text: str, found: Mismatch) -> Trouble:
    """Why a quote does not mean one statement."""
    if found.reason == "none":
        remedy = "quote one statement of the snippet as it stands there; it may be shortened with `...` at its end"
        return Trouble(offset, f"no statement of {snippet.path} is this", remedy, text, found.places, "notes")
    headers = [snippet.statements[each.parent].first_line for each in found.statements if each.parent is not None]
    last = text.rpartition("›")[2].strip()
    outside = f"; outside of all, write `› {last}`" if len(headers) == len(found.statements) - 1 else ""
    remedy = (
        f"put the header around it before it: `{headers[-1]} › {last}`{outside}"
        if headers
        else "quote more of it, or make the statements differ"
    )
    return Trouble(
        offset, f"{len(found.statements)} statements of {snippet.path} are this", remedy, text, found.places, "notes"
    )
