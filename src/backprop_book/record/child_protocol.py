"""child_protocol: the orders that the server and its children get as JSON, and the marker that a child writes."""

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from backprop_book.core.model import Probe

SEED = "BACKPROP_BOOK_SEED"
"""The environment variable with the seed of the random generators; 0 without it."""
DROPPED = "dropped"
"""The end of a run that was given up by its parent."""
REFUSED = "refused"
"""The file in the folder of a run with the refusal that came too late for the outcome."""
LIBRARIES: Mapping[str, str] = MappingProxyType({"numpy": "numpy", "torch": "torch", "sklearn": "scikit-learn"})
"""The libraries whose versions a run names: the installed name of each, by the name of the module that scripts import."""


@dataclass(frozen=True, slots=True)
class RunOrder:
    """An order to run one script."""

    folder: str
    """The folder of the run, where the child leaves `result.json`, `stdout`, `stderr` and `marker`."""
    script: str
    """Absolute path of the script."""
    name: str
    """The script's path as the trace shows it."""
    source: str
    """Its source text."""
    imports: tuple[str, ...]
    """Top-level names of the modules that it imports."""
    homes: tuple[str, ...]
    """Names of the modules beside it, whose classes are its own."""
    probes: tuple[Probe, ...]
    """The expressions to evaluate."""
    arguments: tuple[str, ...]
    """The elements of `sys.argv` after the script."""
    keep: str
    """`kept` or `every`."""
    seconds: float
    """Wall time that it may take."""
    steps: int
    """Statements that may run."""
    output: int
    """Bytes that may be printed."""
    memory: int
    """Bytes that it may allocate, besides those of the interpreter and its libraries."""
    capacity: int
    """Steps that may be kept."""
    root: str = ""
    """The folder of the book that the script belongs to; empty for a script that is run as Python would run it."""
    hidden: tuple[str, ...] = ()
    """The environment variables that are set and that the script is not given."""


class Marker(ctypes.c_int * 2):  # type: ignore[misc]
    """The numbers, from 1, of the statement and of the probe that run now. It has a hash, as the code of a function must have."""

    __slots__ = ()
    __hash__ = object.__hash__


def order_from(fields: dict[str, Any]) -> RunOrder:
    """An order from its JSON."""
    probes = tuple(Probe(**each) for each in fields["probes"])
    lists = {name: tuple(fields.get(name, ())) for name in ("imports", "homes", "arguments", "hidden")}
    return RunOrder(**{**fields, **lists, "probes": probes})
