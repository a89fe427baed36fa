"""rows: which lines of a listing belong together, and which notes explain them."""

from collections.abc import Sequence
from dataclasses import dataclass

from backprop_book.model import Trace


@dataclass(frozen=True, slots=True)
class Row:
    """Lines that are shown as one: those of explained statements that share a note, or a single other line."""

    first: int
    """Its first line, from 1."""
    last: int
    """Its last line."""
    statements: tuple[int, ...] = ()
    """The explained statements in it; empty for a row without a note."""
    notes: tuple[int, ...] = ()
    """Which notes explain it; almost always one."""


def rows(trace: Trace, notes: Sequence[tuple[int, ...]], first: int, last: int) -> tuple[Row, ...]:
    """The rows of the lines `first` to `last`, where `notes[i]` are the statements that note i explains.

    Statements of one note share a row if nothing but blank lines and comments stands between them.
    """
    explained: list[Row] = []
    by_statement = sorted((s, n) for n, statements in enumerate(notes) for s in set(statements))
    for index, note in by_statement:
        statement = trace.statements[index]
        if statement.line < first or statement.end_line > last:
            continue
        before = explained[-1] if explained else None
        if before and (before.last >= statement.line or (note in before.notes and _adjacent(trace, before, index))):
            explained[-1] = Row(
                before.first,
                max(before.last, statement.end_line),
                (*before.statements, index),
                tuple(dict.fromkeys((*before.notes, note))),
            )
        else:
            explained.append(Row(statement.line, statement.end_line, (index,), (note,)))
    return tuple(_with_rest(explained, first, last))


def _adjacent(trace: Trace, row: Row, index: int) -> bool:
    return not any(row.last < s.line for s in trace.statements[row.statements[-1] + 1 : index])


def _with_rest(explained: list[Row], first: int, last: int) -> list[Row]:
    full, line = [], first
    for row in explained:
        full += [Row(i, i) for i in range(line, row.first)]
        full.append(row)
        line = row.last + 1
    return full + [Row(i, i) for i in range(line, last + 1)]
