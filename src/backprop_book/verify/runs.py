"""runs: the runs of a book's snippets, and their answers to what the book asks of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from backprop_book.core.cache import Memo
from backprop_book.core.model import Answer, Dependency, Probe, Run
from backprop_book.core.problems import BookError, Problem
from backprop_book.record import are_current
from backprop_book.run import Limits, Request, Tracer
from backprop_book.run.cache import Source
from backprop_book.scan import Chapter, Document, Question
from backprop_book.scan.question_model import Part
from backprop_book.verify.failure import failed, failure_of

_PATIENCE = 600.0
"""Seconds that a run may take that is asked more than the chapter asks: the questions take time, too."""


@dataclass(slots=True)
class Record:
    """What is known of one run. It stays known as long as the code and the files that it has looked at stay as they are."""

    run: Run | None = None
    """The run, once it has ended."""
    asked: dict[Probe, None] = field(default_factory=dict)
    """The probes that it was asked for with."""
    answers: dict[Probe, Answer] = field(default_factory=dict)
    """All answers, also those of later runs of the same code."""
    dependencies: frozenset[Dependency] = frozenset()
    """The files and folders that it has looked at, as it found them."""

    def begun(self, probes: Iterable[Probe]) -> None:
        """Note with which probes a run has begun, unless there was one before."""
        if self.run is None and not self.asked:
            self.asked = dict.fromkeys(probes)

    def add(self, run: Run) -> None:
        """Add the answers of a run of the same code."""
        self.answers |= {answer.probe: answer for answer in run.answers}
        self.dependencies |= frozenset(run.dependencies or ())

    def take(self, run: Run) -> None:
        """Put a run in the place of what was known."""
        self.run, self.answers, self.dependencies = run, {}, frozenset()
        self.add(run)

    @property
    def has_finished(self) -> bool:
        """Whether the run has come to its end without an error."""
        return self.run is not None and self.run.outcome.kind == "finished"


class Runs:
    """Runs each snippet at most once, with all that the chapter asks of it; what is asked later takes one more run."""

    def __init__(
        self,
        chapter: Chapter,
        tracer: Tracer,
        given: Mapping[str, Run] = MappingProxyType({}),
        records: Mapping[str, Record] = MappingProxyType({}),
    ) -> None:
        """Get ready.

        Args:
            chapter: Its snippets are run.
            tracer: Runs them.
            given: Runs that are there already, by stem; they must have been asked what the chapter asks.
            records: What is known of earlier runs of the same code, by stem.
        """
        self._chapter = chapter
        self._tracer = tracer
        self._records = {stem: records.get(stem) or Record() for stem in (*chapter.snippets, *given)}
        for stem, run in given.items():
            self._records[stem].take(run)
        self._performed = set(given)
        self._unended: dict[str, Run] = {}
        self._asked: dict[str, dict[Probe, None]] = {}
        self._patient: set[str] = set()
        self._put_off: frozenset[str] = frozenset()

    def of(self, stem: str) -> Run:
        """The run of one snippet."""
        self.perform([stem])
        run = self._unended.get(stem, self._records[stem].run)
        assert run is not None, "it was performed"
        return run

    def perform(self, stems: Iterable[str]) -> None:
        """Have several snippets run at a time, as far as their runs or some of their answers are not known."""
        fresh = [stem for stem in stems if stem not in self._performed]
        more = {stem: self.unanswered(stem) for stem in fresh if self._records[stem].has_finished}
        whole = {stem: self._probes_of_a_whole_run(stem) for stem in fresh if stem not in more}
        known = {stem for stem in whole if self._records[stem].run and self._records[stem].asked == whole[stem]}
        whole = {stem: probes for stem, probes in whole.items() if stem not in known}
        for stem, probes in whole.items():
            self._records[stem].run, self._records[stem].asked = None, probes
        more = {stem: probes for stem, probes in more.items() if probes and stem not in self._put_off}
        self._run({stem: probes for stem, probes in (whole | more).items() if stem not in self._put_off})
        self._run({stem: probes for stem, probes in whole.items() if stem in self._put_off}, waits=False)
        self._performed.update(fresh)

    def _probes_of_a_whole_run(self, stem: str) -> dict[Probe, None]:
        """What a run is asked for with. One that goes on and was asked more than is asked now is good enough."""
        record, asked = self._records[stem], self.asked(stem)
        goes_on = record.run is None and asked.keys() <= record.asked.keys()
        return record.asked if goes_on else asked

    def _run(self, wanted: Mapping[str, dict[Probe, None]], *, waits: bool = True) -> None:
        requests = [self.request(stem, probes) for stem, probes in wanted.items()]
        again: dict[str, dict[Probe, None]] = {}
        for stem, run in zip(wanted, self._tracer.run(requests, waits=waits) if requests else (), strict=True):
            record, asked = self._records[stem], self.asked(stem)
            if run.outcome.kind in ("running", "awaited"):
                self._unended[stem] = run
            elif run.outcome.kind != "finished" and (record.run or wanted[stem].keys() != asked.keys()):
                # That it was not asked just what is asked now may be why it did not finish.
                again[stem] = record.asked = asked
                record.run = None
            elif record.run is not None:
                record.add(run)
            else:
                record.take(run)
        if again:
            self._run(again)

    def request(self, stem: str, probes: Iterable[Probe] | None = None) -> Request:
        """What a run of a snippet is asked for with: with some probes, or with all that the snippet is asked."""
        limits = Limits(seconds=_PATIENCE) if stem in self._patient else Limits()
        snippet = self._chapter.snippets[stem]
        # What was scanned is what runs, also where the file was saved or removed since.
        return Request(
            self._chapter.config.root / snippet.path,
            tuple(self.asked(stem) if probes is None else probes),
            limits=limits,
            source=snippet.text,
            book=self._chapter.config.root,
        )

    def asked(self, stem: str) -> dict[Probe, None]:
        """What one snippet is asked, in order: by the chapter, then by those who ask more."""
        if stem not in self._asked:
            asking = self._chapter.asking.get(stem, ())
            self._asked[stem] = dict.fromkeys(probe for each in asking for probe in each.probes[stem])
        return self._asked[stem]

    def unanswered(self, stem: str) -> dict[Probe, None]:
        """What a snippet is asked that a run which has finished was not."""
        record = self._records[stem]
        return dict.fromkeys(probe for probe in self.asked(stem) if record.has_finished and probe not in record.answers)

    def prepare(self, questions: Iterable[Question]) -> None:
        """Have the runs that are still to come asked more than the chapter asks."""
        for part in (part for question in questions for part in question.parts):
            if part.snippet not in self._performed and part.probe not in self.asked(part.snippet):
                self.asked(part.snippet)[part.probe] = None
                self._patient.add(part.snippet)

    def ask(self, questions: Iterable[Question]) -> None:
        """Ask what the chapter does not, in one more run of each snippet for all of it.

        Raises:
            BookError: A run did not finish, although it did before it was asked.
        """
        parts = [part for question in questions for part in question.parts]
        self.perform(sorted({part.snippet for part in parts}))
        missing: dict[str, dict[Probe, None]] = {}
        for part in parts:
            if self.answer(part) is None:
                missing.setdefault(part.snippet, {})[part.probe] = None
        self._patient |= set(missing)
        requests = [self.request(stem, probes) for stem, probes in missing.items()]
        failures = []
        for stem, run in zip(missing, self._tracer.run(requests), strict=True):
            if failure := failure_of(self._chapter.snippets[stem].path, run.outcome):
                failures.append(failure)
            self._records[stem].add(run)
        if failures:
            raise BookError(failures)

    def answer(self, part: Part) -> Answer | None:
        """What a run that is there gave for a part of a question; None if it was not asked."""
        return self._records[part.snippet].answers.get(part.probe)

    def broken(self, question: Question) -> str:
        """The first snippet of a question whose run did not finish, or was not asked yet, or an empty string."""
        for part in question.parts:
            if not self.has_finished(part.snippet) or (part.snippet in self._put_off and self.answer(part) is None):
                return part.snippet
        return ""

    def failure(self, stem: str) -> Problem | None:
        """Why the run of a snippet did not finish; None if it did."""
        return failed(self._chapter, stem, self.of)

    def has_finished(self, stem: str) -> bool:
        """Whether a run that is there has come to its end."""
        return stem not in self._unended and self._records[stem].has_finished

    def has_answered(self, document: Document) -> bool:
        """Whether all has been found out that a document asks or shows."""
        return self._unended.keys().isdisjoint(document.spoken_of) and all(
            probe in self._records[stem].answers for stem, probes in document.probes.items() for probe in probes
        )

    def identities(self) -> Mapping[str, int]:
        """Which run of each snippet there is so far, as the identity of the object."""
        return {stem: id(self.of(stem)) for stem in self._performed}

    def dependencies(self) -> frozenset[Dependency]:
        """What the runs so far have looked at, as they found it."""
        return frozenset[Dependency]().union(*(record.dependencies for record in self._records.values()))

    def outdated(self) -> frozenset[str]:
        """The snippets whose run has looked at something that is not as it was then."""
        return frozenset(stem for stem, record in self._records.items() if not are_current(record.dependencies))

    def put_off(self, stems: Iterable[str]) -> None:
        """Do not wait for the runs of some snippets: what is said of them is for a later look to check."""
        self._put_off = frozenset(stems)

    def running(self) -> frozenset[str]:
        """The snippets whose run goes on."""
        return frozenset(self._unended)

    def awaited(self) -> frozenset[str]:
        """The snippets whose run was put off."""
        return frozenset(stem for stem, run in self._unended.items() if run.outcome.kind == "awaited")

    def asked_more(self) -> frozenset[str]:
        """The snippets that have run, and are to run once more because more is asked of them."""
        return frozenset(stem for stem in self._chapter.snippets if self.unanswered(stem))

    def waiting(self) -> frozenset[str]:
        """The documents and scripts, by path, that ask or show something of which it was put off to find it out."""
        awaited, more = (
            self.awaited(),
            {stem: self.unanswered(stem).keys() for stem in self._put_off & self.asked_more()},
        )
        found = set()
        for each in self._chapter.askers if awaited or more else ():
            spoken_of = each.spoken_of if isinstance(each, Document) else each.probes.keys()
            unasked = (not probes.isdisjoint(each.probes.get(stem, ())) for stem, probes in more.items())
            if not awaited.isdisjoint(spoken_of) or any(unasked):
                found.add(each.source.path)
        return frozenset(found)


def records_of(sources: Mapping[str, Source], memo: Memo) -> dict[str, Record]:
    """What is known of the runs of some code, by the stems of the snippets."""
    return {
        stem: memo(Record, ("run", source), lambda record: are_current(record.dependencies))
        for stem, source in sources.items()
    }
