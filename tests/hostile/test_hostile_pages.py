"""Any text at all as a page, as notes, as a claim or as a number: no crash, no hang, and nothing passes in silence."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown import Markdown

from backprop_book.core.expressions import ExpressionError, read
from backprop_book.numbers import numerals
from backprop_book.numbers.equations import prove
from backprop_book.render.problems import ident
from backprop_book.run import Tracer
from backprop_book.scan import scan, scan_text
from backprop_book.scan.book import Chapter
from backprop_book.scan.insertion_points import InsertionPoints
from backprop_book.scan.question import Place, ask
from backprop_book.site import BookExtension, BuildStoppedError, session_of
from backprop_book.site.edit_session import EditSession
from hostile import CHARACTERS, EFFORT, NASTY, PAGES
from small_book import SNIPPET, Book, all_problems, quick

UNHEALTHY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
"""What hypothesis is not to complain of: the book of the tests is only read, and the machine may be busy."""
EXTENSIONS = [
    "admonition", "attr_list", "footnotes", "md_in_html", "tables", "pymdownx.arithmatex", "pymdownx.details", "pymdownx.snippets",
    "pymdownx.superfences", "pymdownx.tabbed",
]  # fmt: skip


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """A book of which one page is written anew for each example."""
    made = Book(tmp_path_factory.mktemp("hostile").resolve(), Tracer(Path()))
    made.write("pyproject.toml", '[tool.backprop_book]\ndocs = "docs"\nsnippets = "snippets"\nverified = []\n')
    made.write("snippets/descent.py", SNIPPET)
    made.write("docs/page.md", "")
    yield made
    session_of(made.root).close()


def convert(book: Book, *, live: bool) -> str:
    """The HTML of the page `docs/page.md`, given as MkDocs gives it: without its front matter."""
    chapter = session_of(book.root).look().chapter
    (document,) = [found for found in chapter.documents if found.source.path == "docs/page.md"]
    body = document.source.text[document.source.body :]
    own = BookExtension(root=str(book.root), live=live)
    settings: dict[str, dict[str, Any]] = {
        "pymdownx.arithmatex": {"generic": True},
        "pymdownx.snippets": {"base_path": [str(book.root / "snippets")], "check_paths": True},
        "pymdownx.tabbed": {"alternate_style": True},
    }
    return Markdown(extensions=[*EXTENSIONS, own], extension_configs=settings).convert(body)


@settings(max_examples=60 * EFFORT, deadline=None, suppress_health_check=UNHEALTHY)
@given(PAGES)
@example("[0.589]{best}")
@example("    \ufdd00\ufdd1")
@example("0A½ and")
@example("[^1]: [^1]: ")
@example("\ufdd099\ufdd1 [\ufdd00\ufdd1]{best > 0}")
@example("$\x00$")
@example("$" + "{" * 3000 + "}" * 3000 + "$")
@example("[seven\x0c]{# a \x0c\x1b reason \x01}\n\n<!-- book: verification -->")
def test_a_page_that_is_being_edited_is_always_made_and_says_all_that_is_wrong(edited: Book, text: str) -> None:
    edited.write("docs/page.md", f'```python\n--8<-- "descent.py"\n```\n\n{text}')
    html = convert(edited, live=True)
    look = session_of(edited.root).look()
    (document,) = [found for found in look.chapter.documents if found.source.path == "docs/page.md"]
    page = BeautifulSoup(html, "html.parser")
    marked = {found["id"] for found in page.select("[id^=problem-]")}
    wrong = [problem for problem in look.problems if problem.path == "docs/page.md"]
    spots = InsertionPoints(document)
    starts = [0]
    for line in document.source.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    # Braces after a link or an image are its attributes, of which nothing is shown: the list at the top has their problems.
    for problem in wrong if "{" not in text else ():
        assert spots.at(starts[problem.line - 1] + problem.column - 1) is None or ident(problem) in marked, problem
    assert document.count.bare == 0 or document.unchecked or wrong
    if not all_problems(session_of(edited.root)):
        shown = [found for found in page.select(".bb-claim") if not found.find_parent("figure", class_="bb-listing")]
        assert len(shown) == len(document.claims)
        assert len(page.select("figure.bb-listing")) == len(document.listings)
    assert not page.select("[onerror], [onload], [onfocus]") or re.search(r"<[^>]* on(error|load|focus)", text)


@settings(max_examples=20 * EFFORT, deadline=None, suppress_health_check=UNHEALTHY)
@given(PAGES)
def test_a_build_stops_exactly_where_something_is_wrong(edited: Book, text: str) -> None:
    edited.write("docs/page.md", f'```python\n--8<-- "descent.py"\n```\n\n{text}')
    convert(edited, live=True)
    wrong = all_problems(session_of(edited.root))
    if wrong:
        with pytest.raises(BuildStoppedError):
            convert(edited, live=False)
    else:
        assert "bb-wrong" not in convert(edited, live=False)


@settings(max_examples=200 * EFFORT, suppress_health_check=UNHEALTHY)
@given(PAGES, st.sampled_from(["docs/page.md", "snippets/descent.md", "README.md"]))
def test_what_the_scan_finds_lies_inside_of_the_text_in_order_and_apart(chapter: Chapter, text: str, path: str) -> None:
    with quick(2):
        document = scan_text(chapter, path, text)
    length = len(document.source.text)
    leaves = sorted(
        (region.start, region.end)
        for regions in (document.claims, document.equations, document.mentions, document.waivers, document.bare)
        for region in regions
    )
    assert all(0 <= start <= end <= length for start, end in leaves)
    assert all(before[1] <= after[0] for before, after in pairwise(leaves))
    lines = document.source.text.split("\n")
    assert all(1 <= problem.line <= len(lines) for problem in document.problems)
    assert all(1 <= problem.column <= len(lines[problem.line - 1]) + 1 for problem in document.problems)
    for region in document.claims:
        assert document.source.text[region.words_start : region.words_end] == region.words


@settings(max_examples=300 * EFFORT)
@given(st.text(CHARACTERS | st.sampled_from("0123456789.,-−+×*/=≈()[]{}\\% e"), max_size=60))
@example("9" * 5000)
@example("1e999999999 = 1")
@example("2 ** 2 ** 2 ** 2 ** 2 ** 2 = 1")
@example("(" * 500 + "1" + ")" * 500 + " = 1")
@example("\\frac{1}{" * 200)
def test_numbers_and_equations_of_any_form_end_in_an_answer(text: str) -> None:
    with quick(1):
        for numeral in numerals(text):
            assert text[numeral.start : numeral.start + len(numeral.text)] == numeral.text
        for math in (False, True):
            assert isinstance(tuple(prove(text, math)), tuple)


@settings(max_examples=300 * EFFORT)
@given(st.text(CHARACTERS | st.sampled_from("abcxyz0123456789.,()[]{}'\"\\ #=<>"), max_size=60))
@example("(" * 3000)
@example("-" * 3000 + "1")
@example("x" + ".y" * 3000)
@example("a when " * 500)
@example("lambda: " * 500 + "1")
@example("\x00")
def test_expressions_of_any_form_are_questions_or_mistakes(text: str) -> None:
    with quick(1), contextlib.suppress(ExpressionError):
        assert ask(read(text), Place("descent"), frozenset({"descent"})).parts


@pytest.fixture(scope="module")
def chapter(edited: Book) -> Chapter:
    return replace(scan(edited.root), documents=())


@pytest.mark.parametrize("nasty", NASTY)
def test_text_that_could_break_out_stays_text(edited: Book, nasty: str) -> None:
    written = nasty.replace("\x00", "")
    edited.write(
        "docs/page.md",
        f'```python\n--8<-- "descent.py"\n```\n\n[`{written}`]{{result == {written!r}}} and seven `{written}`.',
    )
    page = BeautifulSoup(convert(edited, live=True), "html.parser")
    assert not page.select("script, img, [onload], [onfocus], [onerror]")
    assert session_of(edited.root).look().problems


def test_looking_again_finds_what_looking_at_first_finds(edited: Book) -> None:
    """What is taken over from one look to the next is what a fresh look would find."""
    pages = [
        "[0.588]{best}",
        "[0.589]{best}",
        "seven",
        "`rate` and [0.1]{rate}",
        '```python\n--8<-- "other.py"\n```\n\n[1]{a}',
        "",
    ]
    codes = ["a = 1\n", "a = 2\n", "a = (\n", "a = 1 / 0\n", "a = 1\n"]
    session = EditSession(edited.root)
    try:
        for page in pages:
            for code in codes:
                edited.write("docs/page.md", f'```python\n--8<-- "descent.py"\n```\n\n{page}\n')
                edited.write("snippets/other.py", code)
                fresh = EditSession(edited.root)
                try:
                    assert session.look().problems == fresh.look().problems
                finally:
                    fresh.close()
    finally:
        session.close()
        (edited.root / "snippets/other.py").unlink()
