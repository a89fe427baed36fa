"""output: what several commands write: counts in words and as a table, and files of the book."""

import sys
from codecs import BOM_UTF8
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.table import Table


def show_counts(title: str, columns: tuple[str, ...], rows: dict[str, dict[str, int]]) -> None:
    """A table with a row of counts for each file, and their sums."""
    table = Table(title=title, title_justify="left")
    table.add_column("file")
    for column in columns:
        table.add_column(column, justify="right")
    for path, row in rows.items():
        table.add_row(path, *(str(row[column]) for column in columns))
    table.add_section()
    table.add_row("all", *(str(sum(row[column] for row in rows.values())) for column in columns))
    console_of(sys.stdout).print(table)


def console_of(stream: TextIO) -> Console:
    """A console that cuts and wraps nothing when its output goes to a file or a pipe."""
    return Console(file=stream, highlight=False, width=None if stream.isatty() else 1000)


def count(number: int, noun: str) -> str:
    """A number of things in words."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def rewrite(root: Path, path: str, text: str, newline: str) -> None:
    """Write a text into a file of the book in `root`, with its newlines.

    A byte order mark is no part of the text; a file that begins with one keeps it.

    Raises:
        ClickException: It cannot be written.
    """
    target = root / path
    try:
        marked = target.exists() and target.read_bytes().startswith(BOM_UTF8)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8-sig" if marked else "utf-8", newline=newline)
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written: {error.strerror}") from None
