"""links: a paragraph of notes that says which statements of another listing do the same, and compares what they give.

In `training_step_numpy`: `dL_dy = ...`, `dL_dW2 = ...`. [The gradients are the same]{np.allclose(...)}.
"""

import difflib
import re
from collections.abc import Iterable, Iterator

from backprop_book.chapter.blocks import Block
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.headings import mismatch
from backprop_book.chapter.inline import spans
from backprop_book.chapter.notes import Link, Quote
from backprop_book.chapter.regions import Claim
from backprop_book.chapter.trouble import Trouble
from backprop_book.snippet import Mismatch, anchor

_FORM = "In `snippet`: `code`, `more code`. [They give the same]{a comparison}."
_STEM = re.compile(r"\w+")
_COLON = re.compile(r"\s*:\s*")
_BETWEEN = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")


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
        gap = _BETWEEN.fullmatch(clean, at, span.start) if count else span.start == at
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
        troubles.append(Trouble(block.start, "this link names no statement", remedy, shown, _FORM, "link"))
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
    return re.search(rf"(?<![\w.]){stem}\.{name}\b", claim.expression.text) is not None
