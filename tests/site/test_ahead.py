"""Listings are drawn by processes of their own before their pages ask for them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from small_book import Book

BUILD = """\
import json, sys, threading
from pathlib import Path
from markdown import Markdown
from backprop_book.core.problems import BookError
from backprop_book.site import BookExtension

root, names, company = Path(sys.argv[1]), sys.argv[2].split(","), sys.argv[3] == "company"
done = threading.Event()
if company:
    threading.Thread(target=done.wait).start()
extensions = ["pymdownx.arithmatex", "pymdownx.superfences", BookExtension(root=str(root))]
settings = {"pymdownx.arithmatex": {"generic": True}}
pages, problems = [], ""
try:
    for name in names:
        md = Markdown(extensions=extensions, extension_configs=settings)
        pages.append(md.convert((root / f"docs/{name}.md").read_text(encoding="utf-8")))
except BookError as error:
    problems = error.message
print(json.dumps({"pages": pages, "problems": problems, "numpy": "numpy" in sys.modules}))
done.set()
"""
ROWS = "rows = [[1.5, 2.5], [3.5, 4.5]]\nfirst = rows[0][0] * 2 + rows[1][1]\n"
LISTING = '```python\n--8<-- "{}.py"\n```\n'


@pytest.fixture
def pages(book: Book) -> Book:
    for name in ("one", "two", "three"):
        book.write(f"snippets/{name}.py", f"{ROWS}{name} = first * 3\n")
        book.write(f"snippets/{name}.md", "## `first = ...`: worked out\n\nFrom the rows.\n")
        book.write(f"docs/{name}.md", LISTING.format(name))
    book.write("docs/page.md", "No listing.\n")
    return book


def build(book: Book, company: str = "alone") -> dict[str, Any]:
    command = [sys.executable, "-W", "error", "-c", BUILD, str(book.root), "one,two,three,page", company]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=book.root)
    assert done.stderr == ""
    return dict(json.loads(done.stdout))


def drawn(root: Path) -> int:
    """How many listings are remembered: what is remembered of the book and of its pages is JSON."""
    kept = [place.read_text(encoding="utf-8").partition("\n")[2] for place in (root / ".cache/pages").glob("*.kept")]
    return sum(text.startswith("<figure") for text in kept)


def test_the_process_that_builds_needs_no_numpy(pages: Book) -> None:
    made = build(pages)
    assert all("1.5×2 + 4.5 = 7.5" in page.replace("\N{NO-BREAK SPACE}", " ") for page in made["pages"][:3])
    assert not made["numpy"]
    assert drawn(pages.root) == 3


def test_a_process_with_other_threads_draws_the_same_by_itself(pages: Book) -> None:
    alone = build(pages)
    (pages.root / ".cache").rename(pages.root / "before")
    together = build(pages, "company")
    assert together["pages"] == alone["pages"]
    assert together["numpy"]


def test_what_cannot_be_remembered_is_drawn_when_it_is_shown(pages: Book) -> None:
    alone = build(pages)
    (pages.root / ".cache").rename(pages.root / "before")
    pages.write(".cache", "a file where the folder should be")
    made = build(pages)
    assert made["pages"] == alone["pages"]
    assert made["numpy"]


def test_a_formula_that_cannot_be_shown_is_said_once_with_its_place(pages: Book) -> None:
    pages.write("snippets/two.md", "## `two = first * 3`: tripled\n\nIt is $\\frac{$.\n")
    assert build(pages)["problems"].startswith("snippets/two.md:3:")
    assert build(pages)["problems"].count("two.md") == 1
