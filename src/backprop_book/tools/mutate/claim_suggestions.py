"""claim_suggestions: changes of the code that no sentence notices, and so what the book could still say about it."""

import ast
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from backprop_book.core.model import Run
from backprop_book.core.problems import BookError, place
from backprop_book.run import Limits, Request, Tracer
from backprop_book.scan.document import Claim, Document, Mention, Output
from backprop_book.source import Snippet
from backprop_book.tools.mutate.mutants import one_more
from backprop_book.verify import Verifier
from backprop_book.verify.verdict import Region, Verdict, regions

_SWAPPED: Mapping[type[ast.operator | ast.cmpop], tuple[str, str]] = MappingProxyType({
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"), ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"), ast.Pow: ("**", "*"),
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"), ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"), ast.In: ("in", "not in"),
})  # fmt: skip
"""Each operator as it is written, and what it becomes. A matrix product has no neighbour that would do anything but fail."""
_MANTISSA = re.compile(r"[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*")
_SKIPPED = re.compile(r"(?:[\s()\\]|#[^\n]*)*")


@dataclass(frozen=True, slots=True)
class CodeMutant:
    """One change of one snippet."""

    path: str
    """The snippet."""
    stem: str
    """Its stem."""
    line: int
    """Line of what is changed, from 1."""
    column: int
    """Its column, from 1."""
    found: str
    """The code there."""
    becomes: str
    """The replacement."""
    source: str
    """The whole snippet with the change."""


def code_mutants(snippet: Snippet) -> tuple[CodeMutant, ...]:
    """All changes of a snippet, in the order of place.

    A number becomes one unit of its last digit larger; of the operators, plus and minus, times and divided by, and each
    comparison and its neighbour change places. What stands inside f-strings is left alone.
    """
    text = snippet.text
    changes = sorted(_changes(ast.parse(text), _Offsets(text), text))
    found = []
    for start, end, new in changes:
        line, column = place(text, start)
        changed = f"{text[:start]}{new}{text[end:]}"
        found.append(CodeMutant(snippet.path, snippet.stem, line, column, text[start:end], new, changed))
    return tuple(found)


class _Offsets:
    """Where a node of the syntax tree stands, in characters: its columns count bytes."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Offsets of the first character of a node, and after its last."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)

    def _at(self, line: int, column: int) -> int:
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())


def _changes(node: ast.AST, offsets: _Offsets, text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and replacement of each change below a node."""
    match node:
        case ast.JoinedStr():  # the places of what is inside are known from Python 3.12 on only
            return
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            start, end = offsets.span(node)
            if (larger := _larger(text[start:end])) is not None:
                yield start, end, larger
        case ast.BinOp():
            yield from _swap(node.op, offsets.span(node.left)[1], text)
        case ast.AugAssign():
            yield from _swap(node.op, offsets.span(node.target)[1], text)
        case ast.Compare():
            for operator, left in zip(node.ops, (node.left, *node.comparators[:-1]), strict=True):
                yield from _swap(operator, offsets.span(left)[1], text)
    for child in ast.iter_child_nodes(node):
        yield from _changes(child, offsets, text)


def _swap(operator: ast.operator | ast.cmpop, after: int, text: str) -> Iterator[tuple[int, int, str]]:
    if type(operator) not in _SWAPPED:
        return
    written, becomes = _SWAPPED[type(operator)]
    skipped = _SKIPPED.match(text, after)
    assert skipped is not None, "the pattern matches nothing, too"
    assert text.startswith(written, skipped.end()), (
        "only brackets and comments stand between an operand and its operator"
    )
    yield skipped.end(), skipped.end() + len(written), becomes


def _larger(number: str) -> str | None:
    """A decimal number with one unit more in its last digit: 0.1 becomes 0.2, 1e-6 becomes 2e-6. None for one in another base."""
    found = _MANTISSA.match(number)
    if found is None or number[:2].lower() in ("0x", "0b", "0o"):
        return None
    return f"{one_more(found[0].replace('_', ''))}{number[found.end() :]}"


_TOGETHER = 8
"""How many changed snippets the tracer is given at a time."""
Progress = Callable[[str, int, int], None]
"""Told the snippet, how many of its changes were tried, and how many there are."""


@dataclass(frozen=True, slots=True)
class Ideas:
    """The outcome of the changes of one snippet."""

    path: str
    """The snippet."""
    tried: int
    """How many of its changes were tried."""
    unnoticed: tuple[CodeMutant, ...]
    """Those that no sentence notices, in the order of place."""
    left: int
    """How many were not tried, because the time was over."""


def find_ideas(
    verifier: Verifier, tracer: Tracer, stems: Sequence[str], seconds: float, progress: Progress
) -> tuple[Ideas, ...]:
    """Change snippets in one place at a time, and run each change with the questions that the chapter asks of the snippet.

    A change is noticed if the run does not finish, or if a claim, an output or a mention anywhere in the chapter does not hold
    any more. Snippets that import the changed one import it as it is on disk.

    Args:
        verifier: Has the runs of the chapter, or makes them.
        tracer: Runs the changed snippets.
        stems: The snippets.
        seconds: When these are over, no further change is tried.
        progress: Is told how far it is.

    Raises:
        BookError: A run that the sentences about these snippets depend on does not finish.
    """
    spoken_of = [_stems(region) for document in verifier.chapter.documents for region in regions(document)]
    needed = set(stems).union(*(each for each in spoken_of if each.intersection(stems)))
    runs = {stem: verifier.runs.of(stem) for stem in sorted(needed)}
    if failures := [failure for stem in runs if (failure := verifier.runs.failure(stem)) is not None]:
        raise BookError(failures)
    deadline = time.monotonic() + seconds
    return tuple(_ideas(verifier, tracer, stem, runs, deadline, progress) for stem in stems)


def _ideas(
    verifier: Verifier, tracer: Tracer, stem: str, runs: dict[str, Run], deadline: float, progress: Progress
) -> Ideas:
    chapter = verifier.chapter
    made = code_mutants(chapter.snippets[stem])
    concerned = [
        (document, region) for document in chapter.documents for region in regions(document) if stem in _stems(region)
    ]
    probes = tuple(answer.probe for answer in runs[stem].answers)
    # A change may turn a loop into an endless one; whatever takes so much longer is noticed.
    limits = Limits(seconds=2 + 10 * runs[stem].seconds, kept=1)
    script = chapter.config.root / chapter.snippets[stem].path
    unnoticed: list[CodeMutant] = []
    tried = 0
    while tried < len(made) and time.monotonic() < deadline:
        progress(chapter.snippets[stem].path, tried, len(made))
        batch = made[tried : tried + _TOGETHER]
        requests = [
            Request(Path(script), probes, limits=limits, source=mutant.source, book=chapter.config.root)
            for mutant in batch
        ]
        for mutant, run in zip(batch, tracer.run(requests), strict=True):
            other = Verifier(chapter, tracer, {**runs, stem: run})
            if run.outcome.kind == "finished" and not _is_noticed(other, concerned):
                unnoticed.append(mutant)
        tried += len(batch)
    progress(chapter.snippets[stem].path, tried, len(made))
    return Ideas(chapter.snippets[stem].path, tried, tuple(unnoticed), len(made) - tried)


def _is_noticed(verifier: Verifier, concerned: Sequence[tuple[Document, Region]]) -> bool:
    """Whether a region does not hold in the runs of this verifier; parts of several runs are put together last."""
    waiting = []
    for document, region in concerned:
        verdict = verifier.verdict(document, region)
        if verdict is None:
            waiting.append((document, region))
        elif verdict.status != "holds":
            return True
    verifier.ask(
        region.question for _, region in waiting if isinstance(region, Claim | Mention) and region.question is not None
    )
    return any(verdict.status != "holds" for verdict in _verdicts(verifier, waiting))


def _verdicts(verifier: Verifier, concerned: Sequence[tuple[Document, Region]]) -> Iterator[Verdict]:
    for document, region in concerned:
        verdict = verifier.verdict(document, region)
        assert verdict is not None, "it was asked"
        yield verdict


def _stems(region: Region) -> set[str]:
    if isinstance(region, Output):
        return {region.listing}
    if isinstance(region, Claim | Mention) and region.question is not None:
        return {part.snippet for part in region.question.parts}
    return set()
