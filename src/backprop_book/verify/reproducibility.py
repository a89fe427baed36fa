"""reproducibility: whether what the book states comes out again when its snippets run under other conditions.

Each snippet runs a second time, with other hashes, other random numbers and more threads. What then fails was true by luck. To
tell which of the conditions it hangs on, the snippets it speaks of run once more under each of them alone.

Two orders of a small set are often the same: of two elements, in every other run. So snippets that make sets, or ask for hashes, run
under some more of them.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backprop_book.core.problems import Problem
from backprop_book.record.dependencies import visible_environment
from backprop_book.run import Conditions, Tracer
from backprop_book.run.cache import source_of
from backprop_book.scan.document import Claim, Document, Equation, Output
from backprop_book.verify.verdict import Region, Verdict
from backprop_book.verify.verifier import Verifier

SECOND = Conditions(hash_seed=1, random_seed=1, threads=2)
"""The conditions of the second run."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What makes values differ."""

    conditions: Conditions
    """The conditions under which they do."""
    name: str
    """What these are."""
    remedy: str
    """What to do about it."""


OTHER_HASHES = Cause(
    Conditions(hash_seed=1), "with other hashes", "sort what comes out of a set before its order matters"
)
"""The cause that is looked for more than once."""
HASHES = tuple(Conditions(hash_seed=seed) for seed in range(2, 9))
"""Under which snippets run, too, that make sets or ask for hashes: of two elements, an order passes for the only one in 1 of 256 cases."""
CAUSES = (
    Cause(Conditions(), "in another run under the same conditions", "give the generator of random numbers a seed, and leave the clock out"),
    Cause(Conditions(random_seed=1), "with other random numbers", "give random numbers a seed in the snippet"),
    OTHER_HASHES,
    Cause(Conditions(threads=2), "with more threads", "set the number of threads in the snippet, or state fewer digits"),
)  # fmt: skip
"""What is tried alone, one after the other."""
TOGETHER = Cause(SECOND, "with other hashes, random numbers and threads", "look for what differs from run to run")
"""What remains where no condition alone makes the difference."""


@dataclass(frozen=True, slots=True)
class Reproducibility:
    """What came out of running everything twice."""

    problems: tuple[Problem, ...]
    """A problem for each statement that holds in the first run and not in the second."""
    beyond: int
    """How many values of claims that hold in both runs differ beyond the digits that are stated."""


def check_reproducibility(verifier: Verifier, documents: Iterable[Document], root: Path) -> Reproducibility:
    """Run the snippets that documents speak of a second time, and compare.

    Args:
        verifier: Has the first run, or makes it.
        documents: Documents of its chapter.
        root: The folder that relative paths begin at.
    """
    documents = tuple(documents)
    given = visible_environment(verifier.chapter.config.environment)
    with Tracer(root, conditions=SECOND, environment=given) as tracer:
        both = pairs(verifier, Verifier(verifier.chapter, tracer), documents)
    differing = _differing(both)
    causes = _causes(verifier, [(document, first.region) for document, first, _ in differing], root)
    told = {(document.source.path, first.region.start) for document, first, _ in differing}
    for more in _hashed(verifier, documents, root):
        if (place := (more[0].source.path, more[1].region.start)) not in told:
            told.add(place)
            differing.append(more)
            causes.append(OTHER_HASHES)
    problems = [
        _problem(document, first, second, cause)
        for (document, first, second), cause in zip(differing, causes, strict=True)
    ]
    beyond = sum(
        second.status == "holds"
        and first.answer is not None
        and second.answer is not None
        and first.answer.value != second.answer.value
        for _, first, second in both
        if isinstance(first.region, Claim)
    )
    return Reproducibility(tuple(sorted(set(problems))), beyond)


def pairs(one: Verifier, other: Verifier, documents: Iterable[Document]) -> list[tuple[Document, Verdict, Verdict]]:
    """Return the verdicts of one verifier that hold, each with the verdict of the other verifier on the same region."""
    return [
        (document, first, second)
        for document in documents
        for first, second in zip(one.verdicts(document), other.verdicts(document), strict=True)
        if first.status == "holds" and not isinstance(first.region, Equation)
    ]


def _differing(both: Iterable[tuple[Document, Verdict, Verdict]]) -> list[tuple[Document, Verdict, Verdict]]:
    return [(document, first, second) for document, first, second in both if second.status != "holds"]


def _hashed(
    verifier: Verifier, documents: Sequence[Document], root: Path
) -> Iterable[tuple[Document, Verdict, Verdict]]:
    """Yield the regions that fail with other hash seeds, for snippets that use sets or hashes."""
    snippets = verifier.chapter.snippets
    hashing = {stem for stem, snippet in snippets.items() if _hashes(snippet.text)}
    for stem, snippet in snippets.items():
        imported = source_of(verifier.chapter.config.root / snippet.path, snippet.text).neighbours
        if any(Path(name).stem in hashing for name, _ in imported):
            hashing.add(stem)
    known = {stem: verifier.runs.of(stem) for stem in snippets if stem not in hashing}
    given = visible_environment(verifier.chapter.config.environment)
    for conditions in HASHES if hashing else ():
        with Tracer(root, conditions=conditions, environment=given) as tracer:
            yield from _differing(pairs(verifier, Verifier(verifier.chapter, tracer, known), documents))


def _hashes(text: str) -> bool:
    """Whether a snippet makes a set or asks for a hash."""
    return any(
        isinstance(node, ast.Set | ast.SetComp)
        or (isinstance(node, ast.Name) and node.id in {"set", "frozenset", "hash"})
        for node in ast.walk(ast.parse(text))
    )


def _causes(verifier: Verifier, regions: Sequence[tuple[Document, Region]], root: Path) -> list[Cause]:
    """Return for each region the first condition that is enough to make it fail."""
    found: dict[int, Cause] = {}
    stems = {stem for _, region in regions for stem in stems_of(region)}
    known = {stem: verifier.runs.of(stem) for stem in verifier.chapter.snippets if stem not in stems}
    given = visible_environment(verifier.chapter.config.environment)
    for cause in CAUSES:
        left = [n for n in range(len(regions)) if n not in found]
        if not left:
            break
        with Tracer(root, conditions=cause.conditions, environment=given) as tracer:
            alone = Verifier(verifier.chapter, tracer, known)
            for n in left:
                document, region = regions[n]
                verdict = next(each for each in alone.verdicts(document) if each.region == region)
                if verdict.status != "holds":
                    found[n] = cause
    return [found.get(n, TOGETHER) for n in range(len(regions))]


def stems_of(region: Region) -> set[str]:
    """The snippets that a region speaks of."""
    if isinstance(region, Output):
        return {region.listing}
    asked = None if isinstance(region, Equation) else region.question
    return {part.snippet for part in asked.parts} if asked else set()


def _problem(document: Document, first: Verdict, second: Verdict, cause: Cause) -> Problem:
    """The problem of a statement that holds in the first run and not in the second."""
    snippets = " and ".join(f"{stem}.py" for stem in sorted(stems_of(first.region)))
    message = f"this holds in one run of {snippets} and not in another"
    text = document.source.text
    region = first.region
    start, end = (region.words_start, region.words_end) if isinstance(region, Claim) else (region.start, region.end)
    if second.problem is None:
        expected = f"the same in every run; {cause.name}, {second.broken}.py does not finish"
        return document.source.problem(
            start, message, found=text[start:end].strip(), expected=expected, remedy=cause.remedy, kind="unsteady"
        )
    given = second.problem.expected or second.problem.found
    return replace(
        second.problem,
        message=message,
        expected=f"the same in every run; {cause.name}, it is {given}",
        remedy=cause.remedy,
        kind="unsteady",
    )
