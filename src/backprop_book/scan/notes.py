"""Headings and links in the notes of a snippet. Both quote statements.

A heading quotes the statements that its note explains. A link is a paragraph that names statements of another listing which do
the same, and compares their results: In `training_step_numpy`: `dL_dy = ...`. [The gradients are the same]{np.allclose(...)}.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backprop_book.scan.block_parser import Block
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Claim, Link, Quote
from backprop_book.scan.inline_parser import Span, spans
from backprop_book.scan.source import Diagnostic
from backprop_book.source import Mismatch, Snippet, anchor

_HEADING_FORM = "## `code`, `more code`: title"
_TITLE = re.compile(r"\s*(?::\s*|$)")
_COMMA = re.compile(r"\s*,\s*")
_LINK_FORM = "In `snippet`: `code`, `more code`. [They give the same]{a comparison}."
_STEM = re.compile(r"\w+")
_COLON = re.compile(r"\s*:\s*")
_COMMA_OR_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a note."""

    quotes: tuple[Quote, ...]
    """The statements that it explains."""
    title_start: int
    """Start of its words after the code."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What is wrong with it."""


@dataclass(frozen=True, slots=True)
class _Quotes:
    """Quotes that follow each other."""

    end: int
    """End of the last code span, or where the quotes should begin if there is none."""
    count: int
    """Number of code spans."""
    found: tuple[Quote, ...]
    """The quotes that mean one statement."""
    diagnostics: tuple[Diagnostic, ...]
    """What is wrong with the others."""


def _read_quotes(
    clean: str, at: int, inline: Iterable[Span], separator: re.Pattern[str], snippet: Snippet | None
) -> _Quotes:
    """Read the code spans from `at` on. Without a snippet, which is broken, they are only counted."""
    count = 0
    quotes: list[Quote] = []
    diagnostics: list[Diagnostic] = []
    for span in inline:
        gap = clean[at : span.start]
        if span.kind != "code" or not (separator.fullmatch(gap) if count else not gap.strip()):
            break
        count += 1
        at = span.end
        text = clean[span.inner_start : span.inner_end]
        if snippet is None:
            continue
        statement = anchor(snippet, text)
        if isinstance(statement, Mismatch):
            diagnostics.append(_mismatch(snippet, span.inner_start, text, statement))
        else:
            quotes.append(Quote(span.inner_start, span.inner_end, text, statement.index))
    return _Quotes(at, count, tuple(quotes), tuple(diagnostics))


def _mismatch(snippet: Snippet, offset: int, text: str, found: Mismatch) -> Diagnostic:
    if found.reason == "none":
        remedy = "quote one statement of the snippet as it stands there; it may be shortened with `...` at its end"
        return Diagnostic(offset, f"no statement of {snippet.path} is this", remedy, text, found.places, "notes")
    headers = [snippet.statements[each.parent].first_line for each in found.statements if each.parent is not None]
    last = text.rpartition("›")[2].strip()
    remedy = "quote more of it, or make the statements differ"
    if headers:
        outside = f"; outside of all, write `› {last}`" if len(headers) == len(found.statements) - 1 else ""
        remedy = f"put the header around it before it: `{headers[-1]} › {last}`{outside}"
    message = f"{len(found.statements)} statements of {snippet.path} are this"
    return Diagnostic(offset, message, remedy, text, found.places, "notes")


def read_heading(clean: str, block: Block, snippet: Snippet | None) -> Heading:
    """Read the heading of a note.

    Args:
        clean: The notes, with spaces in place of what is not prose.
        block: The heading.
        snippet: The snippet that the notes explain; None if it is missing or broken, which is reported elsewhere.
    """
    found, _ = spans(clean, block.start, block.end, frozenset())
    quotes = _read_quotes(clean, block.start, found, _COMMA, snippet)
    diagnostics = [*quotes.diagnostics]
    title = _TITLE.match(clean, quotes.end, block.end)
    if not quotes.count:
        message = "the heading of a note quotes no code"
        remedy = "quote the statement that is explained, or use a heading of a lower level"
        diagnostics.append(
            Diagnostic(block.start, message, remedy, clean[block.start : block.end], _HEADING_FORM, "notes")
        )
    elif title is None:
        rest = clean[quotes.end : block.end]
        at = block.end - len(rest.lstrip())
        message, remedy = "this is neither a quote nor a title", "write a colon between the code and the title"
        diagnostics.append(Diagnostic(at, message, remedy, rest.strip(), _HEADING_FORM, "notes"))
    return Heading(quotes.found, title.end() if title else quotes.end, tuple(diagnostics))


def read_link(chapter: Chapter, clean: str, block: Block, own: str) -> tuple[Link | None, tuple[Diagnostic, ...]]:
    """Read a paragraph that begins with ``In `snippet`:`` as a link.

    Args:
        chapter: The chapter, which has the snippets.
        clean: The notes, with spaces in place of what is not prose.
        block: The paragraph.
        own: Stem of the snippet that the notes explain.

    Returns:
        The link up to its last quote, or None if the paragraph is not a link; and what is wrong.
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
        return None, (Diagnostic(first.inner_start, message, remedy, stem, "".join(near), "link"),)
    quotes = _read_quotes(clean, colon.end(), found[1:], _COMMA_OR_AND, chapter.snippets.get(stem))
    diagnostics = [*quotes.diagnostics]
    if not quotes.count:
        shown = clean[block.start : block.end].strip()
        remedy = "quote the statements that do the same, right after the colon"
        diagnostics.append(Diagnostic(block.start, "this link names no statement", remedy, shown, _LINK_FORM, "link"))
    link = Link(block.start, quotes.end, first.inner_start, stem, quotes.found)
    return link, tuple(diagnostics)


def uncompared(chapter: Chapter, link: Link, own: str, claims: Iterable[Claim]) -> Iterator[Diagnostic]:
    """The statements of a link whose results the claims of its paragraph do not compare.

    Args:
        chapter: The chapter, which has the snippets.
        link: The link.
        own: Stem of the snippet that the notes explain.
        claims: The claims of the link's paragraph.
    """
    snippet = chapter.snippets.get(link.snippet)
    if snippet is None:
        return
    both = [claim for claim in claims if {own, link.snippet} <= {part.snippet for part in claim.question.parts}]
    if not both:
        remedy = f"claim it in this paragraph: [the same]{{np.allclose({link.snippet}.name, name)}}"
        message = "nothing compares what these statements give with what the linked ones give"
        yield Diagnostic(link.start, message, remedy, "", f"a claim that reads {own} and {link.snippet}", "link")
        return
    statements = [snippet.statements[quote.statement] for quote in link.quotes]
    compared = {
        name for each in statements for name in each.binds if any(_reads(claim, link.snippet, name) for claim in both)
    }
    # A statement's result may also enter the result of a later statement of the link, which is compared.
    for each in reversed(statements):
        if compared.intersection(each.binds):
            compared.update(name.partition(".")[0] for name in each.reads)
    for quote, each in zip(link.quotes, statements, strict=True):
        if each.binds and not compared.intersection(each.binds):
            message = "no claim compares what this statement gives"
            remedy = "compare it in a claim of this paragraph, or leave the statement out"
            wanted = " or ".join(f"{link.snippet}.{name}" for name in each.binds)
            yield Diagnostic(quote.start, message, remedy, quote.text, wanted, "link")


def _reads(claim: Claim, stem: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){stem}\.{name}\b", claim.expression.text) is not None
