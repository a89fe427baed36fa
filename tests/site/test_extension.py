"""A small book built by MkDocs, whole or not at all."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup, Tag

import sites
from small_book import Book

MKDOCS = """\
site_name: A small book
theme: {name: material, font: false}
plugins: []
markdown_extensions:
  - attr_list
  - md_in_html
  - tables
  - pymdownx.arithmatex: {generic: true}
  - pymdownx.highlight
  - pymdownx.snippets: {base_path: [snippets], check_paths: true}
  - pymdownx.superfences
  - backprop_book
"""
NOTES = """\
## `rate = 0.1`: the *rate*

It is [0.1]{rate}, and $\\frac{1}{10} = 0.1$.

## `loss = loss * (1 - rate)`: one step

`losses` grows.
"""


@pytest.fixture
def site(book: Book) -> Book:
    book.write("mkdocs.yml", MKDOCS)
    book.write("snippets/descent.md", NOTES)
    book.write(
        "docs/index.md", "---\ntitle: Start\nbook:\n  listing: descent\n---\n\n# Start\n\nIt ends at [0.588]{best}.\n"
    )
    book.page("The **[loss `falls`]{losses[-1] < losses[0]}** to [0.588]{best}; $x^2$.\n\n$$\n\\hat y\n$$\n")
    return book


def build(book: Book) -> tuple[int, str]:
    return sites.build(book.root)


def page_of(book: Book, name: str = "page/index.html") -> BeautifulSoup:
    return BeautifulSoup((book.root / "site" / name).read_text(encoding="utf-8"), "html.parser")


def test_a_page_shows_its_listing_its_notes_and_its_claims(site: Book) -> None:
    status, output = build(site)
    assert (status, output) == (0, "")
    page = page_of(site)
    assert len(page.select("figure.bb-listing")) == 1
    article = page.select_one("article")
    assert article is not None
    outside = [found for found in article.select(".bb-claim") if not found.find_parent("figure")]
    assert [found.select_one(".bb-words").get_text() for found in outside] == ["loss falls", "0.588"]  # type: ignore[union-attr]
    assert "0.588029625" in outside[1].get_text()
    assert "the rate" in page.select_one("figure.bb-listing").get_text()  # type: ignore[union-attr]
    assert "{best}" not in article.get_text()


def test_names_and_letters_have_the_colour_of_their_family(site: Book) -> None:
    pyproject = site.root / "pyproject.toml"
    site.write(
        "pyproject.toml",
        pyproject.read_text(encoding="utf-8")
        + '[tool.backprop_book.symbols]\nloss = { code = ["loss"], math = ["L"] }\n',
    )
    site.page("The `loss`, `loss * (1 - rate)`, `rate`, `losses` and $L$.\n")
    assert build(site) == (0, "")
    page = page_of(site)
    spans = page.select("article > p code .bb-sym-loss")
    assert [span.parent.get_text() for span in spans if span.parent] == ["loss", "loss * (1 - rate)"]
    assert [mi.get_text() for mi in page.select("math mi.bb-sym-loss")] == ["L"]
    assert page.select("bb-listing .bb-src .bb-sym-loss")


def test_formulas_are_mathml_and_no_script_is_needed(site: Book) -> None:
    build(site)
    page = page_of(site)
    assert [found["display"] for found in page.select("math")] == ["inline", "inline", "block"]
    assert not re.search(r"\\\(|\\\[|\\hat", page.get_text())


def test_a_default_listing_serves_claims_before_the_first_listing(site: Book) -> None:
    build(site)
    words = page_of(site, "index.html").select_one(".bb-claim .bb-words")
    assert words is not None
    assert words.get_text() == "0.588"


def test_the_header_of_a_bound_column_shows_its_words_only(site: Book) -> None:
    site.page("| step | [loss]{losses[row]} |\n|---|---|\n| first | 0.81 |\n| second | 0.73 |\n")
    status, output = build(site)
    assert (status, output) == (0, "")
    page = page_of(site)
    assert [cell.get_text() for cell in page.select("article > .md-typeset__table th, article th")][:2] == [
        "step",
        "loss",
    ]


def test_a_waiver_shows_its_words_only(site: Book) -> None:
    site.page("There are [175 billion]{# a published figure} of them.\n")
    assert build(site)[0] == 0
    assert "There are 175 billion of them." in page_of(site).get_text()


def test_a_listing_inside_a_list_stays_in_its_item(site: Book) -> None:
    site.write(
        "docs/page.md", '- An item\n\n    ```python\n    --8<-- "descent.py"\n    ```\n\n    Then [0.588]{best}.\n'
    )
    status, output = build(site)
    assert (status, output) == (0, "")
    assert page_of(site).select_one("li figure.bb-listing") is not None


FIGURE = '''"""It falls."""

DATA = {"loss": "series(descent.loss)"}


def draw(sheet, data):
    """Draw it."""
    sheet.axes(200, y="the loss").plot(data.loss, color="loss")
'''


def test_a_figure_shows_its_drawing_its_caption_and_its_data(site: Book) -> None:
    site.write("figures/falling.py", FIGURE)
    site.page(
        "![A falling line.](figures/falling.svg)\nIt ends at [0.588]{best}, see\n[the *start*](index.md#start).\n\n"
        "- In a list:\n\n    ![A line.](figures/again.svg)\n    [It falls]{losses[-1] < losses[0]}.\n\nAfter.\n"
    )
    site.write("figures/again.py", FIGURE)
    status, output = build(site)
    assert (status, output) == (0, "")
    page = page_of(site)
    first, second = page.select("figure.bb-figure")
    assert [first["id"], second["id"]] == ["figure-falling", "figure-again"]
    assert second.find_parent("li") is not None
    assert first.find_parent("p") is None
    assert len(first.select("svg[role=img]")) == 2
    assert first.select_one("svg desc").get_text() == "A falling line."  # type: ignore[union-attr]
    caption = first.select_one("figcaption")
    assert caption is not None
    assert [words.get_text() for words in caption.select(".bb-words")] == ["0.588"]
    assert [link["href"] for link in caption.select("a:not(.bb-jump)")] == ["../#start"]
    assert caption.select_one("em") is not None
    assert [cell.get_text() for cell in first.select("details td, details tbody th")] == [
        "0.8066",
        "0.726",
        "0.6534",
        "0.588",
    ]
    assert [words.get_text() for words in second.select("figcaption .bb-words")] == ["It falls"]
    assert "After." in page.get_text()
    assert not page.select("article img")


def test_what_is_wrong_with_a_figure_stops_the_build(site: Book) -> None:
    site.write("figures/falling.py", FIGURE.replace("data.loss,", "data.lost,"))
    site.page("![A falling line.](figures/falling.svg)\nIt ends at [0.589]{best}.")
    status, output = build(site)
    assert status == 1
    assert "docs/page.md:6:13: this number is not what descent.py gives" in output
    assert "figures/falling.py:8:40: this figure cannot be drawn: AttributeError: there are no data lost" in output
    assert "Traceback" not in output


WRONG = {
    "a digit": ("docs/page.md", "0.588", "0.589", "docs/page.md:5:"),
    "a name in a snippet": ("snippets/descent.py", "best", "least", "docs/index.md:9:"),
    "a quoted statement": ("snippets/descent.py", "rate = 0.1", "rate = 0.10", "snippets/descent.md:1:"),
    "an include": ("docs/page.md", "descent.py", "decent.py", "docs/page.md:2:"),
    "an open fence": ("docs/page.md", "$$\n\\hat y\n$$", "```\nopen", "docs/page.md:7:"),
    "the syntax of a claim": ("docs/page.md", "{best}", "{best +}", "docs/page.md:5:"),
    "a formula": ("docs/page.md", "\\hat y", "\\hta y", "docs/page.md:8:"),
    "a formula of a note": ("snippets/descent.md", "\\frac{1}{10} = 0.1", "\\frca{a}{b}", "snippets/descent.md:3:"),
    "a snippet": ("snippets/descent.py", "rate = 0.1", "rate = 1 / 0", "snippets/descent.py:1:"),
}


def test_what_is_wrong_is_told_once_each_problem_at_the_start_of_a_line(site: Book) -> None:
    site.page("It ends at [0.589]{best}, after [five]{len(losses)} steps.\n")
    status, output = build(site)
    problems = "\n".join(map(str, site.problems()))
    assert len(site.problems()) == 2
    assert (status, output) == (1, f"ERROR   -  Error reading page 'index.md': the book does not hold\n{problems}\n")


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_stops_the_build_without_a_page_or_a_traceback(site: Book, case: str) -> None:
    path, old, new, place = WRONG[case]
    target = site.root / path
    target.write_text(target.read_text().replace(old, new))
    status, output = build(site)
    assert status == 1
    assert place in output
    assert "Traceback" not in output
    assert not list((site.root / "site").glob("**/*.html"))


def test_all_problems_are_reported_at_once(site: Book) -> None:
    site.page("[0.589]{best}", name="page")
    site.write("docs/index.md", "---\nbook:\n  listing: descent\n---\n\n[0.589]{best} and seven\n")
    output = build(site)[1]
    for place in ("docs/page.md:5:2", "docs/index.md:6:2", "docs/index.md:6:19"):
        assert f"{place}: " in output


def test_a_text_that_is_no_page_of_the_book_is_refused(site: Book) -> None:
    site.write("hook.py", "def on_page_markdown(markdown, **_):\n    return markdown + 'More.'\n")
    site.write("mkdocs.yml", MKDOCS + "hooks: [hook.py]\n")
    status, output = build(site)
    assert status == 1
    assert "a text was given to the extension that is no page of the book" in output


def test_the_root_can_be_named(site: Book, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    config = MKDOCS.replace("  - backprop_book\n", f"  - backprop_book: {{root: {site.root}}}\n")
    (elsewhere / "mkdocs.yml").write_text(config.replace("[snippets]", f"[{site.root / 'snippets'}]"))
    (elsewhere / "mkdocs.yml").write_text((elsewhere / "mkdocs.yml").read_text() + f"docs_dir: {site.root / 'docs'}\n")
    assert sites.build(elsewhere) == (0, "")


def summaries(book: Book) -> dict[str, tuple[str, str]]:
    found = {}
    for path in sorted((book.root / "site").rglob("*.html")):
        line = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select_one("article .bb-summary")
        name = path.relative_to(book.root / "site").as_posix()
        if line is not None:
            link = line.select_one("a")
            found[name] = (line.get_text(), str(link["href"]) if link else "")
    return found


@pytest.mark.parametrize("flat", [False, True])
def test_the_line_below_each_title_leads_to_the_verification_page(site: Book, flat: bool) -> None:
    if flat:
        site.write("mkdocs.yml", f"use_directory_urls: false\n{MKDOCS}")
    site.write("docs/deep/down/page.md", "# Deep\n\n<!-- a comment -->\n\nWords.\n")
    site.write("docs/untitled.md", "Words.\n")
    site.write("docs/deep/how.md", "# How\n\nWords.\n\n<!-- book: verification -->\n")
    assert build(site) == (0, "")
    found = summaries(site)
    if flat:
        assert {name: link for name, (_, link) in found.items()} == {
            "deep/down/page.html": "../how.html", "deep/how.html": "", "index.html": "deep/how.html",
            "page.html": "deep/how.html", "untitled.html": "deep/how.html",
        }  # fmt: skip
        return
    assert found == {
        "deep/down/page/index.html": ("1 minute to read ·\u00a0no numbers to verify", "../../how/"),
        "deep/how/index.html": ("1 minute to read ·\u00a0no numbers to verify", ""),
        "index.html": ("1 minute to read ·\u00a0its one number verified", "deep/how/"),
        "page/index.html": ("1 minute to read ·\u00a0all 5 numbers verified", "../deep/how/"),
        "untitled/index.html": ("1 minute to read ·\u00a0no numbers to verify", "../deep/how/"),
    }


def test_without_a_verification_page_there_is_no_line(site: Book) -> None:
    build(site)
    assert summaries(site) == {}


def test_the_tables_of_what_was_verified_stand_in_their_place(site: Book) -> None:
    site.write("docs/deep/how.md", "# How\n\n- Before\n\n    <!-- book: verification -->\n\n- After\n")
    assert build(site) == (0, "")
    page = page_of(site, "deep/how/index.html")
    assert len(page.select("li > section.bb-ledger table")) == 3
    links = {(link.get_text(), str(link["href"])) for link in page.select(".bb-ledger a")}
    assert links == {("Start", "../../"), ("docs/page.md", "../../page/")}
    assert "book: verification" not in str(page)


def test_a_place_holder_inside_html_is_refused(site: Book) -> None:
    site.write("docs/how.md", "# How\n\n<div>\n<!-- book: verification -->\n</div>\n")
    status, output = build(site)
    assert status == 1
    assert (
        "docs/how.md:4:1: this place holder stands inside HTML, where nothing is filled in\n"
        "    found:    <!-- book: verification -->\n"
        "    expected: no open <div> before it\n"
        "    remedy:   move it out of the element"
    ) in output


def test_the_index_of_the_search_does_not_hold_what_is_generated(site: Book) -> None:
    site.write("mkdocs.yml", MKDOCS.replace("plugins: []", "plugins: [search]"))
    site.write("docs/how.md", "# How\n\nSought.\n\n<!-- book: verification -->\n")
    assert build(site) == (0, "")
    index = (site.root / "site/search/search_index.json").read_text(encoding="utf-8")
    assert "Sought" in index
    assert "to read" not in index
    assert "Statements checked" not in index
    assert "Download" not in index


def downloads(figure: Tag) -> list[tuple[str, str]]:
    """Name and content of the files that a listing carries."""
    return [
        (str(link["download"]), unquote(str(link["href"]).partition(",")[2])) for link in figure.select("a[download]")
    ]


def test_a_listing_carries_its_snippet_and_its_notebook(site: Book) -> None:
    build(site)
    (figure,) = page_of(site).select("figure.bb-listing")
    (code, text), (name, notebook) = downloads(figure)
    assert (code, name) == ("descent.py", "descent.ipynb")
    assert text == (site.root / "snippets/descent.py").read_text(encoding="utf-8")
    assert [cell["source"][0] for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "markdown"] == [
        "# descent.py\n",
        "### `rate = 0.1`: the *rate*\n",
        "### `loss = loss * (1 - rate)`: one step\n",
    ]
    assert "It is 0.1, and $\\\\frac{1}{10} = 0.1$." in notebook
    assert [link["aria-label"] for link in figure.select("a[download]")] == [
        "Download .py: descent.py", "Download notebook: descent.ipynb",
    ]  # fmt: skip


def test_a_section_carries_the_whole_snippet_and_no_notebook(site: Book) -> None:
    text = (site.root / "snippets/descent.py").read_text(encoding="utf-8")
    marked = f"{text}# --8<-- [start:end]\nprint(1)\n# --8<-- [end:end]\n"
    site.write("snippets/descent.py", marked)
    site.write("docs/section.md", '```python\n--8<-- "descent.py:end"\n```\n')
    assert build(site) == (0, "")
    (figure,) = page_of(site, "section/index.html").select("figure.bb-listing")
    assert downloads(figure) == [("descent.py", marked)]
    assert "notebook" not in figure.get_text()


def test_a_listing_says_why_there_is_no_notebook(site: Book) -> None:
    site.write("snippets/again.py", "print(len(__file__) > 0)\n")
    site.write("docs/again.md", '```python\n--8<-- "again.py"\n```\n')
    assert build(site) == (0, "")
    (figure,) = page_of(site, "again/index.html").select("figure.bb-listing")
    assert [name for name, _ in downloads(figure)] == ["again.py"]
    assert "There is no notebook: it reads its own file, which a notebook does not have." in figure.get_text()


def test_no_page_holds_a_control_character(site: Book) -> None:
    site.write(
        "snippets/descent.py",
        '# one\nrate = 0.1\nname = "\\033[1m"\nloss = 2 * (1 - rate)\nlosses = [loss]\n'
        'best = 0.588\nprint("\\033[1mbold\\033[0m\\a\\u2028a\\rb")\n',
    )
    site.write("snippets/descent.md", "## `rate = 0.1`: the \x1b[mrate\x07\n\nIt \x0cis \x1c[0.1\x08]{rate}.\n")
    site.page(
        "# A \x1b[mtitle\x07\n\n"
        "The \x1b[m[loss \x1b[m]{loss > 0}, `rate`\x1b, [\x1b[mwords\x0b](index.md \"ti\x0ctle\") and [a\x08]{name == '\x1b[1m'}.\n\n"
        '??? note "A \x1b[mtitle\x07"\n\n    Text\x0c.\n\n'
        '```text title="Output"\n\x1b[1mbold\x1b[0m\x07\u2028a\\rb\n```\n'
    )
    assert build(site) == (0, "")
    for name in ("page/index.html", "index.html"):
        text = (site.root / "site" / name).read_text(encoding="utf-8")
        assert re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text) == []
    page = page_of(site)
    code = page.select("pre code")[-1]
    assert code.get_text() == "bold\\x07\u2028a\\rb\n"
    assert page.select_one("h1").get_text() == "A title\\x07"  # type: ignore[union-attr]


def test_headings_hold_words_alone_wherever_they_are_repeated(site: Book) -> None:
    site.write(
        "mkdocs.yml",
        MKDOCS.replace("plugins: []", "plugins: [search]").replace(
            "  - tables\n", "  - tables\n  - toc: {permalink: true}\n"
        ),
    )
    site.write(
        "docs/page.md",
        "---\nbook: {listing: descent}\n---\n\n# A loss of [0.588]{best}\n\n[see](#the-loss-falls-to-0588), [of it](index.md#half-ab-of-best-0588)\n\n"
        "## The **loss** falls to [0.588]{best}\n\n### Own [0.588]{best} { #own }\n",
    )
    site.write(
        "docs/index.md",
        '---\nbook: {listing: descent}\n---\n\n# [0.588]{best} is `best`\n\n```python\n--8<-- "descent.py"\n```\n\n[see](page.md#the-loss-falls-to-0588) and [it](page.md#own)\n\n'
        "## Half $\\frac{a}{b}$ of `best = 0.588`\n\n## `rate` & $x_1^2 < \\sqrt{y}$\n",
    )
    assert build(site) == (0, "")
    page, index = page_of(site), page_of(site, "index.html")
    assert [h["id"] for h in page.select("article :is(h1, h2, h3)")] == [
        "a-loss-of-0588",
        "the-loss-falls-to-0588",
        "own",
    ]
    assert [h["id"] for h in index.select("article :is(h1, h2)")] == [
        "0588-is-best",
        "half-ab-of-best-0588",
        "rate-x_12y",
    ]
    toc = ".md-nav--secondary > ul .md-ellipsis"
    assert list(dict.fromkeys(each.get_text(" ", strip=True) for each in page.select(toc))) == [
        "The loss falls to 0.588",
        "Own 0.588",
    ]
    assert list(dict.fromkeys(each.get_text(" ", strip=True) for each in index.select(toc))) == [
        "Half a/b of best = 0.588",
        "rate & x_1^2<√(y)",
    ]
    assert page.title is not None
    assert page.title.get_text() == "A loss of 0.588 - A small book"
    assert "A loss of 0.588" in [each.get_text(strip=True) for each in page.select(".md-nav--primary .md-ellipsis")]
    assert page.select_one("h2 .bb-tip code").get_text() == "best"  # type: ignore[union-attr]
    found = json.loads((site.root / "site/search/search_index.json").read_text(encoding="utf-8"))["docs"]
    assert {each["location"]: each["title"] for each in found}[
        "page/#the-loss-falls-to-0588"
    ] == "The loss falls to 0.588"
    assert not any("gives" in each["title"] for each in found)


def test_a_claim_whose_words_are_a_formula_has_a_name(site: Book) -> None:
    site.page("[$r < \\frac{1}{2}$]{rate < 1 / 2}, and [$r$, a rate,]{rate < loss} is small.\n")
    assert build(site) == (0, "")
    named = [(words.get("aria-label"), words.get_text()) for words in page_of(site).select(".bb-words:has(math)")]
    assert named == [("r<1/2", "\u2060r<12\u2060"), (None, "\u2060r\u2060, a rate,")]


def test_a_formula_of_its_own_line_is_set_like_others_also_if_it_is_claimed(site: Book) -> None:
    site.page(
        "$$r = s$$\n\n[$\\displaystyle r < \\frac{1}{2}$]{rate < 1 / 2}.\n\n$r$\n\n[$r$, a rate,]{rate < loss} is small.\n"
    )
    assert build(site) == (0, "")
    shown = page_of(site).select(".bb-formula")
    assert [formula.get_text().replace("\u2060", "").split("rate")[0] for formula in shown] == ["r=s", "r<12.", "r"]
    assert all(formula.find(displaystyle="true") for formula in shown)
    assert len(shown[1].select(".bb-claim math")) == 2, "it breaks at its relation"


def test_marks_begin_no_line_without_the_formula_that_they_touch(site: Book) -> None:
    site.page("An $r$. A ([$r$]{rate < loss}), *$r$*: [so is $r$]{rate < loss}, $r$ and $r$-values.\n")
    assert build(site) == (0, "")
    kept = [each.get_text() for each in page_of(site).select(".bb-whole")]
    assert kept.count("\u2060r\u2060") == 4
    assert len(page_of(site).select("p math")) - len(kept) == 2, "where no mark touches it, nothing is added"
