"""The tables of what was verified: they say what the report says, and are well-formed."""

from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from backprop_book.render.verification import verification
from backprop_book.verify.coverage_report import CoverageReport, coverage_report
from small_book import Book

HOW = "# How it is & was\n\n<!-- book: verification -->\n"


@pytest.fixture
def counted(book: Book) -> CoverageReport:
    config = book.root / "pyproject.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("[]", '["README.md"]')
        + '[tool.backprop_book.terms]\n"2×2 image" = "a shape & more"\n',
        encoding="utf-8",
    )
    book.write("README.md", "<!-- book: descent -->\n\n`rate = 0.1`\n\n<!-- book: end -->\n")
    book.write("snippets/descent.md", "## `rate = 0.1`: the rate\n\nIt is [0.1]{rate}.\n")
    book.write(
        "docs/a/deep.md", '---\nbook:\n  unchecked: a list\n---\n\n```python\n--8<-- "descent.py"\n```\n\nSeven.\n'
    )
    book.page("# The end\n\nIt is [0.588]{best} of a 2×2 image, [175 <b>]{# *published*}.\n")
    book.write("docs/index.md", HOW)
    assert book.problems() == ()
    return coverage_report(book.verifier())


def rows(html: str) -> Mapping[str, list[list[str]]]:
    ET.fromstring(html)
    return {
        table.select_one("caption").get_text(): [  # type: ignore[union-attr]
            [cell.get_text() for cell in row.select("th, td")] for row in table.select("tr")
        ]
        for table in BeautifulSoup(html, "html.parser").select("table")
    }


def test_numbers_are_told_by_document(counted: CoverageReport) -> None:
    html = verification(counted, {"docs/page.md": "page.md", "docs/index.md": ""})
    assert rows(html)["Numbers of the prose, and what checks them"] == [
        ["", "all", "in sentences", "in arithmetic", "in tables", "in outputs", "excused words", "excused terms", "not looked at"],
        ["How it is & was", "0", "0", "0", "0", "0", "0", "0", "0"],
        ["The end", "4", "1", "0", "0", "0", "1", "2", "0"],
        ["notes on descent.py", "1", "1", "0", "0", "0", "0", "0", "0"],
        ["docs/a/deep.md", "1", "0", "0", "0", "0", "0", "0", "1"],
        ["README.md", "1", "1", "0", "0", "0", "0", "0", "0"],
        ["all", "7", "3", "0", "0", "0", "1", "2", "1"],
    ]  # fmt: skip
    assert [str(link) for link in BeautifulSoup(html, "html.parser").select("thead + tbody > tr > th > a")] == [
        '<a href="page.md">The end</a>',
        '<a href="page.md">The end</a>',
    ]


def test_totals_statements_excuses_and_runs(counted: CoverageReport) -> None:
    html = verification(counted, {})
    text = BeautifulSoup(html, "html.parser").get_text()
    assert "Verified: 3 of 6 numbers, which is 50.0 %. Excused with a reason: 3. " in text
    assert "On reference pages, where numbers are not looked at: 1. " in text
    assert "Statements checked, with the sentences, the names and the code: 3." in text
    found = rows(html)
    assert found["Statements that were checked, by kind"][0][1:] == [
        "numbers", "rows of numbers", "texts", "sentences", "moments", "names with values", "table cells", "equations",
        "outputs", "code in the prose",
    ]  # fmt: skip
    assert found["Statements that were checked, by kind"][-1] == [
        "all",
        "2",
        "0",
        "0",
        "0",
        "0",
        "1",
        "0",
        "0",
        "0",
        "0",
    ]
    assert found["What is excused, and why"] == [
        ["words", "reason", "place"],
        ["2×2 image", "a shape & more", "The end docs/page.md:7"],
        ["175 <b>", "published", "The end docs/page.md:7"],
    ]
    ((name, statements, seconds),) = found["The runs"][1:]
    assert (name, statements) == ("snippets/descent.py", "19")
    assert 0 < float(seconds.removeprefix("< ")) < 60
    assert "Snippets that ran: 1, on Python 3." in text


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "< 0.01"), (0.0099, "< 0.01"), (0.012, "0.01"), (12.346, "12.35")]
)
def test_a_run_never_takes_no_time(counted: CoverageReport, seconds: float, shown: str) -> None:
    html = verification(replace(counted, runs=(replace(counted.runs[0], seconds=seconds),)), {})
    assert rows(html)["The runs"][1][-1] == shown


def test_a_book_that_is_verified_whole_and_one_that_says_nothing(book: Book) -> None:
    book.page("[0.588]{best}")
    html = verification(coverage_report(book.verifier()), {})
    assert "Verified: 1 of 1 numbers</strong>, which is 100 %. Statements" in html
    assert "<p>Nothing is excused from being checked.</p>" in html
    book.write("docs/page.md", "Words.\n")
    (book.root / "snippets/descent.py").unlink()
    html = verification(coverage_report(book.verifier()), {})
    assert "Verified: 0 of 0 numbers</strong>. Statements" in html
    assert "Snippets that ran: 0." in html
