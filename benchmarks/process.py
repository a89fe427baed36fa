"""Commands and servers in processes of their own: how long they take, and how much memory they and their children need."""

import contextlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

PATIENCE = 600.0
USUAL = {"NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": ""}
"""The environment of all that is measured: installed packages come compiled, so ours is compiled once, too, as it is anywhere else."""
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost."""

    seconds: float
    """From its start to its end."""
    memory: float
    """Its own peak memory, in MB."""
    children: float
    """The peak memory of the largest process that it started, in MB; zero if it started none that lived long enough."""


def command(arguments: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end.

    Peaks are read from the system while the processes run, since what it reports of a process that has ended includes
    what its parent held when it was started.

    Raises:
        SystemExit: It failed; the message holds the end of what it wrote.
    """
    given = {**os.environ, **USUAL, **(environment or {})}
    with Path(folder, ".output").open("w+", encoding="utf-8") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(arguments, cwd=folder, env=given, stdout=output, stderr=subprocess.STDOUT)
        ended = threading.Event()
        found: dict[int, int] = {}
        watch = threading.Thread(target=_watch, args=(process.pid, ended, found), daemon=True)
        watch.start()
        status = process.wait()
        seconds = time.perf_counter() - begun
        ended.set()
        watch.join()
        output.seek(0)
        said = output.read()
    if status:
        sys.exit(f"`{' '.join(arguments)}` ended with status {status}:\n{said[-4000:]}")
    below = [peak for pid, peak in found.items() if pid != process.pid]
    return Cost(seconds, found.get(process.pid, 0) / 1000, max(below, default=0) / 1000)


def _watch(root: int, ended: threading.Event, found: dict[int, int]) -> None:
    """Take down the peak memory of a process and of all below it, in kB, until it has ended."""
    while not ended.wait(_PAUSE):
        for pid in family(root):
            found[pid] = max(found.get(pid, 0), peak(pid))


def family(root: int) -> list[int]:
    """A process and all below it."""
    members, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        members.append(pid)
        # It may end before its folder is looked into, and each of its threads before its file is read.
        with contextlib.suppress(OSError):
            for path in Path(f"/proc/{pid}/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    waiting += [int(each) for each in path.read_text().split()]
    return members


def peak(pid: int) -> int:
    """The peak memory of a process so far, in kB; zero if it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)
    return int(found[1]) if found else 0


class Server:
    """A server in a child process, whose lines are read as they come."""

    def __init__(self, arguments: Sequence[str], folder: Path) -> None:
        """Start it in a folder."""
        self.process = subprocess.Popen(
            arguments, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )
        self.lines: Queue[tuple[float, str]] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put((time.perf_counter(), line.rstrip()))

    def until(self, pattern: str) -> tuple[float, str]:
        """When the first line came that matches, and the line.

        Raises:
            SystemExit: None came in ten minutes.
        """
        end = time.perf_counter() + PATIENCE
        while (left := end - time.perf_counter()) > 0:
            try:
                at, line = self.lines.get(timeout=left)
            except Empty:
                break
            if re.search(pattern, line):
                return at, line
        raise SystemExit(f"no line of the server matches {pattern!r} within {PATIENCE:g} seconds")


@contextmanager
def running(arguments: Sequence[str], folder: Path) -> Iterator[Server]:
    """A server, ended afterwards."""
    server = Server(arguments, folder)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


def saves(server: Server, path: Path, added: str, patterns: Sequence[str], times: int) -> list[list[float]]:
    """What `save` gives for each of several saves."""
    return [save(server, path, added.format(number + 2), patterns) for number in range(times)]


def save(server: Server, path: Path, added: str, patterns: Sequence[str]) -> list[float]:
    """Seconds from saving a file, with something wrong at its end, to lines that match. Afterwards the file is as it was.

    What was added before is remembered, and costs nothing: it has to be something new each time.
    """
    text = path.read_text(encoding="utf-8")
    start = time.perf_counter()
    path.write_text(text + added, encoding="utf-8")
    found = [server.until(pattern)[0] - start for pattern in patterns]
    time.sleep(0.5)
    path.write_text(text, encoding="utf-8")
    server.until(patterns[-1])
    time.sleep(0.5)
    return found
