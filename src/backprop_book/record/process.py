"""process: the process that a script gets: its streams, random generators, limits, and its end. The child calls it."""

import ctypes
import io
import mmap
import os
import random
import re
import resource
import signal
import sys
from pathlib import Path
from threading import active_count
from typing import Any

from backprop_book.record.child_protocol import SEED, Marker, RunOrder

MARKER_SIZE = mmap.PAGESIZE
"""Bytes of the file that the marker is in."""


DEATH_OF_PARENT = 1
"""The number of `PR_SET_PDEATHSIG`, by which Linux is told what to send a process whose parent ends."""


def end_with(parent: int) -> None:
    """Let the system kill this process when its parent ends, as nobody would enforce its time limit (Linux only).

    Args:
        parent: The process id of the parent.
    """
    if sys.platform != "linux":  # pragma: no cover (no other system tells a process)
        return
    ctypes.CDLL(None).prctl(DEATH_OF_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        os._exit(1)


def open_streams(folder: str) -> None:
    """Give the process its own standard streams: nothing to read, and files to write to."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    for number, name in ((1, "stdout"), (2, "stderr")):
        place = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)  # noqa: PTH118
        os.dup2(place, number)
        os.close(place)
    sys.stdin = sys.__stdin__ = _opened(0, "<stdin>", "r")  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _opened(1, "<stdout>", "w")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _opened(2, "<stderr>", "w")  # type: ignore[misc]


def _opened(number: int, name: str, mode: str) -> io.TextIOWrapper:
    """A text stream like those that the interpreter begins with."""
    raw: Any = open(number, f"{mode}b", -1, closefd=False)  # noqa: SIM115
    errors = "backslashreplace" if number == 2 else "strict"
    stream = io.TextIOWrapper(
        raw, encoding="utf-8", errors=errors, line_buffering=number == 2, write_through=number == 1
    )
    raw.raw.name = name
    stream.mode = mode  # type: ignore[misc]
    return stream


def open_marker(folder: str) -> Marker:
    """Return the marker in shared memory, which the parent process can read however this one ends."""
    place = os.open(os.path.join(folder, "marker"), os.O_RDWR | os.O_CREAT, 0o600)  # noqa: PTH118
    os.ftruncate(place, MARKER_SIZE)
    cell = mmap.mmap(place, MARKER_SIZE)
    os.close(place)
    marker: Marker = Marker.from_buffer(cell)
    return marker


def limit_memory(extra: int) -> None:
    """Limit the memory of the process to its present size and `extra` bytes."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # pragma: no cover (not Linux: the limit is then that of the whole process)
        pages = 0
    limit = pages * resource.getpagesize() + extra
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (OSError, ValueError):  # pragma: no cover (a system without this limit)
        return


def limit_processor(seconds: float) -> None:
    """Limit the processor time of the process, in case that nobody is left to enforce its time limit."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    limit = int(seconds * (os.cpu_count() or 1)) + 60
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def lift_memory() -> None:
    """Take the memory limit away again: the script has ended."""
    resource.setrlimit(resource.RLIMIT_AS, (resource.getrlimit(resource.RLIMIT_AS)[1],) * 2)


def seed() -> None:
    """Seed the random generators, and set the number of threads of torch to that of the environment."""
    start = int(os.environ.get(SEED, "0"))
    random.seed(start)
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed(start)
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(start)
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


CALLS_BELOW = 1 if sys.version_info >= (3, 12) else 3
"""Number of calls by which the recursion limit is raised so that the script has all of it.

The call of a hook counts, and up to Python 3.11 also the built-in functions that run the script.
"""
QUIET_MODULES = frozenset({
    *("collections", "copy", "dataclasses", "decimal", "fractions", "functools", "itertools", "math", "numpy"),
    *("operator", "random", "sklearn", "statistics", "string", "time", "torch", "typing"),
})  # fmt: skip
"""Modules that need no work at the end of the process."""
AT_EXIT_WORDS = re.compile(
    r"\b(__\w*del\w*__|__import__|async|await|builtins|eval|exec|num_workers|memmap|multiprocessing|open|register\w*"
    r"|tofile|weakref\w*|yield)\b"
)
"""Words in source texts of scripts that may do or write something when the interpreter ends."""


def can_end_at_once(order: RunOrder) -> bool:
    """Whether a finished script needs no work at the end of its process.

    To take down an interpreter with torch takes longer than most scripts.
    """
    if active_count() > 1 or not QUIET_MODULES.union(order.homes).issuperset(order.imports):
        return False
    texts = [order.source]
    for name in order.homes:
        place = getattr(sys.modules.get(name), "__file__", None)
        texts += [Path(place).read_text(encoding="utf-8", errors="replace")] if place else []
    return not any(AT_EXIT_WORDS.search(text) for text in texts)


def end_at_once() -> None:
    """Flush the streams and end this process at once."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
