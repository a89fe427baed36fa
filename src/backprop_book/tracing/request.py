"""request: what to run, what to ask, and how far it may go."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backprop_book.model import Probe


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one run may go. Each limit ends in an outcome that names the line."""

    seconds: float = 60.0
    """Wall time."""
    steps: int = 2_000_000
    """Statements that may run."""
    output: int = 1_000_000
    """Bytes that may be printed, to both streams together."""
    memory: int = 4 * 2**30
    """Bytes that the script may take."""
    kept: int = 20_000
    """Steps that the trace may hold."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a run must not depend on, because it is another one on another day or another machine."""

    hash_seed: int = 0
    """Where Python's hashes begin: the order of sets of texts follows from it."""
    random_seed: int = 0
    """Where generators of random numbers begin that the script does not seed."""
    threads: int = 1
    """How many threads NumPy and torch may use: the order of long sums follows from it."""


@dataclass(frozen=True, slots=True)
class Request:
    """One script to run and what to ask about it."""

    script: Path
    """The script; a relative path is one below the tracer's root."""
    probes: tuple[Probe, ...] = ()
    """The questions."""
    arguments: tuple[str, ...] = ()
    """What `sys.argv` holds after the script."""
    keep: Literal["kept", "every"] = "kept"
    """Whether loops are thinned out or every step stays."""
    limits: Limits = Limits()
    """How far it may go."""
    source: str | None = None
    """What is run as the script; None for what its file holds."""
    book: Path | None = None
    """The folder of the book that the script belongs to. It then runs in its own folder, may write nothing below that of the book,
    and what it depends on is told. None for a script that is run as Python would run it."""
