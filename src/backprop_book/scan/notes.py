"""Headings and links in the notes of a snippet. Both quote statements.

A heading quotes the statements that its note explains. A link is a paragraph that names statements of another listing which do
the same, and compares their results: In `training_step_numpy`: `dL_dy = ...`. [The gradients are the same]{np.allclose(...)}.
"""

import difflib
import re
from collections.abc import Iterable

from backprop_book.core.model import Statement
from backprop_book.scan.block_parser import Block
from backprop_book.scan.collector import Collector
from backprop_book.scan.document import Claim, Link, Quote
from backprop_book.scan.inline_parser import Span, spans
from backprop_book.source import Mismatch, Snippet, anchor

_HEADING_FORM = "## `code`, `more code`: title"
_TITLE = re.compile(r"\s*(?::\s*|$)")
_COMMA = re.compile(r"\s*,\s*")
_LINK_FORM = "In `snippet`: `code`, `more code`. [They give the same]{a comparison}."
_STEM = re.compile(r"\w+")
_COLON = re.compile(r"\s*:\s*")
_COMMA_OR_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")


def read_heading(collector: Collector, block: Block, stem: str) -> tuple[tuple[Quote, ...], int]:
    """Read the heading of a note on a statement of the snippet `stem`.

    Returns:
        The statements that it quotes, and the offset of the title after them.
    """
    clean = collector.clean
    inline, _ = spans(clean, block.start, block.end, frozenset())
    end, quotes = _read_quotes(collector, block.start, inline, _COMMA, collector.chapter.snippets.get(stem))
    title = _TITLE.match(clean, end, block.end)
    if end == block.start:
        message = "the heading of a note quotes no code"
        remedy = "quote the statement that is explained, or use a heading of a lower level"
        collector.diagnose(block.start, message, remedy, clean[block.start : block.end], _HEADING_FORM, "notes")
    elif title is None:
        rest = clean[end : block.end]
        message, remedy = "this is neither a quote nor a title", "write a colon between the code and the title"
        collector.diagnose(block.end - len(rest.lstrip()), message, remedy, rest.strip(), _HEADING_FORM, "notes")
    return quotes, title.end() if title else end


def read_link(collector: Collector, block: Block, own: str) -> Link | None:
    """Read a paragraph that begins with ``In `snippet`:`` as a link.

    Args:
        collector: Collects what is wrong.
        block: The paragraph.
        own: Stem of the snippet that the notes explain.

    Returns:
        The link up to its last quote; None if the paragraph is not a link.
    """
    clean, stems = collector.clean, tuple(collector.chapter.files.values())
    inline, _ = spans(clean, block.start, block.end, frozenset())
    if not inline or inline[0].kind != "code" or clean[block.start : inline[0].start].strip() != "In":
        return None
    first = inline[0]
    stem = collector.inner(first)
    colon = _COLON.match(clean, first.end, block.end)
    if not _STEM.fullmatch(stem) or colon is None:
        return None
    if stem not in stems and (len(inline) == 1 or inline[1].start != colon.end()):
        return None
    if stem == own or stem not in stems:
        near = difflib.get_close_matches(stem, [each for each in stems if each != own], 1)
        message = "a listing is linked with itself" if stem == own else "there is no such snippet"
        remedy = "name the other snippet" if stem == own else "correct the name"
        collector.diagnose(first.inner_start, message, remedy, stem, "".join(near), "link")
        return None
    snippet = collector.chapter.snippets.get(stem)
    end, quotes = _read_quotes(collector, colon.end(), inline[1:], _COMMA_OR_AND, snippet)
    if end == colon.end():
        remedy = "quote the statements that do the same, right after the colon"
        shown = clean[block.start : block.end].strip()
        collector.diagnose(block.start, "this link names no statement", remedy, shown, _LINK_FORM, "link")
    return Link(block.start, end, first.inner_start, stem, quotes)


def _read_quotes(
    collector: Collector, at: int, inline: Iterable[Span], separator: re.Pattern[str], snippet: Snippet | None
) -> tuple[int, tuple[Quote, ...]]:
    """Read the code spans from `at` on, as quotes of a snippet unless it is missing or broken.

    Returns:
        The end of the last code span, which is `at` if there is none; the quotes that mean one statement.
    """
    begin = at
    quotes: list[Quote] = []
    for span in inline:
        gap = collector.clean[at : span.start]
        if span.kind != "code" or not (gap.isspace() or not gap if at == begin else separator.fullmatch(gap)):
            break
        at = span.end
        text = collector.inner(span)
        statement = None if snippet is None else anchor(snippet, text)
        if isinstance(statement, Mismatch) and snippet is not None:
            _mismatch(collector, snippet, span.inner_start, statement)
        elif isinstance(statement, Statement):
            quotes.append(Quote(span.inner_start, span.inner_end, text, statement.index))
    return at, tuple(quotes)


def _mismatch(collector: Collector, snippet: Snippet, at: int, found: Mismatch) -> None:
    """Report a quote that does not mean one statement."""
    message = f"no statement of {snippet.path} is this"
    remedy = "quote one statement of the snippet as it stands there; it may be shortened with `...` at its end"
    if found.reason == "several":
        message = f"{len(found.statements)} statements of {snippet.path} are this"
        remedy = "quote more of it, or make the statements differ"
        headers = [snippet.statements[each.parent].first_line for each in found.statements if each.parent is not None]
        last = found.quote.rpartition("›")[2].strip()
        if headers:
            outside = f"; outside of all, write `› {last}`" if len(headers) == len(found.statements) - 1 else ""
            remedy = f"put the header around it before it: `{headers[-1]} › {last}`{outside}"
    collector.diagnose(at, message, remedy, found.quote, found.places, "notes")


def check_link(collector: Collector, link: Link, own: str) -> None:
    """Report the statements of a link whose results the claims of its paragraph do not compare.

    Args:
        collector: Has the claims of the paragraph.
        link: The link.
        own: Stem of the snippet that the notes explain.
    """
    snippet = collector.chapter.snippets.get(link.snippet)
    if snippet is None:
        return
    claims = collector.found.of(Claim)
    both = [claim for claim in claims if {own, link.snippet} <= {part.snippet for part in claim.question.parts}]
    if not both:
        remedy = f"claim it in this paragraph: [the same]{{np.allclose({link.snippet}.name, name)}}"
        message = "nothing compares what these statements give with what the linked ones give"
        collector.diagnose(link.start, message, remedy, "", f"a claim that reads {own} and {link.snippet}", "link")
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
            collector.diagnose(quote.start, message, remedy, quote.text, wanted, "link")


def _reads(claim: Claim, stem: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){stem}\.{name}\b", claim.expression.text) is not None
