"""Headings and links in the notes of a snippet. Both quote statements.

A heading quotes the statements that its note explains. A link is a paragraph that names statements of another listing which do
the same, and compares their results: In `training_step_numpy`: `dL_dy = ...`. [The gradients are the same]{np.allclose(...)}.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backprop_book.chapter.block_parser import Block
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.document import Claim, Link, Quote
from backprop_book.chapter.inline_parser import spans
from backprop_book.chapter.source import Trouble
from backprop_book.snippet import Mismatch, Snippet, anchor

_HEADING_FORM = "## `code`, `more code`: title"
_COMMA = re.compile(r"\s*,\s*")
_HEADING_TITLE = re.compile(r"\s*(?::\s*|$)")


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
        if span.kind != "code" or not (_COMMA.fullmatch(gap) if count else not gap.strip()):
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
    title = _HEADING_TITLE.match(clean, at, block.end)
    if count == 0:
        remedy = "quote the statement that is explained, or use a heading of a lower level"
        line = clean[block.start : block.end]
        troubles.append(
            Trouble(block.start, "the heading of a note quotes no code", remedy, line, _HEADING_FORM, "notes")
        )
    elif title is None:
        rest = clean[at : block.end]
        shift = len(rest) - len(rest.lstrip())
        remedy = "write a colon between the code and the title"
        troubles.append(
            Trouble(at + shift, "this is neither a quote nor a title", remedy, rest.strip(), _HEADING_FORM, "notes")
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


_LINK_FORM = "In `snippet`: `code`, `more code`. [They give the same]{a comparison}."
_STEM = re.compile(r"\w+")
_COLON = re.compile(r"\s*:\s*")
_COMMA_OR_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")


def read_link(chapter: Chapter, clean: str, block: Block, own: str) -> tuple[Link | None, tuple[Trouble, ...]]:
    """Read a paragraph of the notes of the snippet `own`, which is a link if it begins with ``In `snippet`:``.

    Returns:
        The link, which ends where its last quote does (what follows is prose), and what is wrong with it.
    """
    found, _ = spans(clean, block.start, block.end, frozenset())
    if not found or found[0].kind != "code" or clean[block.start : found[0].start].strip() != "In":
        return None, ()
    first = found[0]
    stem = clean[first.inner_start : first.inner_end]
    colon = _COLON.match(clean, first.end, block.end)
    if not _STEM.fullmatch(stem) or colon is None:
        return None, ()
    stems = tuple(chapter.files.values())
    if stem not in stems and (len(found) == 1 or found[1].start != colon.end()):
        return None, ()
    if stem == own or stem not in stems:
        near = difflib.get_close_matches(stem, [each for each in stems if each != own], 1)
        message = "a listing is linked with itself" if stem == own else "there is no such snippet"
        remedy = "name the other snippet" if stem == own else "correct the name"
        return None, (Trouble(first.inner_start, message, remedy, stem, "".join(near), "link"),)
    snippet = chapter.snippets.get(stem)
    quotes: list[Quote] = []
    troubles: list[Trouble] = []
    at = colon.end()
    count = 0
    for span in found[1:]:
        gap = _COMMA_OR_AND.fullmatch(clean, at, span.start) if count else span.start == at
        if span.kind != "code" or not gap:
            break
        count += 1
        at = span.end
        text = clean[span.inner_start : span.inner_end]
        if snippet is None:  # it does not parse, which is reported where it stands
            continue
        statement = anchor(snippet, text)
        if isinstance(statement, Mismatch):
            troubles.append(mismatch(snippet, span.inner_start, text, statement))
        else:
            quotes.append(Quote(span.inner_start, span.inner_end, text, statement.index))
    if not count:
        shown = clean[block.start : block.end].strip()
        remedy = "quote the statements that do the same, right after the colon"
        troubles.append(Trouble(block.start, "this link names no statement", remedy, shown, _LINK_FORM, "link"))
    return Link(block.start, at, first.inner_start, first.inner_end, stem, tuple(quotes)), tuple(troubles)


def uncompared(chapter: Chapter, link: Link, own: str, claims: Iterable[Claim]) -> Iterator[Trouble]:
    """What the claims of a link's paragraph fail to compare: the link would hold whatever its statements give."""
    snippet = chapter.snippets.get(link.snippet)
    if snippet is None:
        return
    both = [claim for claim in claims if {own, link.snippet} <= {part.snippet for part in claim.question.parts}]
    if not both:
        remedy = f"claim it in this paragraph: [the same]{{np.allclose({link.snippet}.name, name)}}"
        message = "nothing compares what these statements give with what the linked ones give"
        yield Trouble(link.start, message, remedy, "", f"a claim that reads {own} and {link.snippet}", "link")
        return
    statements = [snippet.statements[quote.statement] for quote in link.quotes]
    reached = {
        name for each in statements for name in each.binds if any(_reads(claim, link.snippet, name) for claim in both)
    }
    # What a statement gives may also enter what a later one of them gives, which is compared.
    for each in reversed(statements):
        if reached.intersection(each.binds):
            reached.update(name.partition(".")[0] for name in each.reads)
    for quote, each in zip(link.quotes, statements, strict=True):
        if each.binds and not reached.intersection(each.binds):
            remedy = "compare it in a claim of this paragraph, or leave the statement out"
            wanted = " or ".join(f"{link.snippet}.{name}" for name in each.binds)
            yield Trouble(
                quote.start, "no claim compares what this statement gives", remedy, quote.text, wanted, "link"
            )


def _reads(claim: Claim, stem: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){stem}\.{name}\b", claim.expression) is not None
