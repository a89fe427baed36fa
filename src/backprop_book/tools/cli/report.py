"""report: `backprop-book report`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from backprop_book.core.config import book_root
from backprop_book.core.problems import BookError
from backprop_book.scan import Count, scan
from backprop_book.tools.cli.counts import console_of
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
    if as_json:
        rows = {
            document.source.path: {**asdict(document.count), "total": document.count.total} for document in documents
        }
        click.echo(json.dumps(rows, indent=2))
        return
    table = Table(title="Numerals in the prose", title_justify="left")
    table.add_column("file")
    columns = ("total", "claims", "equations", "tables", "outputs", "waived", "terms", "bare")
    for column in columns:
        table.add_column(column, justify="right")
    for document in documents:
        table.add_row(document.source.path, *(str(getattr(document.count, column)) for column in columns))
    table.add_section()
    total = sum((document.count for document in documents), Count())
    table.add_row("all", *(str(getattr(total, column)) for column in columns))
    console_of(sys.stdout).print(table)
