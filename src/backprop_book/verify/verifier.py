"""verifier: gives a verdict on each region of a document, from the runs of the snippets that it speaks of."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from backprop_book.core.cache import Memo
from backprop_book.core.model import Answer, Run, Trace, Value
from backprop_book.core.problems import Origin, Problem
from backprop_book.record.decoder import OpaqueError, decode
from backprop_book.run import Request, Tracer
from backprop_book.scan import Source
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Claim, Document, Equation, Output
from backprop_book.scan.question import Part, Question
from backprop_book.verify.cross_run import evaluated
from backprop_book.verify.failure import notebook_failure
from backprop_book.verify.judge import judge_apart, judge_claim, judge_equation, judge_mention, judge_relation
from backprop_book.verify.outputs import judge_output
from backprop_book.verify.provenance import Provenance, printed_by, provenance_of
from backprop_book.verify.runs import Record, Runs
from backprop_book.verify.values import numbers
from backprop_book.verify.verdict import HOLDS, Region, Verdict, regions, told
from backprop_book.verify.wording import judge_between


class Verifier:
    """Gives a verdict on each region of each document, once, from the runs of the snippets."""

    def __init__(
        self,
        chapter: Chapter,
        tracer: Tracer,
        runs: Mapping[str, Run] = MappingProxyType({}),
        memory: Path | None = None,
        memo: Memo | None = None,
        records: Mapping[str, Record] = MappingProxyType({}),
    ) -> None:
        """Get ready.

        Args:
            chapter: What is verified.
            tracer: Runs the snippets.
            runs: Runs that are there already, by stem; they must have been asked what the chapter asks.
            memory: Where it is kept what expressions over several runs give; nowhere without it.
            memo: Verdicts that were given before.
            records: What is known of earlier runs of the same code, by stem.
        """
        self.chapter = chapter
        """What is verified."""
        self.runs = Runs(chapter, tracer, runs, records)
        """The runs of its snippets."""
        self._tracer = tracer
        self._memory = memory
        self._memo = memo or Memo()
        self._combined: dict[Question, Answer] = {}
        self._verdicts: dict[str, tuple[Verdict, ...]] = {}
        self._names = {
            stem: chapter.snippets[stem].module_names if stem in chapter.snippets else ()
            for stem in chapter.files.values()
        }

    def verdicts(self, document: Document) -> tuple[Verdict, ...]:
        """A verdict on each claim, equation, output and mention of the document, in the order of place."""
        path = document.source.path
        if path not in self._verdicts:
            self.runs.perform(sorted(document.spoken_of))
            self._combine_with(document)
            runs = [self.runs.of(stem) for stem in sorted(document.spoken_of)]
            # Documents and runs are kept by their contents themselves: one that is the same object has the same content.
            key = ("verdicts", id(document), *map(id, runs)) if self.runs.has_answered(document) else object()
            *_, self._verdicts[path] = self._memo(lambda: (document, runs, self._judged(document)), key)
        return self._verdicts[path]

    def _judged(self, document: Document) -> tuple[Verdict, ...]:
        found = {region.start: self._verdict(document, region) for region in regions(document)}
        for relation in document.relations:
            sides = [found.get(relation.start + distance) for distance in relation.distances]
            if first := next((each for each in sides if each is not None), None):
                known = [each.answer.value if each is not None and each.answer is not None else None for each in sides]
                is_held = all(each is None or each.status == "holds" for each in sides)
                problem = judge_relation(document.source, relation, known).problem if is_held else None
                if problem is not None:
                    found[first.region.start] = replace(first, status="fails", problem=problem)
        for first, second in pairwise(found.values()):
            found[first.region.start] = _compared(document.source, first, second)
        return tuple(found.values())

    def answers(self, questions: Sequence[Question]) -> tuple[Answer | str, ...]:
        """What the runs gave for questions of the chapter: for each an answer, or the stem of a snippet that did not finish."""
        self.runs.perform(sorted({part.snippet for question in questions for part in question.parts}))
        self._combine(questions)
        return tuple(self.runs.broken(question) or _asked(self._answer(question)) for question in questions)

    def ask(self, questions: Iterable[Question]) -> None:
        """Ask what the chapter does not, in one more run of each snippet for all of it.

        Raises:
            BookError: A run did not finish, although it did before it was asked.
        """
        questions = list(questions)
        self.runs.ask(questions)
        self._combine(questions)

    def verdict(
        self, document: Document, region: Region, given: Mapping[Question, Answer] = MappingProxyType({})
    ) -> Verdict | None:
        """A verdict on one region of a document that need not be the chapter's; None if it asks what nobody has asked.

        Args:
            document: What the region stands in.
            region: What is to be checked.
            given: Answers that are known without asking.
        """
        if isinstance(region, Output):
            self.runs.perform([region.listing])
        elif not isinstance(region, Equation) and region.question is not None:
            self.runs.perform(part.snippet for part in region.question.parts)
            is_known = region.question in given or self._answer(region.question)
            if not is_known and not self.runs.broken(region.question):
                return None
        return self._verdict(document, region, given)

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the chapter: what the scan found, runs that failed, claims that do not hold."""
        self.runs.perform(sorted(self.chapter.snippets))
        unfinished = (stem for stem in self.chapter.snippets if not self.runs.has_finished(stem))
        failures = [failure for stem in unfinished if (failure := self.runs.failure(stem)) is not None]
        found: set[Problem] = set()
        for document in self.chapter.documents:
            found.update(told(self.verdicts(document)))
        return tuple(sorted({*self.chapter.problems, *failures, *found}))

    def notebook_problems(self, paths: Collection[str]) -> Iterator[Problem]:
        """Run notebooks as scripts, and report those that fail, as they would in the build."""
        root = self.chapter.config.root
        requests = [Request(root / path, source=self.chapter.notebooks[path], book=root) for path in paths]
        for path, run in zip(paths, self._tracer.run(requests), strict=True):
            if (problem := notebook_failure(path, run.outcome)) is not None:
                yield problem

    def _combine(self, questions: Iterable[Question]) -> None:
        """Answer the questions that put parts of several runs together."""
        ready: dict[Question, dict[str, Value]] = {}
        for question in questions:
            if not question.combination or question in self._combined or self.runs.broken(question):
                continue
            parts = [_asked(self.runs.answer(part)) for part in question.parts]
            unanswered = next((part for part in parts if part.value is None), None)
            values = {f"part_{n}": part.value for n, part in enumerate(parts) if part.value is not None}
            if given := unanswered or self._memo.known(_key(question, values)):
                self._combined[question] = given
            else:
                ready[question] = values
        combinations = [(question.combination, values) for question, values in ready.items()]
        for (question, values), answer in zip(
            ready.items(), evaluated(self._tracer, self._memory, combinations), strict=True
        ):
            self._combined[question] = self._memo.keep(_key(question, values), answer)

    def _combine_with(self, document: Document) -> None:
        """Answer such questions of a document, and with them all others that can be answered: each time takes a process of its own."""
        if any(question not in self._combined and not self.runs.broken(question) for question in document.combined):
            waiting = (each for each in self.chapter.documents if each.source.path not in self._verdicts)
            asked = (question for each in waiting for question in each.combined)
            there = self.runs.identities()
            self._combine(each for each in asked if all(part.snippet in there for part in each.parts))

    def _answer(self, question: Question) -> Answer | None:
        """What the runs gave for a question; None if it was not asked."""
        if question.combination:
            return self._combined.get(question)
        return self.runs.answer(question.parts[0])

    def _verdict(
        self, document: Document, region: Region, given: Mapping[Question, Answer] = MappingProxyType({})
    ) -> Verdict:
        source = document.source
        answer = None
        if isinstance(region, Equation):
            judgement = judge_equation(document, region)
        elif isinstance(region, Output):
            if not self.runs.has_finished(region.listing):
                return Verdict(source.path, region, "not evaluated", broken=region.listing)
            judgement = judge_output(source, region, self.runs.of(region.listing).trace.stdout)
        elif region.question is None:
            judgement = HOLDS
        else:
            if broken := self.runs.broken(region.question):
                return Verdict(source.path, region, "not evaluated", broken=broken)
            answer = given.get(region.question) or _asked(self._answer(region.question))
            if isinstance(region, Claim):
                apart = self._apart(region) if answer.value is None else None
                shifted = self._answer(region.shifted) if region.shifted else None
                judgement = (
                    judge_claim(source, region, answer, self._names, shifted)
                    if apart is None
                    else judge_apart(source, region, *apart)
                )
            else:
                judgement = judge_mention(source, region, answer, self._names)
        problem = judgement.problem
        found: tuple[Provenance, ...] = ()
        if isinstance(region, Claim) and answer is not None and answer.value is not None:
            found = provenance_of(region.question, answer, self._trace)
        elif isinstance(region, Output) and problem is not None:
            found = printed_by(region, problem.expected, self._trace(region.listing))
        if problem is None:
            return Verdict(source.path, region, "holds", answer=answer, provenance=found)
        if problem.kind in ("value", "output"):
            problem = replace(problem, origins=self._origins(found))
        return Verdict(source.path, region, "fails", problem, judgement.edits, answer, found)

    def _trace(self, stem: str) -> Trace:
        return self.runs.of(stem).trace

    def _origins(self, places: Iterable[Provenance]) -> tuple[Origin, ...]:
        """The statements at some places, as a problem names them."""
        found = []
        for place in places:
            if place.statement is not None:
                statement = self._trace(place.snippet).statements[place.statement]
                path = self.chapter.snippets[place.snippet].path
                found.append(Origin(path, statement.line, statement.first_line))
        return tuple(found)

    def _apart(self, claim: Claim) -> tuple[Part, str] | None:
        """The part of a claim over several runs whose value cannot leave its run, and why."""
        for part in claim.question.parts if claim.question.combination else ():
            value = _asked(self.runs.answer(part)).value
            try:
                if value is not None:
                    decode(value)
            except OpaqueError as error:
                return part, str(error)
        return None


def _compared(source: Source, first: Verdict, second: Verdict) -> Verdict:
    """The verdict on a claim, in which the words between it and the next one have a part."""
    if not (isinstance(first.region, Claim) and isinstance(second.region, Claim)):
        return first
    values = [
        numbers(each.answer.value) if each.status == "holds" and each.answer and each.answer.value else None
        for each in (first, second)
    ]
    match values:
        case [[left], [right]]:
            problem = judge_between(source, first.region, second.region, (left, right)).problem
            return first if problem is None else replace(first, status="fails", problem=problem)
    return first


def _key(question: Question, values: Mapping[str, Value]) -> Hashable:
    """What an expression over several runs depends on: its text, and the contents of its values."""
    said = ((name, value.kind, value.type, value.digest) for name, value in values.items())
    return ("combined", question.combination, *said)


def _asked(answer: Answer | None) -> Answer:
    assert answer is not None, "it was asked before"
    return answer
