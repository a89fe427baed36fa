"""verifier: runs the snippets that a document speaks of, once, and gives a verdict on each of its regions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from backprop_book.chapter import Chapter, Claim, Document, Equation, Output, Question
from backprop_book.chapter.asked import Part
from backprop_book.errors import BookError, Problem
from backprop_book.model import Answer, Probe, Run, Value
from backprop_book.tracing import Limits, OpaqueError, Request, Tracer, decode
from backprop_book.verify.combined import evaluated
from backprop_book.verify.equations import judge_equation
from backprop_book.verify.failure import failed, failure_of
from backprop_book.verify.judge import judge_apart, judge_claim, judge_mention
from backprop_book.verify.judgement import HOLDS
from backprop_book.verify.origins import origins_of
from backprop_book.verify.outputs import judge_output
from backprop_book.verify.verdict import Region, Verdict, regions, told

_PATIENCE = 600.0
"""Seconds that a run may take that is asked more than the chapter asks: the questions take time, too."""


class Verifier:
    """Runs each snippet at most once, with all questions of the whole chapter, and remembers the answers."""

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
        self._tracer = tracer
        self._memory = memory
        self._runs = dict(runs)
        self._answers = {stem: _by_probe(run) for stem, run in runs.items()}
        self._combined: dict[Question, Answer] = {}
        # What was combined before an edit, and what that gave.
        self._past: dict[Question, tuple[list[Answer | None], Answer]] = {}
        self._probes: dict[str, dict[Probe, None]] = {}
        self._patient: set[str] = set()
        # What a run that is known was not asked yet; what it was and gave, while it goes on only because it is asked that; and the
        # snippets that may have been asked something else than what is asked now.
        self._unasked: dict[str, dict[Probe, None]] = {}
        self._known: dict[str, tuple[Run, dict[Probe, Answer]]] = {}
        self._otherwise: set[str] = set()
        self._put_off: frozenset[str] = frozenset()
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
        # One that goes on may have ended since; if it was only asked more, what it did before is known.
        gone = {*changed, *(self._runs.keys() - chapter.snippets.keys()), *(self.running() - self._known.keys())}
        for stem in self._runs.keys() - gone:
            other._runs[stem], other._answers[stem] = self._known.get(stem, (self._runs[stem], self._answers[stem]))
        for stem in other._runs.keys() & {*self._asked_by_others(chapter), *self._known, *self._unasked}:
            if other._has_finished(stem):
                if new := [probe for probe in other.asked(stem) if probe not in other._answers[stem]]:
                    other._unasked[stem] = dict.fromkeys(new)
            elif other.asked(stem) != self.asked(stem):
                # A question that is no longer asked may have been why it did not finish.
                gone.add(stem)
                del other._runs[stem], other._answers[stem]
        other._past = dict(self._past)
        for question, answer in self._combined.items():
            if gone.isdisjoint(part.snippet for part in question.parts):
                other._combined[question] = answer
            else:
                parts = [self._answers[part.snippet].get(part.probe) for part in question.parts]
                other._past[question] = parts, answer
        old = {document.source.path: document for document in self.chapter.documents}
        ended, waiting = other._runs.keys() - self.running(), self.waiting()
        for document in chapter.documents:
            path = document.source.path
            is_told = old.get(path) is document and path in self._told and path not in waiting
            if is_told and document.spoken_of <= ended:
                other._verdicts[path] = self._verdicts[path]
                other._told[path] = self._told[path]
        for stem in chapter.snippets.keys() & {*changed, *self.running()}:
            known, wanted = self.asked(stem).keys(), other.asked(stem).keys()
            # It may run already, asked what was asked of it before. That is good enough if it is more, and comes to an end.
            fits = wanted <= known if stem in changed else wanted == self._wanted(stem).keys()
            if fits:
                other._probes[stem] = dict.fromkeys(known)
                other._otherwise.add(stem)
        return other

    def _asked_by_others(self, chapter: Chapter) -> set[str]:
        """The snippets that somebody asks something who is not as before."""
        before, after = self.chapter.askers, chapter.askers
        same = set(map(id, before)) & set(map(id, after))
        return {stem for each in (*before, *after) if id(each) not in same for stem in each.probes}

    def run(self, stem: str) -> Run:
        """The run of one snippet."""
        self._run([stem])
        return self._runs[stem]

    def perform(self, stems: Iterable[str]) -> None:
        """Run several snippets at a time."""
        self._run(stems)

    def asked_more(self) -> frozenset[str]:
        """The snippets that have run, and are to run once more because more is asked of them."""
        return frozenset(self._unasked)

    def waiting(self) -> frozenset[str]:
        """The documents and scripts, by path, that ask or show something of which it was put off to find it out."""
        awaited = self.awaited()
        if not awaited and not self._unasked:
            return frozenset()
        found = set()
        for each in self.chapter.askers:
            spoken_of = each.spoken_of if isinstance(each, Document) else each.probes.keys()
            unasked = ((each.probes.get(stem, ()), probes) for stem, probes in self._unasked.items())
            if not awaited.isdisjoint(spoken_of) or any(
                not probes.keys().isdisjoint(asked) for asked, probes in unasked
            ):
                found.add(each.source.path)
        return frozenset(found)

    def put_off(self, stems: Iterable[str]) -> None:
        """Do not wait for the runs of some snippets: what is said of them is for another verifier to check."""
        self._put_off = frozenset(stems)

    def runs(self) -> Mapping[str, int]:
        """Which run of each snippet there is so far, as the identity of the object."""
        return {stem: id(run) for stem, run in self._runs.items()}

    def running(self) -> frozenset[str]:
        """The snippets whose run goes on."""
        return frozenset(stem for stem, run in self._runs.items() if run.outcome.kind in ("running", "awaited"))

    def awaited(self) -> frozenset[str]:
        """The snippets whose run was put off."""
        return frozenset(stem for stem, run in self._runs.items() if run.outcome.kind == "awaited")

    def asked(self, stem: str) -> dict[Probe, None]:
        """What one snippet is asked, in order: by the chapter, then by those who ask more."""
        if stem not in self._probes:
            self._probes[stem] = self._wanted(stem)
        return self._probes[stem]

    def _wanted(self, stem: str) -> dict[Probe, None]:
        return dict.fromkeys(probe for each in self.chapter.asking.get(stem, ()) for probe in each.probes[stem])

    def failure(self, stem: str) -> Problem | None:
        """Why the run of a snippet did not finish; None if it did."""
        return failed(self.chapter, stem, self.run)

    def verdicts(self, document: Document) -> tuple[Verdict, ...]:
        """A verdict on each claim, equation, output and mention of the document, in the order of place."""
        path = document.source.path
        if path not in self._verdicts:
            self._run(sorted(document.spoken_of))
            self._combine_with(document)
            self._verdicts[path] = tuple(self._verdict(document, region) for region in regions(document))
        return self._verdicts[path]

    def answers(self, questions: Sequence[Question]) -> tuple[Answer | str, ...]:
        """What the runs gave for questions of the chapter: for each an answer, or the stem of a snippet that did not finish."""
        self._run(sorted({part.snippet for question in questions for part in question.parts}))
        self._combine(questions)
        return tuple(self._broken(question) or self._answered(question) for question in questions)

    def prepare(self, questions: Iterable[Question]) -> None:
        """Have the runs that are still to come asked more than the chapter asks."""
        for part in (part for question in questions for part in question.parts):
            if part.snippet not in self._runs and part.probe not in self.asked(part.snippet):
                self.asked(part.snippet)[part.probe] = None
                self._patient.add(part.snippet)

    def ask(self, questions: Iterable[Question]) -> None:
        """Ask what the chapter does not, in one more run of each snippet for all of it.

        Raises:
            BookError: A run did not finish, although it did before it was asked.
        """
        questions = list(questions)
        self._run(sorted({part.snippet for question in questions for part in question.parts}))
        missing: dict[str, dict[Probe, None]] = {}
        for part in (part for question in questions for part in question.parts):
            if part.probe not in self._answers[part.snippet]:
                missing.setdefault(part.snippet, {})[part.probe] = None
        self._patient |= set(missing)
        requests = [self.request(stem, probes) for stem, probes in missing.items()]
        failures = []
        for stem, run in zip(missing, self._tracer.run(requests), strict=True):
            if failure := failure_of(self.chapter.snippets[stem].path, run.outcome):
                failures.append(failure)
            self._answers[stem] |= _by_probe(run)
        if failures:
            raise BookError(failures)
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
            self._run([region.listing])
        elif not isinstance(region, Equation) and region.question is not None:
            self._run(part.snippet for part in region.question.parts)
            if region.question not in given and not self._broken(region.question) and not self._answer(region.question):
                return None
        return self._verdict(document, region, given)

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the chapter: what the scan found, runs that failed, claims that do not hold."""
        self._run(sorted(self.chapter.snippets))
        ended = (stem for stem in self.chapter.snippets if not self._has_finished(stem))
        failures = [failure for stem in ended if (failure := self.failure(stem)) is not None]
        found: set[Problem] = set()
        for document in self.chapter.documents:
            path = document.source.path
            if path not in self._told:
                self._told[path] = tuple(told(self.verdicts(document)))
            found.update(self._told[path])
        return tuple(sorted({*self.chapter.problems, *failures, *found}))

    def _run(self, stems: Iterable[str]) -> None:
        more = self._unasked.keys() - self._put_off
        wanted = [stem for stem in stems if stem not in self._runs or stem in more]
        for waits in (True, False):
            chosen = [stem for stem in wanted if waits == (stem not in self._put_off)]
            requests = [self.request(stem, self._unasked.get(stem)) for stem in chosen]
            for stem, run in zip(chosen, self._tracer.run(requests, waits=waits) if chosen else (), strict=True):
                self._take(stem, run)
        # Where one that was not asked just what is asked now did not finish, that may have been why.
        ended = self._otherwise.intersection(wanted) - self.running()
        if again := [stem for stem in ended if not self._has_finished(stem)]:
            for stem in again:
                del self._runs[stem], self._probes[stem]
                self._known.pop(stem, None)
            self._otherwise.difference_update(again)
            self._run(again)

    def _take(self, stem: str, run: Run) -> None:
        """Keep a run that has come; of one that was only asked what is new, the answers."""
        answers = _by_probe(run)
        if self._unasked.pop(stem, None):
            if run.outcome.kind == "finished":
                self._answers[stem] = self._answers[stem] | answers
                return
            self._known[stem] = self._runs[stem], self._answers[stem]
            self._otherwise.add(stem)
        self._runs[stem], self._answers[stem] = run, answers

    def _has_finished(self, stem: str) -> bool:
        return self._runs[stem].outcome.kind == "finished"

    def _broken(self, question: Question) -> str:
        """The first snippet of a question whose run did not finish, or was not asked yet, or an empty string."""
        for part in question.parts:
            if not self._has_finished(part.snippet) or part.probe in self._unasked.get(part.snippet, ()):
                return part.snippet
        return ""

    def _combine(self, questions: Iterable[Question]) -> None:
        """Answer the questions that put parts of several runs together."""
        ready: dict[Question, dict[str, Value]] = {}
        for question in questions:
            if not question.combination or question in self._combined or self._broken(question):
                continue
            parts = [self._answers[part.snippet][part.probe] for part in question.parts]
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
        if any(question not in self._combined and not self._broken(question) for question in document.combined):
            waiting = (each for each in self.chapter.documents if each.source.path not in self._verdicts)
            asked = (question for each in waiting for question in each.combined)
            self._combine(each for each in asked if all(part.snippet in self._runs for part in each.parts))

    def request(self, stem: str, probes: Iterable[Probe] | None = None) -> Request:
        """What a run of a snippet is asked for with: with some probes, or with all that the snippet is asked."""
        limits = Limits(seconds=_PATIENCE) if stem in self._patient else Limits()
        snippet = self.chapter.snippets[stem]
        # What was scanned is what runs, also where the file was saved or removed since.
        return Request(
            self.chapter.config.root / snippet.path,
            tuple(self.asked(stem) if probes is None else probes),
            limits=limits,
            source=snippet.text,
        )

    def _answer(self, question: Question) -> Answer | None:
        """What the runs gave for a question; None if it was not asked."""
        if question.combination:
            return self._combined.get(question)
        return self._answers[question.parts[0].snippet].get(question.parts[0].probe)

    def _answered(self, question: Question) -> Answer:
        answer = self._answer(question)
        assert answer is not None, "it was asked before"
        return answer

    def _verdict(
        self, document: Document, region: Region, given: Mapping[Question, Answer] = MappingProxyType({})
    ) -> Verdict:
        source = document.source
        answer = None
        if isinstance(region, Equation):
            judgement = judge_equation(document, region)
        elif isinstance(region, Output):
            if not self._has_finished(region.listing):
                return Verdict(source.path, region, "not evaluated", broken=region.listing)
            judgement = judge_output(source, region, self._runs[region.listing].trace.stdout)
        elif region.question is None:
            judgement = HOLDS
        else:
            if broken := self._broken(region.question):
                return Verdict(source.path, region, "not evaluated", broken=broken)
            answer = given.get(region.question) or self._answered(region.question)
            if isinstance(region, Claim):
                apart = self._apart(region) if answer.value is None else None
                judgement = (
                    judge_claim(source, region, answer, self._names)
                    if apart is None
                    else judge_apart(source, region, *apart)
                )
            else:
                judgement = judge_mention(source, region, answer, self._names)
        if judgement.problem is None:
            return Verdict(source.path, region, "holds", answer=answer)
        return Verdict(
            source.path, region, "fails", self._traced(judgement.problem, region, answer), judgement.edits, answer
        )

    def _traced(self, problem: Problem, region: Region, answer: Answer | None) -> Problem:
        """The problem of a region with the statements that gave what the code gives."""
        if problem.kind not in ("value", "output") or not isinstance(region, Claim | Output):
            return problem
        paths = {stem: snippet.path for stem, snippet in self.chapter.snippets.items()}
        return replace(problem, origins=origins_of(region, answer, problem.expected, self._runs, paths))

    def _apart(self, claim: Claim) -> tuple[Part, str] | None:
        """The part of a claim over several runs whose value cannot leave its run, and why."""
        for part in claim.question.parts if claim.question.combination else ():
            value = self._answers[part.snippet][part.probe].value
            try:
                if value is not None:
                    decode(value)
            except OpaqueError as error:
                return part, str(error)
        return None


def _by_probe(run: Run) -> dict[Probe, Answer]:
    return {answer.probe: answer for answer in run.answers}
