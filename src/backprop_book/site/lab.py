"""lab: a hook of MkDocs that shows a notebook page in the clothes of the book.

mkdocs-jupyter executes the notebook and renders it as JupyterLab would: 600 kB of styles, formulas left as LaTeX for a script
from elsewhere, and a traceback when a cell fails. The hook keeps what was executed and drops the rest, so that the page is as
light as its neighbours, asks nobody for anything, and reports a failing cell at its line. A notebook is the one page that
Zensical, which knows no plug-ins, leaves out.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import jupytext
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from nbclient.exceptions import CellExecutionError

from backprop_book.core.config import book_root, load_config
from backprop_book.core.problems import Problem, place
from backprop_book.core.symbols import Symbols, symbols_of
from backprop_book.numbers import numerals
from backprop_book.render.source import lines
from backprop_book.scan import formulas, notebooks
from backprop_book.site import BuildStoppedError
from backprop_book.site.html_stash import set_formulas

_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^\s$](?:[^$]*[^\s$])?)\$", re.DOTALL)
_CELL = re.compile(r"-{18}\n(.*?)\n-{18}\n", re.DOTALL)
_LINE = re.compile(r"Cell In\[\d+\], line (\d+)")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def on_pre_page(page: Any, config: Any, files: Any) -> Any:  # noqa: ARG001 - the framework's names
    """Let a failing cell of a notebook stop the build with its place instead of a traceback."""
    if _is_notebook(page):
        page.render = _reporting(page.render, Path(page.file.abs_src_path), config.docs_dir)
    return page


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str | None:  # noqa: ARG001 - the framework's names
    """The content of a notebook as a page of the book; other pages stay as they are."""
    if not _is_notebook(page):
        return None
    path = Path(page.file.abs_src_path)
    symbols = symbols_of(load_config(book_root(path.parent)))
    return notebook_page(html, path, f"{Path(config.docs_dir).name}/{page.file.src_uri}", symbols)


def notebook_page(html: str, path: Path, name: str, symbols: Symbols) -> str:
    """HTML of an executed notebook with the markup of a page of the book.

    Args:
        html: What mkdocs-jupyter made of it.
        path: The notebook as a script in the percent format, offered for download as it is and as an `.ipynb`.
        name: How problems call that file.
        symbols: Which of its names and letters have a colour.

    Raises:
        BuildStoppedError: Formulas that cannot be shown, or numbers in the prose, which nothing checks.
    """
    problems: list[Problem] = []
    text = path.read_text(encoding="utf-8")
    page = BeautifulSoup("", "html.parser")
    for cell in BeautifulSoup(html, "html.parser").select(".jp-MarkdownOutput, .jp-CodeCell .jp-CodeCell"):
        if "jp-MarkdownOutput" in cell["class"]:
            # A formula that cannot be shown stays text, whose numbers are no further problem.
            problems += _show_formulas(cell, text, name, symbols) or _bare(cell, text, name)
            for anchor in cell.select("a.anchor-link"):
                anchor["class"] = "headerlink"
                anchor["title"] = "Permanent link"
            page.extend([child.extract() for child in list(cell.children)])
        else:
            page.extend(_code(cell, symbols))
    if problems:
        raise BuildStoppedError(problems)
    heading = page.find("h1")
    page.insert(page.index(heading) + 1 if heading else 0, _tag(_downloads(path), "p"))
    return set_formulas(str(page))


def _is_notebook(page: Any) -> bool:
    return str(page.file.src_uri).endswith(".py")


def _reporting(render: Callable[[Any, Any], None], path: Path, docs: str) -> Callable[[Any, Any], None]:
    def rendering(config: Any, files: Any) -> None:
        try:
            render(config, files)
        except CellExecutionError as error:
            raise BuildStoppedError([_failure(error, path, f"{Path(docs).name}/{path.relative_to(docs)}")]) from None

    return rendering


def _failure(error: CellExecutionError, path: Path, name: str) -> Problem:
    """The problem of a cell that failed, at the line of the cell that raised."""
    report = _ANSI.sub("", error.traceback)
    cell = cast("re.Match[str]", _CELL.search(report))[1]
    text = path.read_text(encoding="utf-8")
    start, _ = place(text, max(text.find(cell), 0))
    inside = _LINE.findall(report)
    line = start + (int(inside[0]) if inside else 1) - 1
    return notebooks.failing(name, line, error.ename, error.evalue.split("\n")[0])


def _show_formulas(cell: Tag, text: str, name: str, symbols: Symbols) -> list[Problem]:
    """Put MathML in the place of the formulas of a cell of prose; those that cannot be shown are returned as problems."""
    problems: list[Problem] = []

    def show(match: re.Match[str]) -> Tag | NavigableString:
        formula = match[1] or match[2]
        try:
            return _tag(formulas.mathml(formula.strip(), block=match[1] is not None, symbols=symbols), "math")
        except formulas.BadMathError as error:
            line, column = place(text, max(text.find(formula), 0))
            problems.append(
                Problem(name, line, column, f"this formula cannot be shown: {error}", found=formula.strip(),
                        remedy=formulas.REMEDY)
            )  # fmt: skip
            return NavigableString(match[0])

    for words in [found for found in cell.find_all(string=_FORMULA) if not found.find_parent(["code", "pre"])]:
        before, pieces = 0, []
        for match in _FORMULA.finditer(words):
            pieces += [NavigableString(words[before : match.start()]), show(match)]
            before = match.end()
        words.replace_with(*pieces, NavigableString(words[before:]))
    return problems


def _bare(cell: Tag, text: str, name: str) -> Iterator[Problem]:
    """The numbers in a cell of prose whose formulas are shown already: no claim can stand in a notebook."""
    for words in cell.find_all(string=True):
        if words.find_parent(["code", "pre", "math"]):
            continue
        for numeral in numerals(words):
            before = words[: numeral.start].rpartition("\n")[2]
            offset = text.find(before + numeral.text)
            at = offset + len(before) if offset >= 0 else max(text.find(numeral.text), 0)
            yield notebooks.bare(name, *place(text, at), numeral.text)


def _code(cell: Tag, symbols: Symbols) -> list[Tag]:
    """A cell of code and what it printed."""
    highlighted = cast("Tag", cell.select_one(".highlight-ipynb pre"))
    code = "".join(lines(highlighted.get_text().strip("\n"), symbols))
    tags = [_tag(f'<div class="language-python highlight bb-cell"><pre><code>{code}\n</code></pre></div>', "div")]
    for output in cell.select(".jp-OutputArea-output pre"):
        printed = output.decode_contents().rstrip("\n")
        tags.append(
            _tag(
                f'<div class="bb-printout"><p class="bb-label">Output</p><pre tabindex="0"><code>{printed}\n</code></pre></div>',
                "div",
            )
        )
    return tags


def _tag(html: str, name: str) -> Tag:
    return cast("Tag", BeautifulSoup(html, "html.parser").find(name))


def _downloads(path: Path) -> str:
    """Links to the notebook, made here because a page that is built from a script has no file beside it."""
    notebook = jupytext.read(path)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    files = (
        (f"{path.stem}.ipynb", "application/x-ipynb+json", jupytext.writes(notebook, fmt="ipynb")),
        (path.name, "text/x-python", path.read_text(encoding="utf-8")),
    )
    links = [
        f'<a class="bb-download" download="{name}" href="data:{kind};base64,{b64encode(text.encode()).decode()}">{name}</a>'
        for name, kind, text in files
    ]
    return f'<p class="bb-downloads">Download {"".join(links)}</p>'
