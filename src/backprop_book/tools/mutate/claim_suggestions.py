"""claim_suggestions: changes of the code that no sentence notices, and so what the book could still say about it."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backprop_book.core.model import Run
from backprop_book.core.problems import BookError
from backprop_book.run import Limits, Request, Tracer
from backprop_book.scan import Claim, Document, Mention, Output
from backprop_book.tools.mutate.code import CodeMutant, code_mutants
from backprop_book.verify import Region, Verdict, Verifier, regions

_TOGETHER = 8
"""How many changed snippets the tracer is given at a time."""
Progress = Callable[[str, int, int], None]
"""Told the snippet, how many of its changes were tried, and how many there are."""


@dataclass(frozen=True, slots=True)
class Ideas:
    """What became of the changes of one snippet."""

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
    """Try the changes of one snippet."""
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
    """The snippets whose runs a region depends on."""
    if isinstance(region, Output):
        return {region.listing}
    if isinstance(region, Claim | Mention) and region.question is not None:
        return {part.snippet for part in region.question.parts}
    return set()
