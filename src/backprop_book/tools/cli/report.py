"""report: `backprop-book report`."""

import json
from dataclasses import asdict, fields
from pathlib import Path

import click

from backprop_book.core.config import book_root
from backprop_book.core.problems import BookError
from backprop_book.scan import scan
from backprop_book.scan.document import Count
from backprop_book.tools.cli.output import show_counts
from backprop_book.tools.cli.selection import PATHS, STATING, documents_of, refuse_nothing


@click.command()
@PATHS
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def report(paths: tuple[Path, ...], as_json: bool) -> None:
    """Count the numerals of the prose, and how each is covered. Nothing is run.

    PATHS are pages, notes files or snippets, which stand for what is stated of them; without any, the whole book is counted.
    """
    chapter = scan(book_root(Path.cwd()))
    documents = documents_of(chapter, paths)[0]
    if unread := [problem for document in documents if not document.source.text for problem in document.problems]:
        raise BookError(unread)
    refuse_nothing(documents, paths, "count", STATING)
    rows = {each.source.path: {"total": each.count.total, **asdict(each.count)} for each in documents}
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        show_counts("Numerals in the prose", ("total", *(field.name for field in fields(Count))), rows)
