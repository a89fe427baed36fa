"""What a page opens with, the columns of its tables, and pages with their minutes, in the HTML that MkDocs makes."""

import pytest
from bs4 import BeautifulSoup, Tag
from test_extension import MKDOCS, build, page_of

from small_book import Book

GOALS = "You will be able to\n\n- add,\n- multiply.\n\n"
OBJECTIVES = {
    "a question": (f"# T\n\n{GOALS}## Why?\n\nOne.\n\nMore.\n", ["h1", "h2", "p", "div", "p"]),
    "a later question": (f"# T\n\n{GOALS}## So\n\nOne.\n\nMore?\n\nLast.\n", ["h1", "h2", "p", "p", "div", "p"]),
    "what is needed": (f"# T\n\n{GOALS}Before.\n\n## So\n\nOne.\n", ["h1", "p", "h2", "p", "div"]),
    "no paragraph": (f"# T\n\n{GOALS}## So\n\n- an item\n", ["h1", "h2", "div", "ul"]),
    "a paragraph that leads on": (f"# T\n\n{GOALS}## So\n\nThese:\n\n- an item\n", ["h1", "h2", "div", "p", "ul"]),
    "no question": (f"# T\n\n{GOALS}Words.\n", ["h1", "div", "p"]),
    "a question first": (f"# T\n\nWhy?\n\n{GOALS}Before.\n\n## So\n\nBecause.\n", ["h1", "p", "div", "p", "h2", "p"]),
    "a later list": (f"# T\n\nWhy?\n\n## So\n\n{GOALS}", ["h1", "p", "h2", "p", "ul"]),
    "no title": (f"{GOALS}## So\n\nOne.\n", ["p", "ul", "h2", "p"]),
    "a sentence before a list": ("# T\n\nWords.\n\n- an item\n\n## So\n\nOne.\n", ["h1", "p", "ul", "h2", "p"]),
    "words only": ("# T\n\nWords:\n\nMore.\n\n## So\n\nOne.\n", ["h1", "p", "p", "h2", "p"]),
}


@pytest.fixture
def site(book: Book) -> Book:
    book.write("mkdocs.yml", MKDOCS)
    book.write("docs/index.md", "# Start\n\nWords.\n")
    return book


def article(site: Book, text: str) -> Tag:
    site.write("docs/page.md", f"---\nbook: {{unchecked: samples}}\n---\n\n{text}")
    status, said = build(site)
    assert status == 0, said
    found = page_of(site).select_one("article")
    assert found is not None
    return found


def test_objectives_come_after_the_question_that_opens_a_page(site: Book) -> None:
    for name, (text, _) in OBJECTIVES.items():
        site.write(f"docs/{name.replace(' ', '-')}.md", text)
    article(site, "Words.\n")
    for name, (_, tags) in OBJECTIVES.items():
        found = page_of(site, f"{name.replace(' ', '-')}/index.html").select_one("article")
        assert found is not None
        shown = [
            each for each in found.find_all(True, recursive=False) if "bb-summary" not in (each.get("class") or [])
        ]
        has_title = text_of(name).startswith("#")
        assert [each.name for each in shown][not has_title :] == tags, name
        assert [each.get_text(" ", strip=True) for each in found.select(".bb-objectives")] == (
            ["You will be able to add, multiply."] if "div" in tags else []
        )


def text_of(name: str) -> str:
    return OBJECTIVES[name][0]


def column(table: Tag, number: int) -> list[tuple[str, str, str]]:
    """The cells of a column with their classes and styles."""
    cells = [row.find_all(["th", "td"])[number] for row in table.find_all("tr")]
    return [(cell.get_text(), " ".join(cell.get("class") or []), str(cell.get("style") or "")) for cell in cells]


def test_numbers_stand_on_their_points(site: Book) -> None:
    page = article(
        site,
        "# T\n\n| a | b | c | d | e |\n|---|---|---|:--|---|\n| 1 | 0.25 | 5 % | 1 | x |\n| −10 | 3 | 7.5 % | 2 | 2 |\n| 3 |  | 1.25 | 3 | 3 |\n",
    )
    (table,) = page.select("table")
    assert column(table, 0) == [
        ("a", "bb-number", ""),
        ("1", "bb-number", ""),
        ("−10", "bb-number", ""),
        ("3", "bb-number", ""),
    ]
    assert column(table, 1)[1:] == [
        ("0.25", "bb-number", ""),
        ("3", "bb-number", "--bb-after: 2.5ch"),
        ("", "bb-number", ""),
    ]
    # Where units differ, and where the author or the words say otherwise, nothing is moved.
    assert {(css, style) for _, css, style in column(table, 2)} == {("bb-number", "")}
    assert {css for _, css, _ in (*column(table, 3), *column(table, 4))} == {""}
    assert table.get("data-cards") is None


def test_the_words_of_claims_are_numbers(site: Book) -> None:
    text = '# T\n\n```python\n--8<-- "descent.py"\n```\n\n| what | value |\n|---|---|\n| the rate | [0.1]{rate} |\n| the best | [0.588]{best} |\n'
    page = article(site, text)
    table = page.find_all("table")[-1]
    cells = table.select("td.bb-number")
    assert [str(cell.get("style") or "") for cell in cells] == ["--bb-after: 2ch", ""]


def test_the_rows_of_a_table_that_is_too_wide_for_a_telephone_can_be_cards(site: Book) -> None:
    words = "# T\n\n| code | symbol | what it is | introduced in | page |\n|---|---|---|---|---|\n| `x` | $x$ | predictions | section | `one_step.numpy()` |\n"
    name = "\n\nTexts:\n\n| a | b | c | d | e |\n|---|---|---|---|---|\n| x | 1 | 2 | of a | of b |\n\nA name:\n\n| a word | its line |\n|---|---|\n| differentiate | `optimizer.zero_the_gradients()` |\n"
    narrow = (
        "\n\nNumbers:\n\n| a | b | c | d | e |\n|---|---|---|---|---|\n| x | 1 | 2 | 3 | 4 |"
        "\n\nWords:\n\n| the pre-activation | of all of these neurons |\n|---|---|\n| some words more | and more of them |\n\n| a |\n|---|\n"
    )
    first, second, third, *others = article(site, words + name + narrow).find_all("table")
    assert first.get("data-cards") == second.get("data-cards") == third.get("data-cards") == ""
    assert [cell["data-title"] for cell in first.select("td")] == [
        "code",
        "symbol",
        "what it is",
        "introduced in",
        "page",
    ]
    assert [table.get("data-cards") for table in others] == [None, None, None]


def test_pages_are_listed_with_their_minutes(site: Book) -> None:
    site.write("docs/deep/long.md", "# Long & deep\n\n" + "word " * 660 + '\n\n```python\n--8<-- "descent.py"\n```\n')
    page = article(
        site, "# T\n\n<!-- book: reading-time deep/long.md index.md -->\n\nAll:\n\n<!-- book: reading-time -->\n"
    )
    (listed,) = page.select("ol.bb-pages")
    assert [" ".join(item.get_text(" ").split()) for item in listed.select("li")] == [
        "Long & deep 3 minutes",
        "Start 1 minute",
    ]
    assert [link["href"] for link in listed.select("a")] == ["../deep/long/", "../"]
    assert [total.get_text() for total in page.select(".bb-total")] == [
        "Together 4 minutes to read.",
        "All pages: 4 minutes to read.",
    ]
    assert isinstance(page, Tag)
    assert not isinstance(page, BeautifulSoup)
