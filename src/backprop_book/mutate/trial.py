"""trial: whether something notices each mutant, judged against the runs that are there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from backprop_book.chapter import Claim, Document, Equation, Mention, Output, Question, Rescan
from backprop_book.errors import BookError, Problem
from backprop_book.model import Answer
from backprop_book.mutate.mutants import Mutant, mutants
from backprop_book.verify import Region, Verifier, regions


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of the mutants of one document."""

    document: Document
    """The document."""
    mutants: tuple[Mutant, ...]
    """All of them, in the order of place."""
    survivors: tuple[Mutant, ...]
    """Those that nothing notices."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the document: one problem for each survivor."""
        return tuple(sorted(mutant.problem(self.document) for mutant in self.survivors))


@dataclass(frozen=True, slots=True)
class _Changed:
    """A mutant and what it makes of its document."""

    mutant: Mutant
    """The mutant."""
    document: Document
    """The part of the changed document that the change reaches, or all of it."""
    fresh: tuple[Region, ...]
    """The regions in it that were not in the document before."""
    given: dict[Question, Answer]
    """Answers that follow from those that the run gave before."""


def try_all(verifier: Verifier, documents: Iterable[Document]) -> tuple[Trial, ...]:
    """Make each mutant of the documents, and find those that nothing notices.

    A mutant is noticed if the changed document has a problem, or a region that does not hold. Only what the change reaches is
    scanned and judged again. What was not asked before (a claim of a table whose first column has changed, a name with
    another letter) is asked for all mutants together, in one more run of each snippet.

    Args:
        verifier: Has the runs, or makes them.
        documents: Documents of its chapter.

    Raises:
        BookError: The documents have problems, so that one more would show nothing.
    """
    documents = tuple(documents)
    wrong = [problem for document in documents for problem in document.problems]
    wrong += [problem for document in documents for problem in _faults(verifier, document)]
    if wrong:
        raise BookError(wrong)
    made = [mutants(verifier.chapter, document, verifier.verdicts(document)) for document in documents]
    survivors: set[Mutant] = set()
    open_questions: list[_Changed] = []
    for document, each in zip(documents, made, strict=True):
        for changed in _changes(verifier, document, each):
            noticed = _is_noticed(verifier, changed)
            if noticed is None:
                open_questions.append(changed)
            elif not noticed:
                survivors.add(changed.mutant)
    verifier.ask(question for changed in open_questions for question in _questions(changed))
    survivors |= {changed.mutant for changed in open_questions if not _is_noticed(verifier, changed)}
    return tuple(
        Trial(document, each, tuple(mutant for mutant in each if mutant in survivors))
        for document, each in zip(documents, made, strict=True)
    )


def _faults(verifier: Verifier, document: Document) -> Iterator[Problem]:
    """What does not hold in a document, or was not evaluated."""
    for verdict in verifier.verdicts(document):
        if verdict.problem is not None:
            yield verdict.problem
        elif verdict.broken and (failure := verifier.failure(verdict.broken)) is not None:
            yield failure


def _changes(verifier: Verifier, document: Document, made: tuple[Mutant, ...]) -> Iterator[_Changed]:
    """What each mutant makes of its document."""
    rescan = Rescan(verifier.chapter, document)
    held = {_said(region) for region in regions(document)}
    for mutant in made:
        changed = rescan.change(mutant.start, mutant.end, mutant.text)
        fresh = tuple(region for region in regions(changed) if _said(region) not in held)
        yield _Changed(mutant, changed, fresh, _turned(verifier, document, mutant, changed))


def _turned(verifier: Verifier, document: Document, mutant: Mutant, changed: Document) -> dict[Question, Answer]:
    """The answers to an expression that was turned around, where it gave True before."""
    if mutant.kind != "negation":
        return {}
    given: dict[Question, Answer] = {}
    before = [verdict for verdict in verifier.verdicts(document) if _asks_at(verdict.region, mutant.start)]
    after = [claim for claim in changed.claims if _asks_at(claim, mutant.start)]
    for verdict, claim in zip(before, after, strict=False):
        answer = verdict.answer
        if answer is not None and answer.value is not None and isinstance(answer.value.data, bool):
            given[claim.question] = replace(answer, value=replace(answer.value, data=not answer.value.data))
    return given


def _asks_at(region: Region, start: int) -> bool:
    return isinstance(region, Claim) and region.expression_start == start


def _said(region: Region) -> tuple[object, ...]:
    """All of a region that its judgement depends on: regions that are alike in this are judged alike."""
    match region:
        case Claim():
            return "claim", region.form, region.words, region.expression, region.question
        case Equation():
            return "equation", region.text, region.math
        case Output():
            return "output", region.text, region.listing
        case Mention():
            return "mention", region.name, region.question


def _questions(changed: _Changed) -> Iterator[Question]:
    for region in changed.fresh:
        if isinstance(region, Claim | Mention) and region.question is not None and region.question not in changed.given:
            yield region.question


def _is_noticed(verifier: Verifier, changed: _Changed) -> bool | None:
    """Whether something notices a mutant; None if that depends on what nobody has asked."""
    if changed.document.problems:
        return True
    verdicts = [verifier.verdict(changed.document, region, changed.given) for region in changed.fresh]
    if any(verdict is not None and verdict.status != "holds" for verdict in verdicts):
        return True
    return None if None in verdicts else False
