"""runs: the runs of a book's snippets, and what each of them was asked."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from backprop_book.chapter import Chapter, Document, Question
from backprop_book.chapter.asked import Part
from backprop_book.errors import BookError, Problem
from backprop_book.model import Answer, Dependency, Probe, Run
from backprop_book.record.dependencies import are_current
from backprop_book.tracing import Limits, Request, Tracer
from backprop_book.verify.failure import failed, failure_of

_PATIENCE = 600.0
"""Seconds that a run may take that is asked more than the chapter asks: the questions take time, too."""


class Runs:
    """Runs each snippet at most once, with all that the whole chapter asks of it; what is asked later takes one more run."""

    def __init__(self, chapter: Chapter, tracer: Tracer, given: Mapping[str, Run] = MappingProxyType({})) -> None:
        """Get ready.

        Args:
            chapter: Its snippets are run.
            tracer: Runs them.
            given: Runs that are there already, by stem; they must have been asked what the chapter asks.
        """
        self._chapter = chapter
        self._tracer = tracer
        self._runs = dict(given)
        self._answers = {stem: _by_probe(run) for stem, run in given.items()}
        self._dependencies = {stem: frozenset(run.dependencies or ()) for stem, run in given.items()}
        self._probes: dict[str, dict[Probe, None]] = {}
        self._patient: set[str] = set()
        # What a run that is known was not asked yet; what it was and gave, while it goes on only because it is asked that; and the
        # snippets that may have been asked something else than what is asked now.
        self._unasked: dict[str, dict[Probe, None]] = {}
        self._known: dict[str, tuple[Run, dict[Probe, Answer]]] = {}
        self._otherwise: set[str] = set()
        self._put_off: frozenset[str] = frozenset()

    def after(self, chapter: Chapter, changed: Collection[str]) -> "Runs":
        """The runs of the book as it is after an edit: those that cannot have changed are there already.

        Args:
            chapter: What the book says now.
            changed: The snippets whose code, or what that depends on, is not what ran.
        """
        other = Runs(chapter, self._tracer)
        # One that goes on may have ended since; if it was only asked more, what it did before is known.
        gone = {*changed, *(self._runs.keys() - chapter.snippets.keys()), *(self.running() - self._known.keys())}
        for stem in self._runs.keys() - gone:
            other._runs[stem], other._answers[stem] = self._known.get(stem, (self._runs[stem], self._answers[stem]))
            other._dependencies[stem] = self._dependencies[stem]
        for stem in other._runs.keys() & {*self._asked_by_others(chapter), *self._known, *self._unasked}:
            if other.has_finished(stem):
                if new := [probe for probe in other.asked(stem) if probe not in other._answers[stem]]:
                    other._unasked[stem] = dict.fromkeys(new)
            elif other.asked(stem) != self.asked(stem):
                # A question that is no longer asked may have been why it did not finish.
                del other._runs[stem], other._answers[stem]
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
        before, after = self._chapter.askers, chapter.askers
        same = set(map(id, before)) & set(map(id, after))
        return {stem for each in (*before, *after) if id(each) not in same for stem in each.probes}

    def of(self, stem: str) -> Run:
        """The run of one snippet."""
        self.perform([stem])
        return self._runs[stem]

    def perform(self, stems: Iterable[str]) -> None:
        """Run several snippets at a time, those that have not run."""
        more = self._unasked.keys() - self._put_off
        wanted = [stem for stem in stems if stem not in self._runs or stem in more]
        for waits in (True, False):
            chosen = [stem for stem in wanted if waits == (stem not in self._put_off)]
            requests = [self.request(stem, self._unasked.get(stem)) for stem in chosen]
            for stem, run in zip(chosen, self._tracer.run(requests, waits=waits) if chosen else (), strict=True):
                self._take(stem, run)
        # Where one that was not asked just what is asked now did not finish, that may have been why.
        ended = self._otherwise.intersection(wanted) - self.running()
        if again := [stem for stem in ended if not self.has_finished(stem)]:
            for stem in again:
                del self._runs[stem], self._probes[stem]
                self._known.pop(stem, None)
            self._otherwise.difference_update(again)
            self.perform(again)

    def _take(self, stem: str, run: Run) -> None:
        """Keep a run that has come; of one that was only asked what is new, the answers."""
        answers = _by_probe(run)
        self._look(stem, run)
        if self._unasked.pop(stem, None):
            if run.outcome.kind == "finished":
                self._answers[stem] = self._answers[stem] | answers
                return
            self._known[stem] = self._runs[stem], self._answers[stem]
            self._otherwise.add(stem)
        self._runs[stem], self._answers[stem] = run, answers

    def _look(self, stem: str, run: Run) -> None:
        """Take down what a run has looked at; what is asked later may look at more."""
        self._dependencies[stem] = self._dependencies.get(stem, frozenset()).union(run.dependencies or ())

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
        if stem not in self._probes:
            self._probes[stem] = self._wanted(stem)
        return self._probes[stem]

    def _wanted(self, stem: str) -> dict[Probe, None]:
        return dict.fromkeys(probe for each in self._chapter.asking.get(stem, ()) for probe in each.probes[stem])

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
        parts = [part for question in questions for part in question.parts]
        self.perform(sorted({part.snippet for part in parts}))
        missing: dict[str, dict[Probe, None]] = {}
        for part in parts:
            if part.probe not in self._answers[part.snippet]:
                missing.setdefault(part.snippet, {})[part.probe] = None
        self._patient |= set(missing)
        requests = [self.request(stem, probes) for stem, probes in missing.items()]
        failures = []
        for stem, run in zip(missing, self._tracer.run(requests), strict=True):
            if failure := failure_of(self._chapter.snippets[stem].path, run.outcome):
                failures.append(failure)
            self._answers[stem] |= _by_probe(run)
            self._look(stem, run)
        if failures:
            raise BookError(failures)

    def answer(self, part: Part) -> Answer | None:
        """What a run that is there gave for a part of a question; None if it was not asked."""
        return self._answers[part.snippet].get(part.probe)

    def broken(self, question: Question) -> str:
        """The first snippet of a question whose run did not finish, or was not asked yet, or an empty string."""
        for part in question.parts:
            if not self.has_finished(part.snippet) or part.probe in self._unasked.get(part.snippet, ()):
                return part.snippet
        return ""

    def failure(self, stem: str) -> Problem | None:
        """Why the run of a snippet did not finish; None if it did."""
        return failed(self._chapter, stem, self.of)

    def has_finished(self, stem: str) -> bool:
        """Whether a run that is there has come to its end."""
        return self._runs[stem].outcome.kind == "finished"

    def identities(self) -> Mapping[str, int]:
        """Which run of each snippet there is so far, as the identity of the object."""
        return {stem: id(run) for stem, run in self._runs.items()}

    def dependencies(self) -> frozenset[Dependency]:
        """What the runs so far have looked at, as they found it."""
        return frozenset[Dependency]().union(*self._dependencies.values())

    def outdated(self) -> frozenset[str]:
        """The snippets whose run has looked at something that is not as it was then."""
        return frozenset(stem for stem, found in self._dependencies.items() if not are_current(found))

    def put_off(self, stems: Iterable[str]) -> None:
        """Do not wait for the runs of some snippets: what is said of them is for a later look to check."""
        self._put_off = frozenset(stems)

    def running(self) -> frozenset[str]:
        """The snippets whose run goes on."""
        return frozenset(stem for stem, run in self._runs.items() if run.outcome.kind in ("running", "awaited"))

    def awaited(self) -> frozenset[str]:
        """The snippets whose run was put off."""
        return frozenset(stem for stem, run in self._runs.items() if run.outcome.kind == "awaited")

    def asked_more(self) -> frozenset[str]:
        """The snippets that have run, and are to run once more because more is asked of them."""
        return frozenset(self._unasked)

    def waiting(self) -> frozenset[str]:
        """The documents and scripts, by path, that ask or show something of which it was put off to find it out."""
        awaited = self.awaited()
        if not awaited and not self._unasked:
            return frozenset()
        found = set()
        for each in self._chapter.askers:
            spoken_of = each.spoken_of if isinstance(each, Document) else each.probes.keys()
            unasked = ((each.probes.get(stem, ()), probes) for stem, probes in self._unasked.items())
            if not awaited.isdisjoint(spoken_of) or any(
                not probes.keys().isdisjoint(asked) for asked, probes in unasked
            ):
                found.add(each.source.path)
        return frozenset(found)


def _by_probe(run: Run) -> dict[Probe, Answer]:
    return {answer.probe: answer for answer in run.answers}
