"""run_state: the parts of a run while it runs: calls, executions of loops, their iterations, and the steps seen so far."""

from dataclasses import dataclass, field
from typing import Any

from backprop_book.core.model import Value
from backprop_book.record.encoder import LazyValue
from backprop_book.record.namespace_diff import Difference, VariableTable


@dataclass(slots=True, eq=False)
class Unit:
    """One call or one iteration, while it runs."""

    parent: "Unit | None"
    """What it runs in; None for the whole run."""
    frame: "Frame | None"
    """Whose steps it is made of; None for the whole run."""
    entries: "list[Entry]" = field(default_factory=list)
    """Its steps so far."""
    last: "dict[int, Entry]" = field(default_factory=dict)
    """The latest entry of each frame, by the frame's serial."""
    is_new: bool = False
    """Whether it reached a statement that had not run before."""
    printed: bool = False
    """Whether it printed."""
    has_switched: bool = False
    """Whether an element of an activation became zero or non-zero in it."""
    closed: bool = False
    """Whether it has ended."""


@dataclass(slots=True, eq=False)
class Lap:
    """One execution of a loop."""

    statement: int
    """The loop statement."""
    frame: "Frame"
    """Where it runs."""
    serial: int
    """When it began."""
    outer: Unit
    """What it runs in."""
    unit: Unit | None = None
    """The iteration that runs now."""
    count: int = 0
    """How many iterations have begun."""
    checkpoints: int = 0
    """How many iterations were kept because they print."""
    switches: int = 0
    """How many iterations were kept because an activation starts or ceases in them."""
    sampled: bool = True
    """Whether the end of the current iteration was seen."""


@dataclass(slots=True, eq=False)
class Frame:
    """One call of a traced function or class body, or the module. It does not hold the interpreter's frame."""

    serial: int
    """Number in the order of calls, 0 for the module."""
    scope: int | None
    """The definition, None for the module."""
    function: str | None
    """Its qualified name."""
    depth: int
    """How many traced calls deep."""
    marker: int
    """What the marker said when it was entered."""
    unit: Unit
    """The call as a unit; for the module the whole run."""
    is_quiet: bool = False
    """Whether its variables are not looked at."""
    table: VariableTable = field(default_factory=VariableTable)
    """Its variables as last seen."""
    laps: list[Lap] = field(default_factory=list)
    """The loops that run now, outermost first."""
    missed: int = 0
    """Steps that nobody looked at since the last that was."""
    missed_at: int = 0
    """Statement of the first of these."""
    shared: tuple[str, ...] = ()
    """Names of globals that its code names."""
    mirror: dict[str, Any] | None = None
    """In a function the dict that `locals()` gives, which the interpreter keeps for the frame; in the body of a class its namespace."""
    errors: set[tuple[int, int]] = field(default_factory=set)
    """Exceptions already recorded: identity and statement."""
    given: Value | LazyValue | None = None
    """What a `return` or `yield` gave, until its step is recorded."""
    giver: int | None = None
    """The statement that gave it."""
    latest: int = 0
    """The number of its latest step."""
    failed: bool = False
    """Whether an exception is leaving it."""
    stays: bool = True
    """Whether the call is one of the first of its function, which are kept whole."""
    is_over: bool = False
    """Whether the call has ended."""

    def current(self) -> Unit:
        """The innermost unit that runs in it."""
        unit = self.laps[-1].unit if self.laps else None
        return self.unit if unit is None else unit


@dataclass(slots=True, eq=False)
class Entry:
    """A step, or a gap, that may stay in the trace."""

    serial: int
    """When it was completed; for a gap, when its last step was."""
    frame: Frame
    """Its call."""
    statement: int
    """Its statement."""
    laps: tuple[tuple[Lap, int], ...]
    """The executions of loops around it, and which iteration of each."""
    changes: list[Difference]
    """What it changed."""
    output: tuple[int, int] = (0, 0)
    """What it printed, as offsets in the bytes of the whole output."""
    value: Value | LazyValue | None = None
    """What it returned, yielded or tested."""
    error: str = ""
    """The exception that it ended with or handled."""
    skipped: int = 0
    """For a gap: how many steps it stands for."""
