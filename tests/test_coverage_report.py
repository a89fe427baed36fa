"""What is counted of a book: statements by kind, excuses, runs, and what the reader of a page meets."""

from pathlib import Path

from backprop_book.scan import scan
from backprop_book.scan.document import Count
from backprop_book.verify.coverage_report import Excused, coverage_report, reading, verification_page
from small_book import Book

BODY = """\
# A page

It is [0.588]{best}, the first are [0.81 and 0.73]{losses[:2]}, `rate = 0.1`, [3/4]{result}, and [it falls]{losses[0] > best}.
At [3]{step when len(losses) == 3} `losses` ends, [never again]{rate > 1 never}; `1 + 1 = 2`. A 2×2 image, a 2×2 image.

| [loss]{losses[row]} |
|---|
| 0.81 |
| [**175** billion]{# a *published* figure} |

```text title="Output"
best: 0.5880
result: 3/4
```
"""
TERMS = '\n[tool.backprop_book.terms]\n"2×2 image" = "a shape"\n'


def with_terms(book: Book) -> None:
    config = book.root / "pyproject.toml"
    config.write_text(config.read_text(encoding="utf-8") + TERMS, encoding="utf-8")


def test_statements_are_counted_by_kind(book: Book) -> None:
    with_terms(book)
    book.page(BODY)
    assert book.problems() == ()
    found = coverage_report(book.verifier())
    (entry,) = found.entries
    assert entry.kinds == {
        "number": 1, "numbers": 1, "text": 1, "sentence": 1, "time": 2, "assignment": 1, "cell": 1, "equation": 1,
        "output": 1, "code": 1,
    }  # fmt: skip
    assert entry.excused == (
        Excused("2×2 image", "a shape", "docs/page.md", 8),
        Excused("175 billion", "a published figure", "docs/page.md", 13),
    )
    assert found.count == entry.document.count
    assert (found.count.verified, found.count.excused, found.count.bare) == (14, 6, 0)


def test_excused_words_are_told_without_markup(book: Book) -> None:
    book.page(
        "[[Chapter 3](https://example.org/a_(b)), ![figure 2](x.svg)]{# names}, [$m_1 \\leftarrow \\frac{2}{3} m$]{# a *rule* of [ours](page.md)}.\n"
    )
    (entry,) = coverage_report(book.verifier()).entries
    assert [(each.words, each.reason) for each in entry.excused] == [
        ("Chapter 3, figure 2", "names"),
        ("m_1←2/3m", "a rule of ours"),
    ]
    book.page("[$\\hta 3$]{# a formula that cannot be shown}\n")
    (entry,) = coverage_report(book.verifier()).entries
    assert [each.words for each in entry.excused] == [r"\hta 3"]


def test_what_fails_is_not_counted(book: Book) -> None:
    book.page("[0.589]{best}, `1 + 1 = 3`")
    assert coverage_report(book.verifier()).entries[0].kinds == {}


def test_runs_and_versions_are_those_of_the_children(book: Book) -> None:
    book.write("snippets/another.py", "import numpy as np\n\nx = np.zeros(2)\n")
    found = coverage_report(book.verifier())
    assert [(run.path, run.statements) for run in found.runs] == [
        ("snippets/another.py", 2),
        ("snippets/descent.py", 19),
    ]
    assert all(0 < run.seconds < 60 for run in found.runs)
    assert [name for name, _ in found.versions][:2] == ["python", "numpy"]


NOTES = """\
Before the notes: [0.1]{rate}.

## `rate = 0.1`: the rate

Four words for it.

## `best = min(losses)`: the end

It is [0.588]{best}.
"""


def test_a_page_is_read_with_the_notes_of_its_listings_once(book: Book) -> None:
    book.write("snippets/descent.md", NOTES.replace("Four", "Some"))
    book.page('Words.\n\n```python\n--8<-- "descent.py"\n```\n')
    book.page("Words of another.", name="plain")
    book.write("docs/plain.md", "Words of another.\n")
    chapter = scan(book.root)
    pages = {page.source.path: reading(chapter, page) for page in chapter.documents if page.kind == "page"}
    assert (pages["docs/page.md"].words, pages["docs/page.md"].noted) == (1, 2 + 4 + 2 + 3)
    assert pages["docs/page.md"].lines == 20  # two listings of it, without their notes twice
    assert pages["docs/page.md"].count == Count(claims=1)
    assert (pages["docs/plain.md"].words, pages["docs/plain.md"].minutes) == (3, 1)


def test_a_section_brings_the_notes_of_its_statements_only(book: Book) -> None:
    text = (book.root / "snippets/descent.py").read_text(encoding="utf-8")
    book.write("snippets/descent.py", f"# --8<-- [start:rate]\n{text}".replace("\n\n", "\n").replace(
        "losses = []", "# --8<-- [end:rate]\nlosses = []"))  # fmt: skip
    book.write("snippets/descent.md", NOTES.replace("Four", "Some"))
    book.write("docs/page.md", '```python\n--8<-- "descent.py:rate"\n```\n')
    chapter = scan(book.root)
    found = reading(chapter, chapter.documents[0])
    assert (found.words, found.noted, found.lines, found.count) == (0, 2 + 4, 1, Count())


def test_an_unchecked_page_gives_its_reason_only_for_what_is_not_looked_at(book: Book) -> None:
    book.write("docs/a.md", "---\nbook:\n  unchecked: a list\n---\n\nSeven.\n")
    book.write("docs/b.md", "---\nbook:\n  unchecked: a list\n---\n\n`1 + 1 = 2`.\n")
    book.write("docs/c.md", "---\nbook:\n  unchecked: only code\n---\n\n```text\n1\n```\n")
    chapter = scan(book.root)
    assert [reading(chapter, page).unchecked for page in chapter.documents] == ["a list", "", "only code"]


def test_the_page_that_shows_it_is_the_one_with_the_place_holder(book: Book) -> None:
    book.page("Words.")
    assert verification_page(scan(book.root)) is None
    book.write("docs/deep/how.md", "# How\n\n<!-- book: verification -->\n")
    found = verification_page(scan(book.root))
    assert found is not None
    assert Path(found.source.path).name == "how.md"
