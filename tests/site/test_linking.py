"""Statements that do the same, as a page shows them: named in the notes of both listings, and side by side."""

import pytest
from bs4 import Tag
from test_extension import MKDOCS, build, page_of

from small_book import Book

PAGE = """\
# Both

```python title="The descent"
--8<-- "descent.py"
```

<!-- book: beside descent other -->

<!-- book: beside other descent -->
"""
NOTES = """\
## `pace = 0.1`: pace

In `descent`: `rate = 0.1`. [The same]{descent.rate == pace}.

## `rest = 1 - pace`, `factor = rest`: what is left

In `descent`: `loss = loss * (1 - rate)`, `best = min(losses)`. [More]{descent.best + descent.loss > rest}.
"""


@pytest.fixture
def site(book: Book) -> Book:
    book.write("mkdocs.yml", MKDOCS)
    book.write("snippets/other.py", "pace = 0.1\nrest = 1 - pace\nfactor = rest\n")
    book.write("snippets/other.md", NOTES)
    book.write(
        "snippets/descent.md",
        "## `rate = 0.1`: the rate\n\nA number.\n\n## `best = min(losses)`: the best\n\nThe least.\n",
    )
    book.write("docs/index.md", '# Start\n\n```python title="The other"\n--8<-- "other.py"\n```\n')
    book.write("docs/page.md", PAGE)
    return book


def links(element: Tag) -> list[tuple[str, str]]:
    return [(link.get_text(), str(link["href"])) for link in element.find_all("a")]


def test_links_lead_both_ways_across_pages(site: Book) -> None:
    status, said = build(site)
    assert status == 0, said
    forth = [links(each) for each in page_of(site, "index.html").select(".bb-twin")]
    assert forth == [
        [("The descent", "page/#descent"), ("line 1 rate = 0.1", "page/#descent-s0")],
        [
            ("The descent", "page/#descent"),
            ("line 5 loss = loss * (1 - rate)", "page/#descent-s4"),
            ("line 7 best = min(losses)", "page/#descent-s6"),
        ],
    ]
    back = [links(each) for each in page_of(site).select(".bb-twin")]
    assert back == [
        [("The other", "../#other"), ("line 1 pace = 0.1", "../#other-s0")],
        [
            ("The other", "../#other"),
            ("line 2 rest = 1 - pace", "../#other-s1"),
            ("line 3 factor = rest", "../#other-s2"),
        ],
    ]


def test_two_snippets_stand_side_by_side(site: Book) -> None:
    status, said = build(site)
    assert status == 0, said
    page = page_of(site)
    first, second = page.select(".bb-beside")
    assert [rows(side) for side in first.select(".bb-side")] == [
        ["1 1", "lines 2 to 4", "5 2", "6", "7 2", "lines 8 to 10"],
        ["1 1", "2 2", "3 2"],
    ]
    assert [rows(side)[0] for side in second.select(".bb-side")] == ["1 1", "1 1"]
    known = {str(each["id"]) for each in page.select("[id]")}
    for link in page.select(".bb-sames a"):
        assert str(link["href"])[1:] in known
    labels = [str(link["aria-label"]) for link in first.select(".bb-sames a")]
    assert labels[:2] == ["Link 1: the same as line 1 of The other", "Link 2: the same as line 2 of The other"]


def rows(side: Tag) -> list[str]:
    """The number of each line and those of its links, or which lines are left out."""
    return [
        row.get_text()
        if "bb-gap" in (row.get("class") or "")
        else " ".join(each.get_text() for each in row.select(".bb-no, .bb-sames a"))
        for row in side.select("li")
    ]


def test_a_snippet_that_no_page_lists_is_named(site: Book) -> None:
    site.write("docs/index.md", "# Start\n\nNothing.\n")
    site.write("docs/page.md", PAGE.replace('"descent.py"', '"other.py"').replace("The descent", "The other"))
    (site.root / "snippets" / "descent.md").unlink()
    status, said = build(site)
    assert status == 0, said
    page = page_of(site)
    twin = page.select(".bb-twin")[0]
    assert twin.get_text() == "In descent.py: line 1 rate = 0.1"
    assert links(twin) == []
    side = page.select(".bb-side")[0]
    assert side.select_one(".bb-side-title").get_text() == "descent.py"  # type: ignore[union-attr]
    assert side.select("a.bb-no") == []
