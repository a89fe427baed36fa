"""Where a number of the prose comes from, on a small book built by MkDocs."""

import pytest
from bs4 import BeautifulSoup

import sites
from small_book import Book

MKDOCS = """\
site_name: A small book
use_directory_urls: {directories}
theme: {{name: material, font: false}}
plugins: []
markdown_extensions: [attr_list, md_in_html, tables, pymdownx.highlight, pymdownx.snippets, pymdownx.superfences, backprop_book]
"""
NOTES = """\
## `loss = loss * (1 - rate)`: one step

[0.806625]{loss}, and in the end [0.588]{best_of.best}.
"""


def build(book: Book, *, directories: bool = True) -> None:
    book.write("mkdocs.yml", MKDOCS.format(directories=str(directories).lower()))
    assert sites.build(book.root) == (0, "")


def told(book: Book, name: str) -> list[tuple[str, list[str], list[str]]]:
    """For each claim of a page: its words, the places it names, and where they lead."""
    page = BeautifulSoup((book.root / "site" / name).read_text(encoding="utf-8"), "html.parser")
    assert page.select(".bb-addresses") == []
    for link in page.select(".bb-tip a[href*='#']"):
        path, _, anchor = str(link["href"]).partition("#")
        there = (book.root / "site" / name).parent / path
        target = there / "index.html" if there.is_dir() else there
        if path == "":
            target = book.root / "site" / name
        assert BeautifulSoup(target.read_text(encoding="utf-8"), "html.parser").find(id=anchor) is not None, link
    return [
        (
            claim.select(".bb-words")[0].get_text(),
            [place.get_text() for place in claim.select(".bb-whence")],
            [str(link["href"]) for link in claim.select(".bb-tip a")],
        )
        for claim in page.select(".bb-claim")
    ]


@pytest.fixture
def listed(book: Book) -> Book:
    """A book whose second page shows the snippet, with a third page in a folder, and a snippet that no page lists."""
    book.write("snippets/best_of.py", "from descent import best\n\nbest_twice = [best, best]\n")
    book.write("snippets/descent.md", NOTES)
    said = "It ends at [0.588]{best}. [It falls]{loss < 1 always}.\n\n| [thing]{row + 1} |\n|---|\n| 1 |\n"
    book.write("docs/listed.md", f'# Listed\n\n```python title="Descent"\n--8<-- "descent.py"\n```\n\n{said}\n')
    return book


@pytest.mark.parametrize("directories", [True, False])
def test_claims_lead_to_the_step_wherever_it_is_listed(listed: Book, directories: bool) -> None:
    said = (
        "It ends at [0.588]{descent.best}, after [0.73]{descent.losses[1]}; the other has [0.588 and 0.588]{best_of.best_twice}.\n"
        "[They agree]{best_of.best == descent.best < descent.losses[0]}. It was [0.73]{descent.loss when descent.step == 1}.\n"
    )
    # What is in a folder comes after what is not, whatever its name.
    shown = '```python title="An example"\n--8<-- "descent.py"\n```\n'
    listed.write("docs/a-folder/example.md", f"# An example\n\n{shown}")
    listed.write("docs/deep/far.md", f"# Deep\n\n{said}")
    build(listed, directories=directories)
    near, far = ("listed/index.html", "deep/far/index.html") if directories else ("listed.html", "deep/far.html")
    here = "Descent, line 7, moment 11 of 14: best = min(losses) Show this moment"
    hidden = "best_of.py, line {}: {} No page lists this program."
    imported = hidden.format(1, "from descent import best")
    assert told(listed, near) == [
        ("0.806625", ["Descent, line 5, moment 5 of 14: loss = loss * (1 - rate) Show this moment"], ["#descent-t4"]),
        ("0.588", [imported], []),
        ("0.588", [here], ["#descent-t10"]),
        ("It falls", ["Descent, in every state of the run Show the listing"], ["#descent"]),
        ("1", ["Plain arithmetic It reads nothing from a listing."], []),
    ]
    away = "../../listed/" if directories else "../listed.html"
    line = "Descent, line 5, in a run of it that was not kept: loss = loss * (1 - rate) Show the line in “Listed”"
    assert told(listed, far) == [
        ("0.588", [f"{here} in “Listed”"], [f"{away}#descent-t10"]),
        (
            "0.73",
            ["Descent, line 6, moment 10 of 14: losses.append(loss) Show this moment in “Listed”"],
            [f"{away}#descent-t9"],
        ),
        ("0.588 and 0.588", [hidden.format(3, "best_twice = [best, best]")], []),
        ("They agree", [imported, f"{here} in “Listed”"], [f"{away}#descent-t10"]),
        ("0.73", [line], [f"{away}#descent-s4"]),
    ]


def test_a_part_of_a_listing_may_leave_the_line_out(listed: Book) -> None:
    text = (listed.root / "snippets/descent.py").read_text(encoding="utf-8")
    listed.write("snippets/descent.py", text.replace("best =", "# --8<-- [start:end]\nbest =") + "# --8<-- [end:end]\n")
    part = '```python title="The end"\n--8<-- "descent.py:end"\n```\n\n'
    long = "'" + "long " * 20 + "'"
    listed.write("snippets/best_of.py", f"named = {long}\n")
    said = "From [0.1]{rate} to [0.588]{best}, [long]{'long ' * 20 in best_of.named}.\n"
    listed.write("docs/listed.md", f"{part}{part}{said}")
    listed.write("snippets/descent.md", "## `best = ...`: least\n\nThe least.\n")
    build(listed)
    assert told(listed, "listed/index.html") == [
        ("0.1", ["The end, line 1, which is not shown: rate = 0.1 Show the listing"], ["#descent"]),
        ("0.588", ["The end, line 8, moment 1 of 4: best = min(losses) Show this moment"], ["#descent-t10"]),
        (
            "long",
            [f"best_of.py, line 1: named = '{'long ' * 12}lo… No page lists this program."],
            [],
        ),
    ]
    page = (listed.root / "site/listed/index.html").read_text(encoding="utf-8")
    assert 'id="descent-2-t10"' in page
