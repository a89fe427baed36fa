"""request: what a run is asked for with: a script, probes, limits and conditions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backprop_book.core.model import Probe


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one run. A run that reaches one ends in an outcome that names the line."""

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
    """Conditions that may differ between days and machines; the values of a run must not depend on them."""

    hash_seed: int = 0
    """PYTHONHASHSEED: the order of sets of strings follows from it."""
    random_seed: int = 0
    """Seed of the random generators that the script does not seed."""
    threads: int = 1
    """Number of threads of NumPy and torch: the order of long sums follows from it."""


@dataclass(frozen=True, slots=True)
class Request:
    """One script to run, with the probes to evaluate in it."""

    script: Path
    """The script; a relative path is one below the tracer's root."""
    probes: tuple[Probe, ...] = ()
    """The probes."""
    arguments: tuple[str, ...] = ()
    """Elements of `sys.argv` after the script."""
    keep: Literal["kept", "every"] = "kept"
    """`kept`: the trace holds some iterations of long loops; `every`: it holds all steps."""
    limits: Limits = Limits()
    """Its limits."""
    source: str | None = None
    """Source text to run instead of the text of the file; None for the file."""
    book: Path | None = None
    """The folder of the book that the script belongs to. It then runs in its own folder, may write nothing below that of the book,
    and what it depends on is told. None for a script that is run as Python would run it."""
