"""verifier: gives a verdict on each region of a document, from the runs of the snippets that it speaks of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from backprop_book.chapter import Chapter, Claim, Document, Equation, Output, Question
from backprop_book.chapter.asked import Part
from backprop_book.errors import Origin, Problem
from backprop_book.model import Answer, Run, Trace, Value
from backprop_book.tracing import OpaqueError, Tracer, decode
from backprop_book.verify.combined import evaluated
from backprop_book.verify.judge import judge_apart, judge_claim, judge_equation, judge_mention
from backprop_book.verify.outputs import judge_output
from backprop_book.verify.provenance import Provenance, printed_by, provenance_of
from backprop_book.verify.runs import Runs
from backprop_book.verify.verdict import HOLDS, Region, Verdict, regions, told


class Verifier:
    """Gives a verdict on each region of each document, once, from the runs of the snippets."""

    def __init__(
        self,
        chapter: Chapter,
        tracer: Tracer,
        runs: Mapping[str, Run] = MappingProxyType({}),
        memory: Path | None = None,
    ) -> None:
        """Get ready.

        Args:
            chapter: What is verified.
            tracer: Runs the snippets.
            runs: Runs that are there already, by stem; they must have been asked what the chapter asks.
            memory: Where it is remembered what expressions over several runs give; nowhere without it.
        """
        self.chapter = chapter
        """What is verified."""
        self.runs = Runs(chapter, tracer, runs)
        """The runs of its snippets."""
        self._tracer = tracer
        self._memory = memory
        self._combined: dict[Question, Answer] = {}
        # What was combined before an edit, and what that gave.
        self._past: dict[Question, tuple[list[Answer | None], Answer]] = {}
        self._verdicts: dict[str, tuple[Verdict, ...]] = {}
        self._told: dict[str, tuple[Problem, ...]] = {}
        self._names = {
            stem: chapter.snippets[stem].module_names if stem in chapter.snippets else ()
            for stem in chapter.files.values()
        }

    def after(self, chapter: Chapter, changed: Collection[str]) -> "Verifier":
        """A verifier of the book as it is after an edit: what was found before and cannot have changed is there already.

        Args:
            chapter: What the book says now.
            changed: The snippets whose code, or what that depends on, is not what ran.
        """
        other = Verifier(chapter, self._tracer, memory=self._memory)
        other.runs = self.runs.after(chapter, changed)
        kept = other.runs.identities().keys()
        other._past = dict(self._past)
        for question, answer in self._combined.items():
            if all(part.snippet in kept for part in question.parts):
                other._combined[question] = answer
            else:
                other._past[question] = [self.runs.answer(part) for part in question.parts], answer
        old = {document.source.path: document for document in self.chapter.documents}
        ended, waiting = kept - self.runs.running(), self.runs.waiting()
        for document in chapter.documents:
            path = document.source.path
            is_told = old.get(path) is document and path in self._told and path not in waiting
            if is_told and document.spoken_of <= ended:
                other._verdicts[path] = self._verdicts[path]
                other._told[path] = self._told[path]
        return other

    def verdicts(self, document: Document) -> tuple[Verdict, ...]:
        """A verdict on each claim, equation, output and mention of the document, in the order of place."""
        path = document.source.path
        if path not in self._verdicts:
            self.runs.perform(sorted(document.spoken_of))
            self._combine_with(document)
            self._verdicts[path] = tuple(self._verdict(document, region) for region in regions(document))
        return self._verdicts[path]

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
            path = document.source.path
            if path not in self._told:
                self._told[path] = tuple(told(self.verdicts(document)))
            found.update(self._told[path])
        return tuple(sorted({*self.chapter.problems, *failures, *found}))

    def _combine(self, questions: Iterable[Question]) -> None:
        """Answer the questions that put parts of several runs together."""
        ready: dict[Question, dict[str, Value]] = {}
        for question in questions:
            if not question.combination or question in self._combined or self.runs.broken(question):
                continue
            parts = [_asked(self.runs.answer(part)) for part in question.parts]
            unanswered = next((part for part in parts if part.value is None), None)
            past, answer = self._past.get(question, (None, None))
            if given := unanswered or (answer if past == parts else None):
                self._combined[question] = given
            else:
                ready[question] = {f"part_{n}": part.value for n, part in enumerate(parts) if part.value is not None}
        if not ready:
            return
        combinations = [(question.combination, values) for question, values in ready.items()]
        self._combined |= dict(zip(ready, evaluated(self._tracer, self._memory, combinations), strict=True))

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


def _asked(answer: Answer | None) -> Answer:
    assert answer is not None, "it was asked before"
    return answer
