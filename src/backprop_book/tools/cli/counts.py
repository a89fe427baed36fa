"""counts: what a command counted, as words and as a table."""

import sys
from typing import TextIO

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
