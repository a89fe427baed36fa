"""claim_links: where a reader finds the step that a number of the prose comes from: the listing, the line, the step, the link."""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from backprop_book.core.model import Statement, Trace
from backprop_book.core.problems import shorten
from backprop_book.render.claims import ProvenanceView, parts
from backprop_book.run import state
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Claim, Document, Listing
from backprop_book.scan.question import Part
from backprop_book.verify import Provenance
from backprop_book.verify.verdict import Verdict

_CODE = 72
"""So many characters of a statement are quoted."""


def claim_provenance(
    chapter: Chapter,
    page: Document,
    verdict: Verdict,
    trace: Callable[[str], Trace],
    link: Callable[[Document], str],
) -> tuple[ProvenanceView, ...]:
    """Say where the value of a claim comes from: one place for each snippet that it speaks of.

    Args:
        chapter: All pages.
        page: The page on which the claim stands, in its prose or in the notes of one of its listings.
        verdict: The verdict on the claim, which holds.
        trace: Gives the run of a snippet, by its stem.
        link: Gives the address of a page; empty for the page itself.
    """
    assert isinstance(verdict.region, Claim)
    asked = verdict.region.question.parts
    return tuple(
        _provenance_view(
            chapter, page, found, trace(found.snippet), link, [p for p in asked if p.snippet == found.snippet]
        )
        for found in verdict.provenance
    )


def ident(page: Document, listing: Listing) -> str:
    """What the ids of a listing begin with: the stem of its snippet, numbered where it is not the first of that snippet on its page."""
    earlier = sum(found.snippet == listing.snippet and found.start < listing.start for found in page.listings)
    return f"{listing.snippet}-{earlier + 1}" if earlier else listing.snippet


def spot_of(path: str, offset: int) -> str:
    """What tells words of a document from all others: a page shown live has it as `data-at` of the words."""
    return f"{path}:{offset}"


def relative(document: Document, target: Document) -> str:
    """The path from one page to another; empty for the page itself."""
    if target is document:
        return ""
    return posixpath.relpath(target.source.path, posixpath.dirname(document.source.path))


def _provenance_view(
    chapter: Chapter,
    page: Document,
    found: Provenance,
    trace: Trace,
    link: Callable[[Document], str],
    asked: Iterable[Part],
) -> ProvenanceView:
    if found.statement is None and not found.moment:
        return ProvenanceView("Plain arithmetic", link="It reads nothing from a listing.")
    statement = None if found.statement is None else trace.statements[found.statement]
    known = listings(chapter, page, found.snippet)
    first = next(known, None)
    # Nearly always the first one shows it; the pages of a large book are not all looked at for each of its claims.
    everywhere = () if first is None else chain([first], known)
    showing = next((each for each in everywhere if statement is None or _shows(chapter, each[1], statement)), None)
    places = [f"line {statement.line}" if statement is not None else "", found.moment]
    code = shorten(statement.first_line, _CODE) if statement is not None else ""
    if first is None:
        return ProvenanceView(f"{found.snippet}.py", _together(places), code, link="No page lists this program.")
    where, listing = showing or first
    there = f" in “{where.title}”" if where is not page and where.title else ""
    href = f"{link(where)}#{ident(where, listing)}"
    if not showing:
        return ProvenanceView(
            listing.title, _together([*places, "which is not shown"]), code, href, f"Show the listing{there}"
        )
    if statement is None:
        return ProvenanceView(listing.title, _together(places), "", href, f"Show the listing{there}")
    if found.step is None:
        return ProvenanceView(
            listing.title, _together(places), code, f"{href}-s{statement.index}", f"Show the line{there}"
        )
    shown = [step.index for step in trace.steps if _shows(chapter, listing, trace.statements[step.statement])]
    places.insert(1, f"moment {shown.index(found.step) + 1} of {len(shown)}")
    held = state(trace, found.step)
    read = tuple(dict.fromkeys(read for part in asked for read in parts(part.expression.tree, held)))
    return ProvenanceView(
        listing.title, _together(places), code, f"{href}-t{found.step}", f"Show this moment{there}", read
    )


def _together(words: Iterable[str]) -> str:
    return ", ".join(filter(None, words))


def listings(chapter: Chapter, page: Document, stem: str) -> Iterator[tuple[Document, Listing]]:
    """Where a snippet is shown: on the page itself first."""
    shown = chapter.listed.get(stem, ())
    yield from (found for found in shown if found[0] is page)
    yield from (found for found in shown if found[0] is not page)


def _shows(chapter: Chapter, listing: Listing, statement: Statement) -> bool:
    """Whether a listing, which may be of a part of its snippet, holds a statement."""
    if not listing.section:
        return True
    first, last = chapter.snippets[listing.snippet].sections[listing.section]
    return first <= statement.line and statement.end_line <= last
