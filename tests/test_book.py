"""The real book: nothing is wrong with it, every digit it states can fail, and what is shown is what was tested."""

from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from backprop_book.chapter import Chapter, Document, scan, scan_text
from backprop_book.tracing import Tracer
from backprop_book.verify import Verifier, regions

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return scan(ROOT)


def test_nothing_is_wrong_with_the_chapter(chapter: Chapter) -> None:
    assert [str(problem) for problem in chapter.problems] == []


def stated_digits(document: Document) -> list[int]:
    """Offsets of the digits that the document states: in words, equations, cells and outputs, not in expressions."""
    spans = [(claim.words_start, claim.words_end) for claim in document.claims]
    spans += [(equation.start, equation.end) for equation in document.equations]
    spans += [(output.text_start, output.text_end) for output in document.outputs]
    text = document.source.text
    return sorted({offset for start, end in spans for offset in range(start, end) if text[offset] in "0123456789"})


def test_every_stated_digit_can_fail(chapter: Chapter) -> None:
    """Each digit in turn becomes its neighbour; the document then has a problem that it did not have.

    All mutants are verified against one run of each snippet: a changed digit of the words asks nothing new, and what a
    changed digit of a name or an index asks is asked in that same run.
    """
    mutants: list[Document] = []
    for document in chapter.documents:
        text = document.source.text
        for number, offset in enumerate(stated_digits(document)):
            changed = text[:offset] + str((int(text[offset]) + 1) % 10) + text[offset + 1 :]
            mutant = scan_text(chapter, document.source.path, changed)
            mutants.append(
                replace(mutant, source=replace(mutant.source, path=f"{document.source.path}#{number}@{offset}"))
            )
    assert len(mutants) > 100
    with Tracer(ROOT) as tracer:
        verifier = Verifier(replace(chapter, documents=tuple(mutants)), tracer)
        survivors = [
            mutant.source.path
            for mutant in mutants
            if not mutant.problems and all(verdict.status == "holds" for verdict in verifier.verdicts(mutant))
        ]
    assert survivors == []


def test_what_is_shown_is_what_was_tested(chapter: Chapter, built: Path) -> None:
    """The n-th listing and claim of a built page is the n-th that was tested."""
    notes = {document.snippet: document for document in chapter.documents if document.kind == "notes"}
    for document in (found for found in chapter.documents if found.kind == "page"):
        name = document.source.path.removeprefix("docs/").removesuffix(".md")
        place = built / "index.html" if name == "index" else built / name / "index.html"
        page = BeautifulSoup(place.read_text(encoding="utf-8"), "html.parser")
        figures = page.select("figure.bb-listing")
        assert [figure["id"] for figure in figures] == [listing.snippet for listing in document.listings]
        shown = [
            tip.get_text()
            for tip in page.select("article .bb-claim .bb-tip > span > code")
            if not tip.find_parent("figure")
        ]
        assert shown == [claim.expression for claim in document.claims]
        for figure, listing in zip(figures, document.listings, strict=True):
            tips = [tip.get_text() for tip in figure.select(".bb-claim .bb-tip > span > code")]
            expected = [region.expression for region in notes[listing.snippet].claims]
            assert sorted(tips) == sorted(expected)
    assert sum(len(document.listings) for document in chapter.documents) > 0
    assert sum(len(regions(document)) for document in chapter.documents) > 100
