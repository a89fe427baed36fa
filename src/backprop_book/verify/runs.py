"""runs: runs the snippets of a book with the probes of all its claims, and holds the answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from backprop_book.core.cache import Memo
from backprop_book.core.model import Answer, Dependency, Probe, Run
from backprop_book.core.problems import BookError, Problem
from backprop_book.record.dependencies import are_current
from backprop_book.run import Limits, Request, Tracer
from backprop_book.run.cache import ScriptSource
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Document
from backprop_book.scan.question import Part, Question
from backprop_book.verify.failure import failed, failure_of

_PATIENCE = 600.0
"""Time limit, in seconds, of a run with more probes than those of the chapter: probes take time, too."""


@dataclass(slots=True)
class Record:
    """A run with its answers. It is valid as long as the code and the files that the run has read are unchanged."""

    run: Run | None = None
    """The run, once it has ended."""
    asked: dict[Probe, None] = field(default_factory=dict)
    """The probes of its request."""
    answers: dict[Probe, Answer] = field(default_factory=dict)
    """All answers, also those of later runs of the same code."""
    dependencies: frozenset[Dependency] = frozenset()
    """The files, folders and variables that it has read, with their states."""

    def begun(self, probes: Iterable[Probe]) -> None:
        """Note the probes of a run that has begun, unless one has begun before."""
        if self.run is None and not self.asked:
            self.asked = dict.fromkeys(probes)

    def add(self, run: Run) -> None:
        """Add the answers of a run of the same code."""
        self.answers |= {answer.probe: answer for answer in run.answers}
        self.dependencies |= frozenset(run.dependencies or ())

    def take(self, run: Run) -> None:
        """Replace the run and all answers."""
        self.run, self.answers, self.dependencies = run, {}, frozenset()
        self.add(run)

    @property
    def has_finished(self) -> bool:
        """Whether the run has come to its end without an error."""
        return self.run is not None and self.run.outcome.kind == "finished"


class Runs:
    """Runs each snippet at most once with all probes of the chapter; probes that are added later take one more run."""

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
            given: Finished runs, by stem, with answers to all probes of the chapter.
            records: Records of earlier runs of the same code, by stem.
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
        """Run several snippets at the same time, as far as runs or answers are missing."""
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
        """Return the probes of a full run; a run in progress with more probes is reused."""
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
                # Other probes than those of now may be the reason why it did not finish.
                again[stem] = record.asked = asked
                record.run = None
            elif record.run is not None:
                record.add(run)
            else:
                record.take(run)
        if again:
            self._run(again)

    def request(self, stem: str, probes: Iterable[Probe] | None = None) -> Request:
        """Return the request for a run of a snippet with some probes, by default all."""
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
        """Return the probes of a snippet, those of the chapter first."""
        if stem not in self._asked:
            asking = self._chapter.asking.get(stem, ())
            self._asked[stem] = dict.fromkeys(probe for each in asking for probe in each.probes[stem])
        return self._asked[stem]

    def unanswered(self, stem: str) -> dict[Probe, None]:
        """Return the probes that a finished run has not answered."""
        record = self._records[stem]
        return dict.fromkeys(probe for probe in self.asked(stem) if record.has_finished and probe not in record.answers)

    def prepare(self, questions: Iterable[Question]) -> None:
        """Add probes to those of the chapter, for the snippets that have not run yet."""
        for part in (part for question in questions for part in question.parts):
            if part.snippet not in self._performed and part.probe not in self.asked(part.snippet):
                self.asked(part.snippet)[part.probe] = None
                self._patient.add(part.snippet)

    def ask(self, questions: Iterable[Question]) -> None:
        """Run each snippet of some questions once more with all their probes that have no answer.

        Raises:
            BookError: A run did not finish with the additional probes.
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
        """Return the answer to a part of a question; None if its probe was not in the run."""
        return self._records[part.snippet].answers.get(part.probe)

    def broken(self, question: Question) -> str:
        """Return the first snippet of a question whose run did not finish, or whose answer is postponed; empty if there is none."""
        for part in question.parts:
            if not self.has_finished(part.snippet) or (part.snippet in self._put_off and self.answer(part) is None):
                return part.snippet
        return ""

    def failure(self, stem: str) -> Problem | None:
        """Return the problem of a run that did not finish; None if it finished."""
        return failed(self._chapter, stem, self.of)

    def has_finished(self, stem: str) -> bool:
        """Whether the run of a snippet has ended without an error."""
        return stem not in self._unended and self._records[stem].has_finished

    def has_answered(self, document: Document) -> bool:
        """Whether all probes of a document are answered and all runs that it shows have ended."""
        return self._unended.keys().isdisjoint(document.spoken_of) and all(
            probe in self._records[stem].answers for stem, probes in document.probes.items() for probe in probes
        )

    def identities(self) -> Mapping[str, int]:
        """Return the identity of the `Run` object of each snippet that has run."""
        return {stem: id(self.of(stem)) for stem in self._performed}

    def dependencies(self) -> frozenset[Dependency]:
        """Return what the runs so far have read, with the states."""
        return frozenset[Dependency]().union(*(record.dependencies for record in self._records.values()))

    def outdated(self) -> frozenset[str]:
        """Return the snippets whose run has read something that has changed since."""
        return frozenset(stem for stem, record in self._records.items() if not are_current(record.dependencies))

    def put_off(self, stems: Iterable[str]) -> None:
        """Do not wait for the runs of some snippets; a later check waits for them."""
        self._put_off = frozenset(stems)

    def running(self) -> frozenset[str]:
        """Return the snippets that are still running."""
        return frozenset(self._unended)

    def awaited(self) -> frozenset[str]:
        """Return the snippets whose run is postponed."""
        return frozenset(stem for stem, run in self._unended.items() if run.outcome.kind == "awaited")

    def asked_more(self) -> frozenset[str]:
        """Return the snippets that have run, and have to run again for additional probes."""
        return frozenset(stem for stem in self._chapter.snippets if self.unanswered(stem))

    def waiting(self) -> frozenset[str]:
        """Return the paths of documents and scripts whose answers depend on postponed runs."""
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


def records_of(sources: Mapping[str, ScriptSource], memo: Memo) -> dict[str, Record]:
    """Return the records of runs of some sources, by stem; an empty record where there is none, or where a dependency changed."""
    return {
        stem: memo(Record, ("run", source), lambda record: are_current(record.dependencies))
        for stem, source in sources.items()
    }
