"""Pages that are remembered: shown again without a run as long as nothing has changed, and never when something has."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from backprop_book.site import BookExtension, BuildStoppedError
from small_book import Book

EXTENSIONS = ["attr_list", "tables", "pymdownx.arithmatex", "pymdownx.snippets", "pymdownx.superfences"]
NOTES = "## `rate = 0.1`: the rate\n\nIt is [0.1]{rate}, $x_1$.\n"
PAGE = """\
```python
--8<-- "descent.py"
```

It ends at [0.588]{best}, see `docs/assets/data.csv`, as $\\frac{1}{2} = 0.5$.

$$
\\hat y
$$
"""
VERIFICATION = "# How\n\n<!-- book: verification -->\n"


@pytest.fixture
def pages(book: Book) -> Book:
    book.write("snippets/descent.md", NOTES)
    book.write("docs/page.md", PAGE)
    book.write("docs/assets/data.csv", "1,2\n")
    book.write("docs/how.md", VERIFICATION)
    return book


def convert(book: Book, name: str = "page", repository: str = "", also: str | Extension = "") -> str:
    settings: dict[str, dict[str, Any]] = {
        "pymdownx.arithmatex": {"generic": True},
        "pymdownx.snippets": {"base_path": [str(book.root / "snippets")], "check_paths": True},
    }
    own = BookExtension(root=str(book.root), repository=repository)
    chosen = [each for each in (*EXTENSIONS, also) if each]
    md = Markdown(extensions=[*chosen, own], extension_configs=settings)
    return md.convert((book.root / f"docs/{name}.md").read_text(encoding="utf-8"))


def later(book: Book) -> None:
    """Forget all runs, and with the look at another book what this process knows of this one."""
    other = book.root / "other"
    if not other.exists():
        (other / "docs").mkdir(parents=True)
        (other / "pyproject.toml").write_text("[tool.backprop_book]\n", encoding="utf-8")
        (other / "docs/page.md").write_text("Nothing.\n", encoding="utf-8")
    shutil.rmtree(other / ".cache", ignore_errors=True)
    convert(Book(other, book.tracer))
    shutil.rmtree(book.root / ".cache/runs", ignore_errors=True)


def has_run(book: Book) -> bool:
    return (book.root / ".cache/runs").is_dir()


def test_pages_of_an_unchanged_book_are_shown_again_without_a_run(pages: Book) -> None:
    first = {name: convert(pages, name) for name in ("page", "how")}
    assert has_run(pages)
    assert "<math" in first["page"]
    assert "bb-summary" in first["page"]
    assert "bb-ledger" in first["how"]
    for _ in range(2):
        later(pages)
        assert {name: convert(pages, name) for name in ("page", "how")} == first
        assert not has_run(pages)


def test_pages_of_an_unchanged_book_need_nothing_that_reads_runs_or_draws(pages: Book) -> None:
    """To import it would take longer than to show them."""
    names = ("page", "how")
    for name in names:
        convert(pages, name)
    work = (
        "import sys; from pathlib import Path; from markdown import Markdown; root = Path(sys.argv[1])\n"
        "for name in sys.argv[2:]:\n"
        f"    md = Markdown(extensions={EXTENSIONS!r} + ['backprop_book'], extension_configs={{'backprop_book': {{'root': str(root)}}, "
        "'pymdownx.arithmatex': {'generic': True}, 'pymdownx.snippets': {'base_path': [str(root / 'snippets')]}})\n"
        "    html = md.convert((root / f'docs/{name}.md').read_text(encoding='utf-8'))\n"
        "    assert 'bb-' in html\n"
        "print(*sorted({name.split('.')[1] for name in sys.modules if name.startswith('backprop_book.')}))\n"
    )
    command = [sys.executable, "-c", work, str(pages.root), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["core", "record", "site"]


def edits() -> Iterator[tuple[str, str]]:
    yield "docs/page.md", PAGE.replace("ends", "stops")
    yield "docs/how.md", VERIFICATION.replace("How", "What")
    yield "docs/new.md", "# New\n\nNothing.\n"
    yield "snippets/descent.md", NOTES.replace("It is", "That is")
    yield "snippets/descent.py", "rate = 0.1\nbest = 0.588\n"
    yield "snippets/other.py", "x = 1\n"
    yield "snippets/data/numbers.csv", "1, 2\n"
    yield "docs/assets/matrix.json", "{}"
    yield "pyproject.toml", '[tool.backprop_book]\nsymbols.loss = { code = ["rate"], math = ["x"] }\n'
    yield "README.md", "# Read me\n"


SAMPLED = ("docs/page.md", "snippets/descent.py", "snippets/data/numbers.csv", "pyproject.toml")
"""Of the files that are edited, those that `make test` tries."""


@pytest.mark.parametrize(
    ("path", "text"),
    [pytest.param(path, text, id=path, marks=() if path in SAMPLED else pytest.mark.whole) for path, text in edits()],
)
def test_any_change_of_the_book_shows_its_pages_anew(pages: Book, path: str, text: str) -> None:
    convert(pages)
    shutil.rmtree(pages.root / ".cache/runs")
    pages.write(path, text)
    changed = convert(pages)
    assert has_run(pages)
    shutil.rmtree(pages.root / ".cache")
    later(pages)
    assert changed == convert(pages)


def test_another_repository_shows_its_pages_anew(pages: Book) -> None:
    before = convert(pages)
    after = convert(pages, repository="https://example.org/book")
    assert before != after
    assert "https://example.org/book" in after
    assert convert(pages) == before


def test_a_file_that_was_there_and_is_gone_stops_the_build(pages: Book) -> None:
    whole = convert(pages)
    file = pages.root / "docs/assets/data.csv"
    file.unlink()
    for _ in range(2):
        with pytest.raises(BuildStoppedError, match=r"docs/page\.md:5:32: nothing checks this code"):
            convert(pages)
    file.touch()
    assert convert(pages) == whole


def test_a_book_that_no_longer_holds_stops_the_build(pages: Book) -> None:
    convert(pages)
    later(pages)
    pages.write("docs/page.md", PAGE.replace("0.588", "0.589"))
    with pytest.raises(BuildStoppedError, match=r"docs/page\.md:5:13: this number is not what descent\.py gives"):
        convert(pages)
    pages.write("docs/page.md", PAGE)
    assert "0.588" in convert(pages)


def test_broken_entries_are_made_again(pages: Book) -> None:
    whole = convert(pages)
    convert(pages, "how")
    entries = sorted((pages.root / ".cache/pages").iterdir())
    assert len(entries) == 4  # the book, its two pages and the listing
    for spoil in (b"", b"0.599"):
        for entry in entries:
            entry.write_bytes(entry.read_bytes()[: -len(spoil) or None].replace(b"0.588", b"0.599") if spoil else spoil)
        spoilt = [entry.read_bytes() for entry in entries]
        later(pages)
        assert convert(pages) == whole
        assert "bb-ledger" in convert(pages, "how")
        assert all(entry.read_bytes() != content for entry, content in zip(entries, spoilt, strict=True))


def test_a_listing_is_made_again_when_its_notes_change_and_not_with_the_prose(pages: Book) -> None:
    def made() -> dict[str, int]:
        return {entry.name: entry.stat().st_ino for entry in (pages.root / ".cache/pages").iterdir()}

    convert(pages)
    first = made()
    pages.write("docs/page.md", PAGE.replace("ends", "stops"))
    assert "stops" in convert(pages)
    same = {name for name, number in made().items() if first[name] == number}
    assert len(same) == 1
    pages.write("snippets/descent.md", NOTES.replace("It is", "That is"))
    assert "That is" in convert(pages)
    assert not {name for name in same if made()[name] == first[name]}


def test_no_more_is_kept_than_is_shown(pages: Book) -> None:
    for number in range(3):
        pages.write("docs/page.md", f"{PAGE}\nA sentence{number * '!'}\n")
        convert(pages)
    assert len(list((pages.root / ".cache/pages").iterdir())) == 3


def test_of_pages_with_the_same_text_the_first_is_shown(pages: Book) -> None:
    pages.write("docs/deep/page.md", PAGE)
    first = convert(pages)
    later(pages)
    assert convert(pages, "deep/page") == first
    assert not has_run(pages)


def test_a_place_holder_that_another_extension_hides_is_reported_of_a_remembered_page(pages: Book) -> None:
    pages.write("docs/how.md", f"# How\n\n<div markdown>\n\n{VERIFICATION.splitlines()[-1]}\n\n</div>\n")
    assert "bb-ledger" in convert(pages, "how", also="md_in_html")
    with pytest.raises(BuildStoppedError, match="this place holder stands inside HTML"):
        convert(pages, "how")


class Adding(Extension):
    """Another extension, which adds a formula to the page."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the framework's name
        md.postprocessors.register(_Adding(md), "adding", 0)


class _Adding(Postprocessor):
    def run(self, text: str) -> str:
        return f'{text}<span class="arithmatex">\\(\\nothing{{\\)</span>'


def test_a_formula_that_another_extension_finds_is_refused_of_a_remembered_page(pages: Book) -> None:
    convert(pages)
    for _ in range(2):
        with pytest.raises(BuildStoppedError, match=r"page\.md:1:1: this formula cannot be shown: its braces do not"):
            convert(pages, also=Adding())


def test_a_book_that_changes_while_it_is_read_is_not_remembered(pages: Book) -> None:
    place = pages.root / "docs/assets/table.json"
    writing = f"import subprocess\nsubprocess.run(['touch', {str(place)!r}])\n"
    pages.write("snippets/descent.py", f"rate = 0.1\nbest = 0.588\n{writing}")
    place.unlink(missing_ok=True)
    convert(pages)
    assert place.exists()
    assert len(list((pages.root / ".cache/pages").iterdir())) == 1  # the listing, which depends on its own run only
    convert(pages)
    assert len(list((pages.root / ".cache/pages").iterdir())) == 3


def test_a_book_that_has_never_run_is_got_ready_while_it_is_read(pages: Book) -> None:
    def children() -> set[str]:
        tasks = Path(f"/proc/{os.getpid()}/task")
        return {pid for each in tasks.glob("*/children") for pid in each.read_text(encoding="ascii").split()}

    before = children()
    own = BookExtension(root=str(pages.root))
    Markdown(extensions=[own])
    begun = children() - before
    assert len(begun) == 1
    Markdown(extensions=[own])
    assert children() - before == begun
    convert(pages)
    assert not children() & begun
    later(pages)
    (pages.root / ".cache/runs").mkdir()
    pages.write("pyproject.toml", "[tool.backprop_book]\nterms = {}\n")
    Markdown(extensions=[own])
    assert children() == before


def test_a_page_with_headings_is_remembered_once_with_all_its_formulas(pages: Book) -> None:
    pages.write("docs/page.md", "# Start\n\n## Middle\n\n## End\n\n" + PAGE)
    first = convert(pages, also="toc")
    texts = [entry.read_text(encoding="utf-8") for entry in (pages.root / ".cache/pages").iterdir()]
    (page,) = (text for text in texts if '"pieces"' in text)
    formulas = json.loads(page.partition("\n")[2])["formulas"]
    assert sorted(formulas) == ["(\\frac{1}{2} = 0.5", "[\n\\hat y\n"]
    later(pages)
    assert convert(pages, also="toc") == first


def test_what_a_snippet_looked_at_elsewhere_shows_its_pages_anew(pages: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "1")
    config = (pages.root / "pyproject.toml").read_text(encoding="utf-8")
    pages.write("pyproject.toml", f'{config}environment = ["STAGE"]\n')
    code = 'import os\nn = int(open("../da" + "ta/n.txt").read())\nstage = int(os.environ["STAGE"])\n'
    pages.write("snippets/reading.py", code)
    pages.write("docs/reading.md", '```python\n--8<-- "reading.py"\n```\n\nIt is [1]{n}, at [1]{stage}.\n')
    number = pages.write("data/n.txt", "1")
    assert ">1</" in convert(pages, "reading")
    later(pages)
    convert(pages, "reading")
    assert not has_run(pages)
    number.write_text("2")
    for forget in (later, lambda _: None):
        with pytest.raises(BuildStoppedError, match="this number is not what"):
            convert(pages, "reading")
        forget(pages)
    number.write_text("1")
    convert(pages, "reading")
    number.write_text("3")
    with pytest.raises(BuildStoppedError, match="this number is not what"):
        convert(pages, "reading")
    number.write_text("1")
    convert(pages, "reading")
    monkeypatch.setenv("STAGE", "2")
    with pytest.raises(BuildStoppedError, match="this number is not what"):
        convert(pages, "reading")
