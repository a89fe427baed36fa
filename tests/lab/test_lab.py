"""A notebook page: executed, in the clothes of the book, asking nobody for anything; and what becomes of one that fails."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from small_book import Book

HOOK = Path(__file__).parents[2] / "overrides" / "lab.py"
MKDOCS = f"""\
site_name: A small book
theme: {{name: material, font: false}}
plugins:
  - mkdocs-jupyter: {{include: ["lab.py"], execute: true, allow_errors: false, cache: false}}
hooks: ["{HOOK}"]
markdown_extensions: [tables, pymdownx.snippets, pymdownx.superfences, backprop_book]
"""
HEAD = """\
# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
"""
LAB = (
    HEAD
    + """\
# # A lab
#
# The slope is $\\frac{\\partial L}{\\partial w}$, and `$HOME` is no formula.
#
# $$y = x^2$$

# %%
print("<one>")
print("two")

# %% [markdown]
# ## Quiet

# %%
quiet = 1
"""
)


@pytest.fixture
def site(book: Book) -> Book:
    book.write("mkdocs.yml", MKDOCS)
    book.write("docs/index.md", '# Start\n\n```python\n--8<-- "descent.py"\n```\n')
    return book


def build(book: Book, lab: str) -> tuple[int, str]:
    book.write("docs/lab.py", lab)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=book.root, capture_output=True, text=True, check=False, env=environment)
    return done.returncode, done.stdout + done.stderr


def test_a_notebook_is_executed_and_shown_as_a_page_of_the_book(site: Book) -> None:
    status, output = build(site, LAB)
    assert (status, "Error" in output) == (0, False), output
    html = (site.root / "site" / "lab" / "index.html").read_text(encoding="utf-8")
    article = BeautifulSoup(html, "html.parser").select_one("article")
    assert article is not None
    assert [pre.get_text() for pre in article.select(".bb-printout pre")] == ["<one>\ntwo\n"]
    assert [code.get_text() for code in article.select(".highlight code")] == [
        'print("<one>")\nprint("two")\n',
        "quiet = 1\n",
    ]
    assert [heading.get("id") for heading in article.select("h1, h2")] == ["a-lab", "quiet"]
    assert article.select("h2 a.headerlink")
    assert len(article.select("math")) == 3
    assert len(article.select("div.bb-formula math")) == 2, "it breaks at its relation"
    assert "$HOME is no formula." in article.get_text()
    assert not article.select("script, style, link, [src]")
    assert "cdn" not in str(article)


def test_the_notebook_can_be_taken_home(site: Book) -> None:
    build(site, LAB)
    html = (site.root / "site" / "lab" / "index.html").read_text(encoding="utf-8")
    links = BeautifulSoup(html, "html.parser").select("a.bb-download")
    assert [link["download"] for link in links] == ["lab.ipynb", "lab.py"]
    notebook, script = (base64.b64decode(str(link["href"]).partition(",")[2]).decode() for link in links)
    assert script == LAB
    assert [cell["cell_type"] for cell in json.loads(notebook)["cells"]] == ["markdown", "code", "markdown", "code"]
    assert [cell["id"] for cell in json.loads(notebook)["cells"]] == ["cell-0", "cell-1", "cell-2", "cell-3"]


def test_a_cell_that_fails_stops_the_build_at_its_line(site: Book) -> None:
    status, output = build(site, HEAD + "# # A lab\n\n# %%\na = 1\n\nassert a == 2, 'not yet'\n")
    assert status == 1
    assert output.endswith(
        "docs/lab.py:12:1: this cell of the notebook fails: AssertionError\n"
        "    found:    not yet\n"
        "    remedy:   run `python docs/lab.py` and mend it\n"
    )
    assert not (site.root / "site" / "lab").exists()


def test_a_cell_that_is_no_python_stops_the_build(site: Book) -> None:
    status, output = build(site, HEAD + "# # A lab\n\n# %%\na = 1\nb = )\n")
    assert status == 1
    assert "docs/lab.py:11:1: this cell of the notebook fails: SyntaxError" in output


def test_numbers_in_its_words_stop_the_build(site: Book) -> None:
    """A cell of code can print a number; in the words of a notebook, nothing would check it."""
    status, output = build(site, HEAD + "# # A lab\n#\n# It ends at 0.5, `after = 7` and $7$ steps\n# of *three*.\n")
    assert status == 1
    assert output.endswith(
        "docs/lab.py:9:14: nothing checks the words of a notebook\n"
        "    found:    0.5\n"
        "    remedy:   let a cell of code print it, or leave it out\n"
        "docs/lab.py:10:7: nothing checks the words of a notebook\n"
        "    found:    three\n"
        "    remedy:   let a cell of code print it, or leave it out\n"
    )


def test_formulas_that_cannot_be_shown_stop_the_build_together(site: Book) -> None:
    status, output = build(site, HEAD + "# # A lab\n#\n# Both $\\hta$ and $\\frac{1$.\n")
    assert status == 1
    assert output.endswith(
        "docs/lab.py:9:9: this formula cannot be shown: the command \\hta is not known\n"
        "    found:    \\hta\n"
        "    remedy:   write it in simple LaTeX\n"
        "docs/lab.py:9:20: this formula cannot be shown: its braces do not balance\n"
        "    found:    \\frac{1\n"
        "    remedy:   write it in simple LaTeX\n"
    )
