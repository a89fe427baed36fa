"""server: starts one child per script, watches over it and ends it when it goes beyond a limit."""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop_book.record.child_protocol import DROPPED
from backprop_book.record.process import end_with

PRELOADED = {
    "numpy": ("numpy",),
    "torch": ("numpy", "torch", "torch.optim", "torch._dynamo"),
    "sklearn": ("numpy", "sklearn.datasets"),
}
"""The modules that are imported before children are forked, by the module that the script imports.

The first optimizer imports `torch._dynamo`.
"""
TOGETHER = 2
"""Number of children that run at a time."""
PAUSE = 0.004
"""Seconds between two looks at the children."""
Perform = Callable[[dict[str, Any]], None]
"""Does what a message asks a child for. It does not return."""


@dataclass(slots=True)
class Watched:
    """A child that runs."""

    number: int
    """The number of the request."""
    process: int
    """Its process id."""
    order: dict[str, Any]
    """The order that it got."""
    deadline: float
    """The time at which it is killed, by the monotonic clock."""
    ended: str = ""
    """The limit that it exceeded."""
    is_left: bool = False
    """Whether nobody waits for it."""


def serve(incoming: int, outgoing: int, start: str, perform: Perform) -> None:
    """Answer requests, one JSON object a line, until there are no more.

    Args:
        incoming: File descriptor of the requests.
        outgoing: File descriptor of the answers.
        start: `fork`, or `spawn` for a new interpreter per child.
        perform: Does in a forked child what a message asks for.

    Raises:
        Launch: In a forked child. The server does not return.
    """
    waiting: list[dict[str, Any]] = []
    children: list[Watched] = []
    buffer = b""
    server = os.getpid()

    def end(*_: object) -> None:
        _end_all(children)
        os._exit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    while True:
        ready, _, _ = select.select([incoming], [], [], PAUSE if children else 0 if waiting else None)
        if ready:
            piece = os.read(incoming, 65536)
            if not piece:
                _end_all(children)
                os._exit(0)  # an orderly shutdown of the libraries takes longer than most runs
            *lines, buffer = (buffer + piece).split(b"\n")
            for message in (json.loads(line) for line in lines if line.strip()):
                if message["what"] == "drop":
                    _drop(message["number"], children, waiting)
                elif message["what"] == "leave":
                    for each in children:
                        each.is_left = True
                    waiting = [{**each, "is_left": True} for each in waiting]
                else:
                    waiting.append(message)
        while (message := _next(waiting, children)) is not None:
            waiting.remove(message)
            if message["what"] == "preload":
                preload(message["imports"] if start == "fork" else ())
                continue
            process = _fork(message) if start == "fork" else _spawn(message)
            if not process:  # pragma: no cover - in the child, which is measured from its next call on
                _leave_server(server, incoming, outgoing)
                perform(message)
            children.append(_watched(message, process))
        for each in list(children):
            answer = _look(each)
            if answer is not None:
                children.remove(each)
                os.write(outgoing, json.dumps(answer).encode() + b"\n")


def _next(waiting: list[dict[str, Any]], children: list[Watched]) -> dict[str, Any] | None:
    """The message to begin now, if any. Runs that nobody waits for come last."""
    busy = sum(not each.is_left for each in children)
    for message in waiting:
        if message["what"] != "run" or (len(children) if message.get("is_left") else busy) < TOGETHER:
            return message
    return None


def _drop(number: int, children: list[Watched], waiting: list[dict[str, Any]]) -> None:
    """Give a message up: remove it from those that wait, and mark its child to be ended."""
    waiting[:] = [message for message in waiting if message.get("number") != number]
    for each in (each for each in children if each.number == number):
        each.ended = DROPPED  # the next `_look` ends it


def preload(imports: tuple[str, ...] | list[str]) -> None:
    """Import the heavy libraries that a script is going to import."""
    missing = [module for name in imports for module in PRELOADED.get(name, ()) if module not in sys.modules]
    if not missing:
        return
    gc.disable()  # nearly all objects stay, and looking for garbage takes a quarter of the time
    for module in missing:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    gc.freeze()  # else each child looks through these objects when it ends, and so copies them
    gc.enable()


def libraries(order: dict[str, Any]) -> list[str]:
    """The modules to preload for an order: those that its script imports, and NumPy for a `series`, which is an array."""
    wants_arrays = any("series(" in probe["expression"] for probe in order["probes"])
    return [*order["imports"], *(["numpy"] if wants_arrays else [])]


def _fork(message: dict[str, Any]) -> int:
    """Fork a child that has the libraries of its script. Returns its process id, and 0 in the child."""
    preload(libraries(message["order"]))
    return os.fork()


def _leave_server(server: int, incoming: int, outgoing: int) -> None:
    """Make a forked process independent of the server, whose child it is."""
    end_with(server)
    os.close(incoming)
    os.close(outgoing)
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _spawn(message: dict[str, Any]) -> int:
    """Start a new interpreter, which finds its message in its folder. Returns its process id."""
    place = Path(message["order"]["folder"], "message.json")
    place.write_text(json.dumps(message), encoding="ascii")
    command = [sys.executable, "-P", "-m", "backprop_book.record", "child", str(place), str(os.getpid())]
    started = subprocess.Popen(command, start_new_session=True)
    started.returncode = 0  # its end is seen by waitpid below
    return started.pid


def _watched(message: dict[str, Any], process: int) -> Watched:
    order = message["order"]
    is_left = message.get("is_left", False)
    return Watched(message["number"], process, order, time.monotonic() + order["seconds"], is_left=is_left)


def _look(each: Watched) -> dict[str, Any] | None:
    """Check a child, and kill it if it exceeded a limit. Returns the answer once it has ended."""
    found, status = os.waitpid(each.process, os.WNOHANG)
    if found:
        _kill(each.process)
    each.ended = each.ended or _limit(each, has_ended=bool(found))
    if found:
        return {"number": each.number, "ended": each.ended, "status": os.waitstatus_to_exitcode(status)}
    if each.ended:
        _kill(each.process)
    return None


def _limit(each: Watched, *, has_ended: bool) -> str:
    """The limit that a child exceeded; empty for none."""
    if not has_ended and time.monotonic() > each.deadline:
        return "time limit"
    return "output limit" if _size(each.order) > each.order["output"] else ""


def _kill(process: int) -> None:
    """End a child and all that it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)


def _end_all(children: list[Watched]) -> None:
    for each in children:
        _kill(each.process)
        with contextlib.suppress(ProcessLookupError):
            os.kill(each.process, signal.SIGKILL)
        os.waitpid(each.process, 0)


def _size(order: dict[str, Any]) -> int:
    """Bytes of output so far."""
    total = 0
    for name in ("stdout", "stderr"):
        with contextlib.suppress(FileNotFoundError):
            total += os.stat(f"{order['folder']}/{name}").st_size  # noqa: PTH116 - a path's object takes longer, at each look
    return total
