"""Values and notes that would break out of a careless page: they are text in the page, its data, the notebook and the drawing."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown
from markdown.extensions import Extension

from backprop_book.core.config import load_config
from backprop_book.run import Tracer
from backprop_book.scan import FileSnapshot, scan
from backprop_book.site import BookExtension, session_of
from small_book import Book, all_problems

CODE = r"""# A comment: </script><img src=x onerror=alert(1)> "&" <!-- ]]>
import numpy as np
breaker = "</script><script>window.ran = 1</script>"
handler = "' onfocus='alert(1)' x=\""
turned = "\u202eabc\u2066\u200f"
control = "\x00\x07\x1b[31m\x7f\x85\u2028\ufeff"
lone = "\ud800 and \udfff"
marks = "\ufdd0" + "0" + "\ufdd1\ufdd2 \x02klzzwxh:0000\x03 {{ 7 * 7 }}"
huge = "<b>" * 100_000
many = list(range(100_000))
keys = {"<i>": 1, "'\"": [breaker], "\ud800": None}
array = np.array([breaker, "\u202e", "&amp;"])
class Odd:
    def __repr__(self):
        return "</script><svg onload=alert(1)>" * 3
odd = Odd()
class Worse:
    def __repr__(self):
        raise ValueError("</script>")
worse = Worse()
big = 10 ** 3000
print(breaker, turned, control[2:])
"""
NOTES = r"""## `breaker = ...`: </script><b>bold</b> & *it*

The text is [`</script>`]{"</script>" in breaker}, and [`</script><img src=x onerror=alert(1)>`]{# only shown} is code.

## `control = ...`: none of these show

It [holds]{len(control) > 1} some.
"""
FIGURE = '''"""</title><script>alert()</script> & "drawn"."""

DATA = {"value": "len(nasty.turned)", "text": "nasty.breaker"}
TABLE = {"</th><script> text": "text", "value": "value"}


def draw(sheet, data):
    """Draw it."""
    axes = sheet.axes(200, y="</text><script>alert(value)</script>")
    axes.plot([0, data.value], color="loss")
'''
PAGE = """\
# Nasty </script><i>x</i>

```python title="</title> <script>alert()</script>"
--8<-- "nasty.py"
```

The [breaker]{breaker.startswith("</script>")} and [its handler]{"onfocus='" in handler}, and [the turned]{turned[0] == "\\u202e"} too.

![A line "that" <falls> & stays.](figures/falling.svg)
Its [length]{len(turned) > 1}.
"""


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    made = Book(tmp_path_factory.mktemp("values").resolve(), Tracer(Path()))
    made.write("pyproject.toml", "[tool.backprop_book]\nverified = []\n")
    made.write("snippets/nasty.py", CODE)
    made.write("snippets/nasty.md", NOTES)
    made.write("docs/page.md", PAGE)
    made.write("figures/falling.py", FIGURE)
    yield made
    session_of(made.root).close()


@pytest.fixture(scope="module")
def html(nasty: Book) -> str:
    own = BookExtension(root=str(nasty.root), live=True)
    extensions: list[str | Extension] = [
        "attr_list", "md_in_html", "tables", "pymdownx.superfences", "pymdownx.snippets", own,
    ]  # fmt: skip
    return Markdown(extensions=extensions).convert(PAGE)


def test_the_book_holds(nasty: Book, html: str) -> None:
    assert [str(problem) for problem in all_problems(session_of(nasty.root))] == []
    assert html.count("<figure") == 2


def test_nothing_of_it_is_markup(html: str) -> None:
    page = BeautifulSoup(html, "html.parser")
    h1 = page.select_one("h1")
    assert h1 is not None
    h1.decompose()  # There the author wrote markup.
    for title in page.select(".bb-note-title"):
        title.decompose()
    assert not page.select("script, img, iframe, object, embed, [onload], [onfocus], [onerror]")
    assert not [tag for tag in page.find_all("svg") if "onload" in str(tag)]
    assert "window.ran" in page.get_text()


def test_what_would_turn_or_hide_text_is_written_out(html: str) -> None:
    page = BeautifulSoup(html, "html.parser")
    shown = page.get_text()
    for character in "\u202e\u2066\x00\x07\x1b\x7f\x85\ufeff":
        assert character not in shown.replace("\\", ""), ascii(character)
    html.encode("utf-8")


def test_the_data_of_the_page_are_json_that_says_the_same(html: str) -> None:
    (holder,) = BeautifulSoup(html, "html.parser").select("bb-listing")
    data = json.loads(str(holder["data-trace"]))
    assert set(data) == {"lines", "steps", "values", "texts", "symbols"}
    values = json.dumps(data["values"])
    assert "</script><script>" in values
    assert "\\\\u202e" in values
    assert len(html) < 400_000
    assert "<script" not in str(html.partition("data-trace='")[2].partition("'")[0]).replace("&lt;", "")


def test_the_downloads_hold_what_was_written(nasty: Book, html: str) -> None:
    page = BeautifulSoup(html, "html.parser")
    files = {str(link["download"]): unquote(str(link["href"]).partition(",")[2]) for link in page.select("a[download]")}
    assert files["nasty.py"] == CODE
    notebook = json.loads(files["nasty.ipynb"])
    code = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    assert 'breaker = "</script><script>window.ran = 1</script>"' in code
    files["nasty.ipynb"].encode("utf-8")
    assert nasty


def test_the_drawing_is_well_formed_and_holds_text(html: str) -> None:
    page = BeautifulSoup(html, "html.parser")
    drawings = page.select("svg.bb-drawing")
    assert len(drawings) == 2
    for drawing in drawings:
        assert drawing.select_one("title").get_text() == '</title><script>alert()</script> & "drawn"'  # type: ignore[union-attr]
        assert not drawing.select("script")
        ET.fromstring(str(drawing))
    assert "</th><script>" in page.select_one("details th").get_text()  # type: ignore[union-attr]


def test_opening_or_scanning_a_page_evaluates_nothing(tmp_path: Path, apart: Path) -> None:
    """A claim may say anything; only checking it, building and the tests run it, and that in a process of its own."""
    book = Book(tmp_path.resolve(), Tracer(Path()))
    proof = apart / "proof"
    book.write("pyproject.toml", "[tool.backprop_book]\nverified = []\n")
    book.write("snippets/quiet.py", "x = 1\n")
    book.write(
        "docs/page.md",
        f'```python\n--8<-- "quiet.py"\n```\n\n[One]{{open({str(proof)!r}, "w").write("ran") and x == 1}}\n',
    )
    scan(book.root)
    FileSnapshot(load_config(book.root))
    code = "import sys; sys.argv[1:] = []; import backprop_book.site, backprop_book.tools.doc_tests, backprop_book.tools.cli"
    subprocess.run([sys.executable, "-c", code], cwd=book.root, check=True)
    assert not proof.exists()
