"""script: a script that draws a figure, as it is read without running it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from backprop_book.chapter.asked import Question, probes_of
from backprop_book.chapter.source import Source
from backprop_book.model import Probe


@dataclass(frozen=True, slots=True)
class Datum:
    """One entry of `DATA`: a name and the expression whose value it stands for."""

    name: str
    """The name."""
    start: int
    """Where the expression is written."""
    expression: str
    """The expression, in the language of claims."""
    question: Question | None
    """What the runs are asked; None where the expression speaks of a snippet that is broken."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a figure's data table."""

    header: str
    """What stands above it."""
    start: int
    """Where the expression is written."""
    expression: str
    """A Python expression over the names of `DATA`."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One data table of a figure."""

    caption: str
    """What it is called; empty for the only one."""
    start: int
    """Where its first column is written."""
    columns: tuple[Column, ...]
    """Its columns; the first one holds the headers of the rows."""


@dataclass(frozen=True)
class Script:
    """A script that draws a figure, as it is read without running it."""

    source: Source
    """The file."""
    name: str
    """Its stem."""
    title: str
    """The first line of its docstring."""
    data: tuple[Datum, ...]
    """The names that it draws."""
    grids: tuple[Grid, ...]
    """The tables that the data are shown as."""
    rows: tuple[int, ...] | None
    """Which rows of the tables are kept; None for all."""
    draw: int
    """Where its function `draw` is defined."""
    whole: bool
    """Whether nothing is wrong with it, so that it can be drawn."""
    network: bool = False
    """Whether it is a network, whose data are `NETWORK` or `GRAPH`, by role, and which is drawn without a function of its own."""
    graph: bool = False
    """Whether it is the computational graph of a network: its data are `GRAPH`."""

    @cached_property
    def probes(self) -> Mapping[str, tuple[Probe, ...]]:
        """What its data ask of the run of each snippet."""
        return probes_of(datum.question for datum in self.data if datum.question is not None)


def names_entry(said: str, name: str) -> bool:
    """Whether words name an entry of DATA: they hold each word of its name, as "all hidden neurons" does of `hidden_neuron`."""
    there = _words(said)
    return all(any(_is_same(word, other) for other in there) for word in _words(name))


def _is_same(one: str, other: str) -> bool:
    """Whether two words are the same but for the ending of a plural."""
    shorter, longer = sorted((one, other), key=len)
    return longer in (shorter, f"{shorter}s", f"{shorter}es")


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())
