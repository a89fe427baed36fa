"""model: the words that every other module speaks. Statement, Value, Probe, Step, Trace.

Nothing here computes. The types are frozen, so a trace can be shared between threads, cached and compared.
The JSON form of a trace is described in `docs/contributing/trace-format.md`; `TRACE_FORMAT` is its version.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

TRACE_FORMAT = 3
"""Version of the trace format. It goes up with every change of the JSON form, and old caches then lapse."""

Scalar = None | bool | int | float | str
Data = Scalar | list["Data"]
"""Plain content at full precision: a scalar, or nested lists of scalars."""

ValueKind = Literal[
    "none", "bool", "int", "float", "complex", "str", "bytes",
    "array", "tensor", "list", "tuple", "set", "dict",
    "object", "function", "class", "module", "opaque",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """The unit of explanation and tracing. A compound statement is its header, up to the colon.

    `except` and `case` clauses are statements of their own, because they bind names; `else` and `finally` are not.
    """

    index: int
    """Position in the order of the source, from 0."""
    kind: str
    """The AST class in lower case: `assign`, `augassign`, `expr`, `for`, `if`, `functiondef`, `excepthandler`, ..."""
    start: int
    """Offset of its first character in the source text (a decorator belongs to its definition)."""
    end: int
    """Offset after its last character; for a compound statement, after the colon of its header."""
    line: int
    """Line of the first character, from 1."""
    column: int
    """Column of the first character, from 1."""
    end_line: int
    """Line of the last character, from 1."""
    code: str
    """The source text from `start` to `end`."""
    parent: int | None
    """The statement whose block holds this one; None at the top level."""
    reads: tuple[str, ...]
    """Dotted names that its own code reads, in order of first appearance (`x`, `W1`, `model.layer1.weight`)."""
    binds: tuple[str, ...]
    """Plain names that it can bind, in order (`z1`; the targets of a `for`; the name of a `def`)."""
    loop: int | None
    """The innermost loop statement that this one is inside of (a loop's header counts as inside itself)."""
    scope: int | None
    """The innermost function or class definition that this one is inside of; None at the top level."""

    @property
    def first_line(self) -> str:
        """The first line of its code, with `...` where there is more."""
        first, _, rest = self.code.partition("\n")
        return f"{first.strip()} ..." if rest else first.strip()


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a name at one moment, encoded at that moment, so that later changes of it do not show."""

    kind: ValueKind
    """The kind of value."""
    type: str
    """The type as a reader knows it: `float`, `numpy.ndarray`, `torch.Tensor`, `DiagonalFlipNet`."""
    digest: str
    """Hash of the full content: two values of one type are equal exactly if their digests are."""
    data: Data = None
    """The content at full precision: the number, the text, nested lists for arrays, tensors and for lists, tuples and
    sets of plain content. None where `items` hold it or where it was too large and is summarised instead."""
    items: tuple[tuple[str, "Value"], ...] = ()
    """Named parts: entries of a dict (by the repr of the key), attributes of an object, parameters of a module,
    elements of a list whose content is not plain; `grad` of a tensor that has one."""
    shape: tuple[int, ...] | None = None
    """Shape of an array or tensor; `()` for a scalar of NumPy or torch."""
    dtype: str | None = None
    """`float64`, `float32`, `int64`, `bool`, ... of an array, tensor or NumPy scalar."""
    size: int | None = None
    """Number of elements, entries, characters or bytes, where that makes sense."""
    summary: str = ""
    """For what is summarised or opaque: a short description, e.g. `min -0.5, max 0.4, mean 0.01` or the signature."""


Moment = Literal["end", "after", "when", "always", "never", "somewhere"]


@dataclass(frozen=True, slots=True)
class Probe:
    """An expression evaluated inside one run, together with the moment at which it is evaluated."""

    expression: str
    """Python source of one expression. `series(e)` or `series(e, name)` in it stands for the values of `e` at the end of
    each iteration of a loop, as an array: of the loop that binds a name of `e`, or of the one whose target is `name`."""
    moment: Moment = "end"
    """`end`: in the module when the run has ended. `after`: right after `statement` ran for the first time, in its
    frame. `when`: in the last state in which `condition` held. `always`, `never`: `expression` is true (false) in
    all states in which its names exist, and there is at least one such state: the answer's value is a bool.
    `somewhere`: there is a state in which `expression` can be evaluated; the answer's value is True."""
    statement: int | None = None
    """For `after` (required), and for the other moments optionally: states in the frames of this statement's scope."""
    condition: str | None = None
    """For `when`: the condition."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a run to a probe: a value, or the reason why there is none."""

    probe: Probe
    """The question."""
    value: Value | None = None
    """The value; None exactly if there is an error."""
    error: str = ""
    """Why there is no value: `NameError: name 'los' is not defined`, `the condition held in no state`, ..."""
    near: tuple[str, ...] = ()
    """Names that exist in the run and resemble a name that does not, nearest first."""
    step: int | None = None
    """Index of the kept step in whose state (or the nearest kept one before) the value was seen; None at the end of the
    run. For `always` and `never` that failed: the first state that broke the rule."""


@dataclass(frozen=True, slots=True)
class Change:
    """One variable (or part of one) that a step changed."""

    name: str
    """A dotted path from a name of the frame: `z1`, `model.layer1.weight`, `model.layer1.weight.grad`, `point.x`."""
    old: Value | None
    """Its value before; None if it did not exist."""
    new: Value | None
    """Its value now; None if it no longer exists."""


@dataclass(frozen=True, slots=True)
class Step:
    """One execution of a statement (or, with `skipped`, a gap: what changed while steps were not kept)."""

    index: int
    """Position in the trace, from 0."""
    statement: int
    """Which statement ran. For a gap: the loop or the statement that was running when keeping stopped."""
    frame: int
    """Which call it belongs to: 0 is the module, then 1, 2, ... in the order of the calls that were kept."""
    function: str | None
    """Qualified name of the function or class body; None in the module."""
    depth: int
    """How many traced calls deep: 0 in the module."""
    iterations: tuple[tuple[int, int], ...]
    """The loops around it in its frame, outermost first: (loop statement, iteration from 0)."""
    changes: tuple[Change, ...]
    """Its changes, as seen from its frame (its locals, and the globals that its code names), in order of first
    appearance in the run."""
    output: str = ""
    """Its text on standard output."""
    value: Value | None = None
    """The value of a `return`, of a `yield`, or of the test of an `if` or `while`; None for other statements."""
    error: str = ""
    """The exception that the statement ended with, or that a handler caught: `ZeroDivisionError: division by zero`."""
    skipped: int = 0
    """For a gap: how many steps were not kept. 0 for a real step."""


@dataclass(frozen=True, slots=True)
class LoopRun:
    """One execution of a loop statement that was kept: which of its iterations are in the trace."""

    statement: int
    """The loop statement."""
    frame: int
    """The call it ran in."""
    first: int
    """Index of its first step."""
    iterations: int
    """How many iterations it ran in all."""
    kept: tuple[int, ...]
    """Which of them have steps in the trace, ascending from 0."""


@dataclass(frozen=True, slots=True)
class Trace:
    """All kept steps of one run."""

    script: str
    """The script's path as given, with forward slashes."""
    source: str
    """Its source text."""
    statements: tuple[Statement, ...]
    """Its statements, in order; `statements[i].index == i`."""
    counts: tuple[int, ...]
    """How often each statement ran, kept or not; parallel to `statements`."""
    steps: tuple[Step, ...]
    """The kept steps, in the order in which they were completed."""
    loops: tuple[LoopRun, ...]
    """The kept executions of loops, in the order in which they began."""
    stdout: str
    """All it printed to standard output."""
    stderr: str
    """All it printed to standard error, the traceback of an exception that ended the run included."""
    dropped: int = 0
    """Steps that were not kept although they would have been, because the trace was full."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    kind: Literal[
        "finished", "exception", "exit", "died", "time limit", "step limit", "output limit", "memory limit", "value limit", "syntax",
        "write", "variable", "running", "awaited",
    ]  # fmt: skip
    """`died`: the interpreter went away without an exception (os._exit, a signal). `syntax`: the script does not parse.
    `write`: it was about to write below the folder of the book. `variable`: it asked for an environment variable that it is not given.
    `running`: still running, its result is not awaited. `awaited`: still running, a later check waits for it. Neither is cached."""
    message: str = ""
    """One line that says what happened, without the place; empty for `finished`."""
    line: int | None = None
    """The line of the script at which it happened."""
    column: int | None = None
    """The column of the statement at that line."""
    status: int = 0
    """The exit status that a plain run would have had (for a limit: 1)."""


Aspect = Literal["content", "names", "presence", "variable"]
"""Kinds of dependencies of a run: the content of a file, the names in a folder, whether a path exists, or an environment variable."""


class Dependency(NamedTuple):
    """Something outside of its code that a run read."""

    aspect: Aspect
    """Which property of it was read."""
    name: str
    """The absolute path of the file or folder, or the name of the environment variable."""
    state: str
    """Its state at that time: a digest, or a word where there is no content."""


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that is known of one run of one script."""

    outcome: Outcome
    """How it ended."""
    trace: Trace
    """Its trace; without statements and steps after a syntax error."""
    answers: tuple[Answer, ...]
    """One for each probe of the request, in its order."""
    seconds: float = 0.0
    """Wall time of the run itself, without the import of preloaded libraries."""
    versions: tuple[tuple[str, str], ...] = field(default=())
    """Versions of what it ran on: `(("python", "3.11.7"), ("numpy", "2.4.6"), ("torch", "2.13.0"))`."""
    dependencies: tuple[Dependency, ...] | None = ()
    """The files, folders and variables that it read, with their states; None if that is unknown, because it started other processes."""
