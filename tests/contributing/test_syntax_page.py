"""The page of the syntax: it shows every form that the scanner knows, what it shows raw is what it renders, holds, and can fail."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from backprop_book.core.config import Config
from backprop_book.core.model import Moment
from backprop_book.numbers.arithmetic_parser import FUNCTIONS, TokenKind, tokens
from backprop_book.numbers.numeral import Numeral, numerals
from backprop_book.scan import scan
from backprop_book.scan.block_parser import FORMS
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Claim, Document
from backprop_book.scan.source import Front, front_matter
from small_book import Book

ROOT = Path(__file__).parents[2]
PAGE = "docs/contributing/syntax.md"
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
FENCE = re.compile(r'^````(\w+)(?: title="([^"]+)")?\n(.+?)\n````$', re.DOTALL | re.MULTILINE)
NOT_REGIONS = {"source", "kind", "snippet", "unchecked", "count", "problems", "title", "words", "bare"}
"""Fields of a document that nobody writes a form for; what is bare is an error."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw example of the page."""

    file: str
    """The file that it is shown as; empty for what is rendered below it."""
    text: str
    """What the author writes: an include is not escaped here."""
    end: int
    """Where its fence ends."""


def _examples() -> Iterator[Raw]:
    for found in FENCE.finditer(TEXT):
        yield Raw(found[2] or "", found[3].replace(";--8<--", "--8<--"), found.end())


RENDERED = [raw for raw in _examples() if not raw.file]
REAL = [raw for raw in _examples() if raw.file and (ROOT / raw.file).exists()]
TINY = [raw for raw in _examples() if raw.file and not (ROOT / raw.file).exists()]


def test_each_raw_example_is_rendered_below_it() -> None:
    for raw in RENDERED:
        assert TEXT.startswith(f"\n\n{raw.text}\n", raw.end), raw.text


def test_each_section_of_a_form_has_an_example() -> None:
    for section in re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:]:
        assert "````" in section, section.partition("\n")[0]


@pytest.mark.parametrize("raw", REAL, ids=lambda raw: raw.file)
def test_what_is_shown_as_a_file_of_the_book_stands_in_it(raw: Raw) -> None:
    assert f"\n{raw.text}\n" in f"\n{(ROOT / raw.file).read_text(encoding='utf-8')}"


def _tiny(book: Book) -> Book:
    for raw in TINY:
        book.write(raw.file, f"{raw.text}\n")
    return book


def test_tiny_book_holds_and_can_fail(book: Book) -> None:
    assert _tiny(book).problems() == ()
    for path, right, wrong in (
        ("docs/countdown.md", "[6.75]", "[6.76]"),
        ("docs/countdown.md", "[3, 2, 1]", "[3, 2, 2]"),
        ("snippets/countdown.md", "[3]{count}", "[2]{count}"),
        ("snippets/countdown.md", "`count = 2`", "`count = 1`"),
    ):
        text = (book.root / path).read_text(encoding="utf-8")
        assert text.count(right) == 1
        book.write(path, text.replace(right, wrong))
        assert [problem.path for problem in book.problems()] == [path]
        book.write(path, text)


def _copied(book: Book, text: str) -> list[str]:
    """The files of a book with this page alone in which something is wrong."""
    for name in ("training_step_numpy", "training_loop_numpy"):
        book.write(f"snippets/{name}.py", (ROOT / f"snippets/{name}.py").read_text(encoding="utf-8"))
    (book.root / "figures").mkdir(exist_ok=True)
    shutil.copy(ROOT / "figures/loss_over_steps.py", book.root / "figures")
    shutil.copy(ROOT / "constraints.txt", book.root)
    config = 'docs = "docs"\nsnippets = "snippets"\nfigures = "figures"\nverified = []\n'
    terms = '[tool.backprop_book.terms]\n"2×2 image" = "a shape"\n'
    book.write("pyproject.toml", f"[tool.backprop_book]\n{config}\n{terms}")
    book.write(PAGE, text)
    return [problem.path for problem in book.problems()]


def test_page_holds(book: Book) -> None:
    assert _copied(book, TEXT) == []


def test_examples_hold_on_a_page_of_ones_own(book: Book) -> None:
    """Who copies one has no page of reference: numbers beside an example count there."""
    assert _copied(book, TEXT) == []
    seen = "\n\n".join(raw.text for raw in RENDERED if "constraints.txt" not in raw.text)
    book.write("docs/own.md", f"---\nbook:\n  listing: training_step_numpy\n---\n\n# My own page\n\n{seen}\n")
    assert [str(problem) for problem in book.problems()] == []


WRONG = (
    ("[0.5]{z", "[0.6]{z"), ("[0.8963, 0", "[0.8964, 0"), ("loss_new < loss}", "loss_new > loss}"),
    ("loss = 0.89625`", "loss = 0.89626`"), ("= 2.02", "= 2.03"), ("= 0.25$", "= 0.26$"), ("7 \\\\ 10", "7 \\\\ 11"),
    ("[three]", "[four]"), ("[dozen]", "[hundred]"), ("[19.0 %]", "[19.1 %]"), ("[10⁻³]", "[10⁻²]"), ("[3/4]", "[2/4]"),
    ("[0.2465]", "[0.2466]"), ("h[0] > 0 never", "h[2] > 0 never"), ("loss >= 0 always", "loss > 1 always"),
    (".all()}.", ".any() == 7}."), ("| 0.1171 |", "| 0.1172 |"), ("[0.896]{s", "[0.897]{s"), ("[0]{dL", "[2]{dL"),
    ("...\nImproved:  19.0%", "...\nImproved:  19.1%"), ("Old loss:  0.8963", "Old loss:  0.8964"),
)  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_a_changed_example_fails(book: Book, right: str, wrong: str) -> None:
    assert TEXT.count(right) >= 2
    assert set(_copied(book, TEXT.replace(right, wrong))) == {PAGE}


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    """The book, as it is scanned."""
    return scan(ROOT)


def _documents(book: Book, chapter: Chapter) -> list[Document]:
    """What the page shows: itself, the files that it quotes, and its tiny book."""
    shown = {PAGE, *(raw.file for raw in REAL)}
    real = [document for document in chapter.documents if document.source.path in shown]
    return [*real, *scan(_tiny(book).root).documents]


def test_every_region_that_the_scanner_knows_has_an_example(book: Book, chapter: Chapter) -> None:
    documents = _documents(book, chapter)
    for field in {field.name for field in fields(Document)} - NOT_REGIONS:
        assert any(getattr(document, field) for document in documents), f"no example has {field}"
    assert {document.kind for document in documents} == set(get_args(get_type_hints(Document)["kind"]))
    claims = [claim for document in documents for claim in document.claims]
    assert {claim.form for claim in claims} == set(get_args(get_type_hints(Claim)["form"]))
    assert any(listing.section for document in documents for listing in document.listings)
    assert any(len(note.quotes) > 1 for document in documents for note in document.notes)


def test_every_moment_has_an_example(book: Book, chapter: Chapter) -> None:
    asked = {
        part.probe.moment
        for document in _documents(book, chapter)
        for claim in document.claims
        for part in claim.question.parts
    }
    # Nobody writes the moment of a mention: whether a name resolves anywhere.
    assert asked | {"somewhere"} == set(get_args(Moment))


def test_every_place_holder_and_key_has_an_example() -> None:
    names = {form.split()[2] for form in FORMS}
    assert names == {raw.text.split()[2] for raw in REAL if raw.text.startswith("<!-- book: ") and "\n" not in raw.text}
    front = front_matter(TEXT)
    assert [
        field.name for field in fields(Front) if field.name != "diagnostics" and not getattr(front, field.name)
    ] == []
    shown = "\n".join(raw.text for raw in REAL if raw.file == "pyproject.toml")
    for field in {field.name for field in fields(Config)} - {"root", "problems"}:
        assert re.search(rf"\b{field}\b", shown), field
    read = (ROOT / "src/backprop_book/scan/figure_scripts.py").read_text(encoding="utf-8")
    scripts = "\n".join(raw.text for raw in (*REAL, *TINY) if raw.file.startswith("figures/"))
    for name in set(re.findall(r'assigned(?:\[|\.get\()"(\w+)"', read)):
        assert re.search(rf"^{name} = ", scripts, re.MULTILINE), name


@pytest.mark.parametrize("text", ["max(1, 2) = 2", "min(1, 2) = 1", "0.5 < 0.6", "2 ≠ 3"])
def test_what_the_page_says_to_claim_is_refused_as_an_equation(book: Book, text: str) -> None:
    book.page(f"`{text}`")
    (problem,) = book.problems()
    assert problem.message == "this equation would hold with another digit here, so it does not check it"


def test_every_symbol_of_arithmetic_and_form_of_number_has_an_example(chapter: Chapter) -> None:
    (page,) = [document for document in chapter.documents if document.source.path == PAGE]
    found = [token for each in page.equations for token in tokens(each.text, each.math) or ()]
    assert {token.kind for token in found} == set(get_args(TokenKind))
    assert FUNCTIONS - {token.text for token in found if token.kind == "function"} == {"max", "min"}
    stated = [numeral for claim in page.claims for numeral in numerals(claim.words)]
    # A version is no number that a value can agree with.
    for field in {field.name for field in fields(Numeral) if field.type == "bool"} - {"version"}:
        assert any(getattr(numeral, field) for numeral in stated), field
