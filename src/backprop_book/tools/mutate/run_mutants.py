"""run_mutants: whether something notices each mutant, judged against the runs that are there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from backprop_book.core.cache import Memo
from backprop_book.core.model import Answer
from backprop_book.core.problems import BookError, Problem
from backprop_book.scan import scan_text
from backprop_book.scan.document import Claim, Document, Equation, Mention, Output
from backprop_book.scan.question import Question
from backprop_book.tools.mutate.mutants import Mutant, mutants
from backprop_book.verify import Verifier
from backprop_book.verify.verdict import Region, regions


@dataclass(frozen=True, slots=True)
class Trial:
    """The outcome of the mutants of one document."""

    document: Document
    """The document."""
    mutants: tuple[Mutant, ...]
    """All of them, in the order of place."""
    survivors: tuple[Mutant, ...]
    """Those that nothing notices."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """A problem for each survivor."""
        return tuple(sorted(mutant.problem(self.document) for mutant in self.survivors))


@dataclass(frozen=True, slots=True)
class _Changed:
    """The document of a mutant, compared with the original."""

    is_wrong: bool
    """Whether the scan finds something wrong with it."""
    fresh: tuple[Region, ...]
    """The regions in it that were not in the document before: all others are judged as they were."""


class _Changes:
    """The changes of one document. Each is scanned once."""

    def __init__(self, verifier: Verifier, document: Document) -> None:
        self._verifier = verifier
        self._document = document
        self._memo = Memo()
        self._held = {_said(region) for region in regions(document)}
        self._known: dict[tuple[int, int, str], _Changed] = {}

    def questions(self, mutant: Mutant) -> Iterator[Question]:
        """The questions whose answers tell whether a check notices a mutant."""
        changed = self._changed(mutant)
        for region in () if changed.is_wrong or mutant.kind == "negation" else changed.fresh:
            if isinstance(region, Claim | Mention) and region.question is not None:
                yield region.question

    def is_noticed(self, mutant: Mutant) -> bool | None:
        """Whether something notices a mutant; None if that depends on what nobody has asked."""
        changed = self._changed(mutant)
        if changed.is_wrong:
            return True
        given = self._turned(mutant, changed)
        verdicts = [self._verifier.verdict(self._document, region, given) for region in changed.fresh]
        if any(verdict is not None and verdict.status != "holds" for verdict in verdicts):
            return True
        return None if None in verdicts else False

    def _changed(self, mutant: Mutant) -> _Changed:
        key = mutant.start, mutant.end, mutant.text
        if key not in self._known:
            source = self._document.source
            text = f"{source.text[: mutant.start]}{mutant.text}{source.text[mutant.end :]}"
            document = scan_text(self._verifier.chapter, source.path, text, source.newline, self._memo)
            fresh = tuple(region for region in regions(document) if _said(region) not in self._held)
            self._known[key] = _Changed(bool(document.problems), fresh)
        return self._known[key]

    def _turned(self, mutant: Mutant, changed: _Changed) -> dict[Question, Answer]:
        """The answers to an expression that was turned around: they follow from those that the run gave before."""
        if mutant.kind != "negation":
            return {}
        before = [
            verdict for verdict in self._verifier.verdicts(self._document) if _asks_at(verdict.region, mutant.start)
        ]
        after = [
            region.question for region in changed.fresh if isinstance(region, Claim) and _asks_at(region, mutant.start)
        ]
        return {
            question: replace(verdict.answer, value=replace(value, data=not value.data))
            for verdict, question in zip(before, after, strict=False)
            if verdict.answer is not None
            and (value := verdict.answer.value) is not None
            and isinstance(value.data, bool)
        }


def try_all(verifier: Verifier, documents: Iterable[Document]) -> tuple[Trial, ...]:
    """Make each mutant of the documents, and find those that nothing notices.

    A mutant is noticed if the changed document has a problem, or a region that does not hold. Only what the change reaches is
    scanned and judged again. What was not asked before (a claim of a table whose first column has changed, a name with
    another letter) is asked for all mutants together: in the runs of the chapter, or in one more run of each snippet that has
    run before.

    Args:
        verifier: Has the runs, or makes them.
        documents: Documents of its chapter.

    Raises:
        BookError: The documents have problems, so that one more would show nothing.
    """
    documents = tuple(documents)
    wrong = [problem for document in documents for problem in document.problems]
    changes = [_Changes(verifier, document) for document in documents]
    for document, each in zip(documents, changes, strict=True):
        for mutant in () if wrong else mutants(verifier.chapter, document):
            verifier.runs.prepare(each.questions(mutant))
    wrong += [problem for document in documents for problem in _faults(verifier, document)]
    if wrong:
        raise BookError(wrong)
    made = [mutants(verifier.chapter, document, verifier.verdicts(document)) for document in documents]
    pairs = [(each, mutant) for each, found in zip(changes, made, strict=True) for mutant in found]
    noticed = {mutant: each.is_noticed(mutant) for each, mutant in pairs}
    unasked = [(each, mutant) for each, mutant in pairs if noticed[mutant] is None]
    verifier.ask(question for each, mutant in unasked for question in each.questions(mutant))
    noticed |= {mutant: each.is_noticed(mutant) for each, mutant in unasked}
    return tuple(
        Trial(document, found, tuple(mutant for mutant in found if not noticed[mutant]))
        for document, found in zip(documents, made, strict=True)
    )


def _faults(verifier: Verifier, document: Document) -> Iterator[Problem]:
    """The problems of a document, and of the snippets that did not finish."""
    for verdict in verifier.verdicts(document):
        if verdict.problem is not None:
            yield verdict.problem
        elif verdict.broken and (failure := verifier.runs.failure(verdict.broken)) is not None:
            yield failure


def _asks_at(region: Region, start: int) -> bool:
    return isinstance(region, Claim) and region.expression_start == start


def _said(region: Region) -> tuple[object, ...]:
    """The parts of a region that its verdict depends on."""
    match region:
        case Claim():
            return "claim", region.form, region.words, region.expression, region.question
        case Equation():
            return "equation", region.text, region.math
        case Output():
            return "output", region.text, region.listing
        case _:
            return "mention", region.name, region.question
