"""new: `backprop-book new`, the frames of files that an author fills in."""

import importlib.util
import keyword
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from backprop_book.core.config import book_root
from backprop_book.core.model import Statement
from backprop_book.core.problems import BookError
from backprop_book.scan import scan
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Document
from backprop_book.source import Snippet, quote
from backprop_book.tools.cli.output import count, rewrite

_PAGE = """\
---
title: {title}
description: What readers find here, in a sentence.
hide:
  - toc
book:
  listing: {snippet}
---

# {title}

The question that this section answers, and why it is worth asking.

## The code

```python title="{title}"
--8<-- "{include}"
```

What the run gave: [a number]{{an expression}}.

| [a column]{{an expression with row}} | [another]{{an expression with row}} |
|---|---|
| a cell | a cell |

![What the drawing shows, in words without numbers.](figures/{snippet}.svg)
The caption. It may hold claims, like any other paragraph.

??? question "What should readers answer for themselves?"
    The answer, which is checked like the rest.
"""
_WRITE = "{}: write its code, then run this again for the headings of its notes."


@click.group()
def new() -> None:
    """Make the frames of files that you fill in. Nothing that exists is written over."""


@new.command()
@click.argument("name")
@click.option(
    "--missing", is_flag=True, help="Add headings to notes that exist, for the statements that they leave out."
)
def listing(name: str, missing: bool) -> None:
    """Make the snippet NAME, or the notes of one that exists: a heading for each statement, and no text.

    Headings that share an explanation can be joined, and those that need none removed. What the notes say is yours to write.
    """
    chapter = scan(book_root(Path.cwd()))
    path = next((path for path, stem in chapter.files.items() if stem == name), None)
    if path is None:
        _snippet(chapter, name)
        return
    if name not in chapter.snippets:
        raise BookError([problem for problem in chapter.problems if problem.path == path])
    snippet = chapter.snippets[name]
    document = chapter.notes.get(name)
    notes = f"{path.removesuffix('.py')}.md"
    if document is not None and not missing:
        raise click.ClickException(f"{notes} exists; --missing adds headings for the statements that it leaves out.")
    explained = {each.statement for note in document.notes for each in note.quotes} if document else set()
    wanted = [each for each in snippet.statements if each.index not in explained and not _is_docstring(each)]
    if document is None and not wanted:
        click.echo(_WRITE.format(path))
        return
    headings = {each: f"## {_code(text)}\n" for each in wanted if (text := quote(snippet, each)) is not None}
    if headings:
        text, newline = ("", "\n") if document is None else (document.source.text, document.source.newline)
        rewrite(chapter.config.root, notes, _placed(text, document, headings), newline)
    _report(chapter, snippet, notes, headings, wanted)


@new.command()
@click.argument("name")
def page(name: str) -> None:
    """Make the page NAME with a place for everything that a section may have: a listing, a claim, a table, a figure, a question.

    The listing is the snippet of the same name, with _ for -. Replace its words and expressions, or delete them: `backprop-book check` names the expressions and the figure that are left.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise click.BadParameter(
            f"{name} is no name of a page: small letters and digits, joined by -, without a folder or .md.",
            param_hint="NAME",
        )
    chapter = scan(book_root(Path.cwd()))
    path, snippet = f"{chapter.config.docs}/{name}.md", name.replace("-", "_")
    if (chapter.config.root / path).exists():
        raise click.ClickException(f"{path} exists.")
    script = next((path for path, stem in chapter.files.items() if stem == snippet), None)
    include = (script or f"{snippet}.py").removeprefix(f"{chapter.config.snippets}/")
    title = name.replace("-", " ").capitalize()
    rewrite(chapter.config.root, path, _PAGE.format(title=title, snippet=snippet, include=include), "\n")
    click.echo(
        f"{path}: replace or delete what it holds; `backprop-book check {path}` names the expressions that are left."
    )
    if script is None:
        click.echo(f"There is no snippet {snippet} yet. Make it with: backprop-book new listing {snippet}")
    click.echo(f"Add the page to `nav` in mkdocs.yml: - {name}.md")


def _snippet(chapter: Chapter, name: str) -> None:
    """Make a snippet that holds nothing but its docstring."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise click.BadParameter(
            f"{name} is no name of a module: small letters, digits and _, without a folder or .py.", param_hint="NAME"
        )
    if keyword.iskeyword(name):
        raise click.BadParameter(f"{name} is a word of Python's own, which names no module.", param_hint="NAME")
    if name in sys.stdlib_module_names or importlib.util.find_spec(name) is not None:
        raise click.BadParameter(
            f"{name} is a module already, which the snippets could then not import.", param_hint="NAME"
        )
    path = f"{chapter.config.snippets}/{name}.py"
    rewrite(chapter.config.root, path, f'"""{name.replace("_", " ").capitalize()}."""\n', "\n")
    click.echo(_WRITE.format(path))


def _placed(text: str, document: Document | None, headings: dict[Statement, str]) -> str:
    """The notes with the headings, each before the first note on a later statement."""
    notes = document.notes if document else ()
    places: dict[int, list[str]] = {}
    for statement, heading in headings.items():
        later = (note.start for note in notes if note.quotes[0].statement > statement.index)
        places.setdefault(next(later, len(text)), []).append(heading)
    for at, pieces in sorted(places.items(), reverse=True):
        before = text[:at].rstrip("\n")
        parts = [before, *(piece.rstrip("\n") for piece in pieces), text[at:].rstrip("\n")]
        text = "\n\n".join(part for part in parts if part) + "\n"
    return text


def _report(
    chapter: Chapter, snippet: Snippet, notes: str, headings: dict[Statement, str], wanted: Iterable[Statement]
) -> None:
    click.echo(f"{notes}: {count(len(headings), 'heading')} added." if headings else f"{notes}: nothing is missing.")
    for statement in wanted:
        if statement not in headings:
            place = f"{snippet.path}:{statement.line}:{statement.column}"
            first = statement.code.partition("\n")[0]
            click.echo(f"{place}: no quote tells this apart from the same statement beside it: {first}")
    if not any(each.snippet == snippet.stem for document in chapter.documents for each in document.listings):
        target = snippet.path.removeprefix(f"{chapter.config.snippets}/")
        click.echo(f'No page shows the snippet yet. Show it with:\n\n```python\n--8<-- "{target}"\n```')


def _is_docstring(statement: Statement) -> bool:
    return statement.kind == "expr" and statement.code.lstrip("rRuU").startswith(("'", '"'))


def _code(text: str) -> str:
    """Text as a code span, also if it holds backticks."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    return f"{ticks} {text} {ticks}" if longest else f"`{text}`"
