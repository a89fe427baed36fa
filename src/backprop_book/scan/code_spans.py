"""code_spans: what an inline code span says: arithmetic, `name = value`, a name or code of the listing, or nothing that is checked."""

import ast
import builtins
import keyword
import re
import warnings
from dataclasses import dataclass

from backprop_book.core.expressions import ExpressionError, parsed
from backprop_book.core.model import Probe
from backprop_book.numbers.equations import Assertion, equation, prove
from backprop_book.scan.book import Chapter
from backprop_book.scan.collector import Collector
from backprop_book.scan.document import Bare, Claim, ConfiguredTerm, Equation, Mention, describe
from backprop_book.scan.inline_parser import Span
from backprop_book.scan.question import Part, Place, Question
from backprop_book.scan.source import Diagnostic

_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
_LENGTH = 200
Region = Equation | Claim | Mention | ConfiguredTerm | Bare


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """The meaning of a code span."""

    region: Region | None = None
    """The region; None for what needs no check: a keyword, a file of the book, or something whose snippet is broken."""
    diagnostic: Diagnostic | None = None
    """Its mistake."""


def read_code(collector: Collector, place: Place, span: Span) -> CodeMeaning:
    """Read an inline code span."""
    chapter, start, end = collector.chapter, span.inner_start, span.inner_end
    text = collector.clean[start:end].replace("\n", " ")
    if any(excuse.term == text for excuse in chapter.config.terms):
        return CodeMeaning(ConfiguredTerm(start, end, text))
    if isinstance(found := equation(text, math=False), Assertion):
        # A keyword argument reads like an assertion; where its name is no name of the listing, it is a quote.
        if not _is_argument(chapter, place, text, found.name):
            if stale := _stale(chapter, place, found.name):
                message = f"this code no longer stands in the listing, which has {stale}"
                return CodeMeaning(None, Diagnostic(start, message, "quote it as it stands there", text, "", "name"))
            return _assert(chapter, place, text, span, found)
    elif found is not None:
        return CodeMeaning(Equation(start, end, text, math=False))
    if keyword.iskeyword(text) or text in chapter.stems or _is_file(chapter, text):
        return CodeMeaning()
    if place.silent or (place.listing is not None and place.listing not in chapter.snippets):
        return CodeMeaning()
    if _is_literal(text):
        return CodeMeaning(Bare(start, end, text))
    tree = parsed(text) if len(text) <= _LENGTH else None
    name = None if tree is None else _name(tree)
    if name is None:
        listing = chapter.snippets.get(place.listing or "")
        if listing is not None and listing.contains(text):
            return CodeMeaning(Mention(start, end, text, "", listing.stem, None))
        return CodeMeaning(Bare(start, end, text))
    if isinstance(tree, ast.Call) and (tree.args or tree.keywords):
        # The run would only say that the function exists, so the whole call has to stand somewhere.
        stem = chapter.holder(text, place.listing)
        if stem is None:
            return CodeMeaning() if chapter.is_unread else CodeMeaning(Bare(start, end, text))
        return CodeMeaning(Mention(start, end, text, "", stem, None))
    try:
        asked = _resolve(chapter, place, name)
    except ExpressionError as mistake:
        if re.split(r"\W", name, maxsplit=1)[0] in chapter.shared(place.listing):
            return CodeMeaning(None, Diagnostic(start, mistake.message, mistake.remedy, text, "", "expression"))
        return CodeMeaning(Bare(start, end, text))
    return (
        CodeMeaning() if asked is None else CodeMeaning(Mention(start, end, text, name, asked.parts[0].snippet, asked))
    )


def _is_argument(chapter: Chapter, place: Place, text: str, name: str) -> bool:
    listing = chapter.snippets.get(place.listing or "")
    if listing is None or chapter.knows(listing.stem, name):
        return False
    return name.isidentifier() and listing.contains(text)


def _stale(chapter: Chapter, place: Place, name: str) -> str:
    """The keyword arguments of a name that the listing has, where no name of it is meant; empty if there are none."""
    snippet = chapter.snippets.get(place.listing or "")
    if snippet is None or chapter.knows(snippet.stem, name):
        return ""
    given = [each for each in ast.walk(ast.parse(snippet.text)) if isinstance(each, ast.keyword) and each.arg == name]
    codes = (f"`{name}={ast.get_source_segment(snippet.text, each.value)}`" for each in given)
    return " and ".join(dict.fromkeys(codes))


def _assert(chapter: Chapter, place: Place, text: str, span: Span, found: Assertion) -> CodeMeaning:
    """`name = value`: a claim about the listing."""
    start = span.inner_start
    for fault in prove(text, math=False):
        return CodeMeaning(None, describe(start, fault))
    try:
        asked = chapter.question(place, found.name)
    except ExpressionError as mistake:
        at = start + found.name_start + mistake.offset
        return CodeMeaning(None, Diagnostic(at, mistake.message, mistake.remedy, found.name, "", "expression"))
    if asked is None:
        return CodeMeaning()
    claim = Claim(
        span.start, span.end, "span", start + found.value_start, start + found.value_end, found.value,
        start + found.name_start, place.listing or asked.parts[0].snippet, asked,
    )  # fmt: skip
    return CodeMeaning(claim)


def _is_literal(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return not isinstance(value, str | bytes)


def _is_file(chapter: Chapter, text: str) -> bool:
    """Whether the text is the path of a file of the book, from its root or from the folder of the pages or snippets."""
    if not _PATH.fullmatch(text) or not ("." in text or "/" in text) or not text.strip("./"):
        return False
    return chapter.has(text, "", chapter.config.docs, chapter.config.snippets)


def _name(tree: ast.expr) -> str | None:
    """The dotted name, possibly with constant indices, that code is or calls; None if it is something else."""
    if isinstance(tree, ast.Call):
        tree = tree.func
    node = tree
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Subscript) and any(
            isinstance(part, ast.Name | ast.Call) for part in ast.walk(node.slice)
        ):
            return None
        node = node.value
    return ast.unparse(tree) if isinstance(node, ast.Name) else None


def _resolve(chapter: Chapter, place: Place, name: str) -> Question | None:
    """The question whether a name exists; None if its snippet is broken."""
    asked = chapter.question(Place(place.listing), name)
    if asked is None:
        return None
    part = asked.parts[0]
    inside = part.probe.expression
    root = re.split(r"\W", inside, maxsplit=1)[0]
    snippet = chapter.snippets[part.snippet]
    is_inner = root in snippet.inner_names and root not in snippet.module_names and not hasattr(builtins, root)
    # A name of functions or classes lives in their frames only: it must exist in at least one state.
    probe = Probe(inside, "somewhere") if is_inner else Probe(inside)
    return Question((Part(part.snippet, probe, part.expression),), asked.expression)
