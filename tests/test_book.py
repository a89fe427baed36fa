"""The real book: nothing is wrong with it, every check of it can fail, and what is shown is what was tested."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from backprop_book.run import Tracer
from backprop_book.scan import scan
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Count
from backprop_book.tools.cli import main
from backprop_book.tools.mutate import MUTANT_KINDS, try_all
from backprop_book.verify import Verifier
from backprop_book.verify.verdict import regions

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return scan(ROOT)


@pytest.fixture(scope="module")
def pages(chapter: Chapter, built: Path) -> dict[str, BeautifulSoup]:
    """The built page of each page of the chapter, by the path of its source; to read one takes a while."""
    found = {}
    for document in (each for each in chapter.documents if each.kind == "page"):
        name = document.source.path.removeprefix("docs/").removesuffix(".md")
        place = built / name.removesuffix("index") / "index.html"
        found[document.source.path] = BeautifulSoup(place.read_text(encoding="utf-8"), "html.parser")
    return found


def test_nothing_is_wrong_with_the_chapter(chapter: Chapter) -> None:
    assert [str(problem) for problem in chapter.problems] == []


@pytest.mark.parametrize("share", [10, pytest.param(1, marks=pytest.mark.whole)])
def test_every_check_can_fail(chapter: Chapter, share: int) -> None:
    """Each digit, number, boolean, quote and name that a share of the book states is made wrong in turn, and something notices."""
    with Tracer(ROOT) as tracer:
        trials = try_all(Verifier(chapter, tracer), chapter.documents[::share])
    assert [str(problem) for trial in trials for problem in trial.problems] == []
    kinds = Counter(mutant.kind for trial in trials for mutant in trial.mutants)
    assert min(kinds[kind] for kind in MUTANT_KINDS) > 50 // share
    assert kinds.total() > 5000 // share


def test_the_verification_page_says_what_the_report_says(
    chapter: Chapter, pages: dict[str, BeautifulSoup], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row by row, and the lines below the titles state the sums of the rows of what they show."""
    monkeypatch.chdir(ROOT)
    report = json.loads(CliRunner().invoke(main, ["report", "--json"], catch_exceptions=False).output)
    columns = ("total", "claims", "equations", "tables", "outputs", "waived", "terms", "bare")
    page = pages["docs/verification.md"]
    rows = [
        [cell.get_text() for cell in row.select("th, td")] for row in page.select(".bb-ledger table")[0].select("tr")
    ]
    shown = {head: tuple(map(int, cells)) for head, *cells in rows[1:]}
    heads = {
        document.source.path: {"page": document.title, "notes": f"notes on {document.snippet}.py"}.get(
            document.kind, document.source.path
        )
        for document in chapter.documents
    }
    assert len(shown) == len(report) + 1
    for path, counts in report.items():
        assert shown[heads[path]] == tuple(counts[column] for column in columns), path
    total = sum((document.count for document in chapter.documents), Count())
    assert shown["all"] == tuple(getattr(total, column) for column in columns)
    for document in (found for found in chapter.documents if found.kind == "page" and not found.count.bare):
        line = pages[document.source.path].select_one("article .bb-summary")
        assert line is not None
        snippets = {listing.snippet for listing in document.listings}
        expected = shown[document.title][0] + sum(shown.get(f"notes on {stem}.py", (0,))[0] for stem in snippets)
        stated = re.search(
            r"(?:all|of|its) (one|\d+) numbers? verified|no numbers|numbers are not looked at: \w", line.get_text()
        )
        assert stated is not None, line.get_text()
        assert int((stated[1] or "0").replace("one", "1")) == expected, document.source.path


def test_what_is_shown_is_what_was_tested(chapter: Chapter, pages: dict[str, BeautifulSoup]) -> None:
    """The n-th listing, figure and claim of a built page is the n-th that was tested."""
    notes = {document.snippet: document for document in chapter.documents if document.kind == "notes"}
    for document in (found for found in chapter.documents if found.kind == "page"):
        page = pages[document.source.path]
        figures = page.select("figure.bb-listing")
        assert [figure["id"] for figure in figures] == [listing.snippet for listing in document.listings]
        shown = [
            tip.get_text()
            for tip in page.select("article .bb-claim .bb-tip > [id] > code:first-child")
            if not tip.find_parent("figure", class_="bb-listing")
        ]
        assert shown == [claim.expression.text for claim in document.claims]
        drawings = page.select("figure.bb-figure, figure.bb-net")
        assert [drawing["id"] for drawing in drawings] == [f"figure-{figure.name}" for figure in document.figures]
        for drawing, shown_figure in zip(drawings, document.figures, strict=True):
            alts = drawing.select("svg[role=img] > desc") or drawing.select(".bb-net-alt") * 2
            assert [alt.get_text() for alt in alts] == [shown_figure.alt] * 2
        for figure, listing in zip(figures, document.listings, strict=True):
            tips = [tip.get_text() for tip in figure.select(".bb-claim .bb-tip > [id] > code:first-child")]
            expected = [region.expression.text for region in notes[listing.snippet].claims]
            assert sorted(tips) == sorted(expected)
    assert sum(len(document.listings) for document in chapter.documents) > 0
    assert {figure.name for document in chapter.documents for figure in document.figures} == set(chapter.scripts)
    assert sum(len(regions(document)) for document in chapter.documents) > 100
