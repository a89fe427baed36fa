"""child: the process in which one script runs."""

import builtins
import contextlib
import functools
import gc
import os
import platform
import sys
import time
import types
from importlib.machinery import SourceFileLoader
from pathlib import Path
from threading import _shutdown  # type: ignore[attr-defined]
from typing import Any

from backprop_book.core.model import Outcome, Run
from backprop_book.record.child_protocol import LIBRARIES, REFUSED, RunOrder, order_from
from backprop_book.record.codec import write_run
from backprop_book.record.dependencies import AccessWatcher
from backprop_book.record.evaluation import evaluate_message
from backprop_book.record.probes import Probes
from backprop_book.record.process import (
    CALLS_BELOW,
    can_end_at_once,
    end_at_once,
    lift_memory,
    limit_memory,
    limit_processor,
    open_marker,
    open_streams,
    seed,
)
from backprop_book.record.recorder import Recorder, describe
from backprop_book.record.rewrite import EVERY_EXCEPTION, FAILED, HOOKS, KEEP, MARKER, NO_STACK, rewrite
from backprop_book.record.run_state import Keeper
from backprop_book.record.startup import BUILTINS, forget_shadowed
from backprop_book.record.steps import build_trace
from backprop_book.source import Snippet, parse

INTERRUPTED = 130
"""The exit status, as shells tell it, of a process that ends with `KeyboardInterrupt`."""


class Launch(BaseException):
    """Leaves all frames of the recorder, after which the interpreter calls `sys.excepthook`, which runs the script."""


def perform(message: dict[str, Any]) -> None:
    """Evaluate the expressions of a message, or prepare to run its script in this process.

    The process is given up to the script: its streams, its memory, its modules.

    Raises:
        Launch: The script is ready to run.
    """
    if message["what"] == "evaluate":
        evaluate_message(message)
        os._exit(0)
    _Run(order_from(message["order"])).launch()


class _Run:
    """The state of the run in this process."""

    def __init__(self, order: RunOrder) -> None:
        self._order = order
        self._snippet: Snippet = parse(order.name, order.source)
        self._process = os.getpid()
        self._begun = time.perf_counter()
        self._stream: Any = None
        homes = frozenset({"__main__", *order.homes})
        keeper = Keeper("every" if order.keep == "every" else "kept", order.capacity)
        self._keeper = keeper
        self._probes = Probes(order.probes, self._snippet.statements, self._snippet.module_names, homes)
        self._recorder = Recorder(
            self._snippet.statements, keeper, self._probes, homes, order.steps, self._written, self._stop
        )
        self._is_over = False
        self._spaces: list[dict[str, Any]] = []
        self._surroundings = (
            AccessWatcher(order.root, order.folder, frozenset(order.hidden), self._refuse, homes)
            if order.root
            else None
        )

    def launch(self) -> None:
        """Prepare the process, and let the interpreter run the script where no frame of the recorder is below it.

        When an exception leaves the main module, the interpreter calls `sys.excepthook` with no Python frame below it. The hook
        is `frozenset().union`, which is written in C and adds no frame either. It consumes three iterators in order: the first
        one calls `_begin`, the second one runs the script, the third one calls `_finished`.

        Raises:
            Launch: The script is ready to run.
        """
        order = self._order
        open_streams(order.folder)
        self._stream = sys.stdout.buffer
        recorder = self._recorder
        recorder.marker = self._probes.marker = open_marker(order.folder)
        limit_memory(order.memory)
        limit_processor(order.seconds)
        seed()
        constants: dict[str, Any] = {
            MARKER: recorder.marker,
            KEEP: recorder.steps.given.setdefault,
            NO_STACK: RecursionError,
            EVERY_EXCEPTION: BaseException,
            FAILED: self._fail,
            **{f"\0{name}": getattr(recorder, name) for name in HOOKS},
        }
        rewritten = rewrite(order.source, order.script, constants)
        sys.modules["__main__"] = types.ModuleType("__main__")
        self._spaces.append(vars(sys.modules["__main__"]))
        self._spaces[0].update(__annotations__={}, __builtins__=builtins, __file__=order.script, __cached__=None)
        self._spaces[0]["__loader__"] = SourceFileLoader("__main__", order.script)
        sys.argv = [order.name, *order.arguments]
        beside = os.path.dirname(os.path.realpath(order.script))  # noqa: PTH120 (where the interpreter looks itself)
        sys.path.insert(0, beside)
        forget_shadowed(beside)
        sys.dont_write_bytecode = True
        os.register_at_fork(after_in_child=recorder.silence)
        sys.setrecursionlimit(sys.getrecursionlimit() + CALLS_BELOW)
        if self._surroundings is not None:
            os.chdir(os.path.dirname(order.script))  # noqa: PTH120
            self._surroundings.watch()
        self._begun = time.perf_counter()
        recorder.start(rewritten, self._spaces[0])
        run = map(exec, (rewritten.code,), self._spaces)
        sys.excepthook = functools.partial(frozenset().union, iter(self._begin, None), run, iter(self._finished, None))
        raise Launch

    def _begin(self) -> None:
        """Remove the traces of the launch, and show the warnings that compiling the script gives."""
        sys.excepthook = sys.__excepthook__
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            vars(sys).pop(name, None)
        try:
            compile(self._order.source, self._order.script, "exec", dont_inherit=True)
        except BaseException:  # noqa: BLE001 (a warning that is an error ends the script)
            self._fail()
        self._begun = time.perf_counter()

    def _finished(self) -> None:
        """End a run whose script ran to its end."""
        self._end(Outcome("finished"), None)

    def _fail(self) -> None:
        """End the run because of the exception that leaves the script."""
        error = sys.exc_info()[1]
        assert error is not None
        outcome = Outcome("finished")  # a process that the script has forked reports none
        if isinstance(error, SystemExit):
            status = error.code
            if os.getpid() == self._process:  # pragma: no branch - not measured in a fork of the script
                index = self._recorder.final(error)
                outcome = self._outcome("exit", "" if status is None else describe(error), index, _status(status))
        else:
            status = INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
            lift_memory()  # reporting a lack of memory needs memory
            if os.getpid() == self._process:  # pragma: no branch - as above
                index = self._recorder.final(error)
                kind = "memory limit" if isinstance(error, MemoryError) else "exception"
                outcome = self._outcome(kind, describe(error), index, status)
            _show(error)
        self._end(outcome, status)

    def _end(self, outcome: Outcome, status: Any) -> None:
        """Write the result to the folder, and end the process in the usual way.

        Raises:
            SystemExit: Always.
        """
        vars(builtins).update(BUILTINS)  # the script may have deleted or replaced some
        if os.getpid() == self._process:  # pragma: no branch - as above
            _shutdown()
            self._recorder.silence()
            if self._surroundings is not None and (name := self._surroundings.changed()):
                outcome = self._outcome("write", f"this run changes {name}", None, 1)
            self._finish(outcome)
            if outcome.kind == "finished" and can_end_at_once(self._order):
                end_at_once()
        self._forget()
        raise SystemExit(status)

    def _outcome(self, kind: Any, message: str, index: int | None, status: int) -> Outcome:
        statement = None if index is None else self._snippet.statements[index]
        line = statement.line if statement else None
        column = statement.column if statement else None
        return Outcome(kind, " ".join(message.split("\n")), line, column, status)

    def _written(self) -> int:
        """The number of bytes printed so far, unflushed ones included."""
        try:
            count = int(self._stream.tell())
        except (OSError, ValueError):  # the script closed the stream
            return self._recorder.steps.printed
        if count > self._order.output:
            self._stop(  # pragma: no cover - the server sees as much and ends this process before it can say what it measured
                "output limit", f"more than {self._order.output:,} bytes of output", None
            )
        return count

    def _stop(self, kind: str, message: str, index: int | None) -> None:
        """End the run at once, from inside a hook."""
        lift_memory()
        self._recorder.silence()
        place = self._recorder.marker[0] - 1 if index is None else index
        self._finish(self._outcome(kind, message, place if place >= 0 else None, 1))
        os._exit(1)

    def _refuse(self, kind: str, message: str) -> None:
        """End the run because the script did something forbidden. If the run is over already, write the refusal to its folder."""
        if self._recorder.marker[1]:
            return  # a probe did it, and gets no answer
        if os.getpid() == self._process and not self._is_over:
            self._stop(kind, message, None)
        Path(self._order.folder, REFUSED).write_text(
            f"{kind}\n{message.replace('statement', 'run', 1)}", encoding="utf-8", errors="replace"
        )

    def _finish(self, outcome: Outcome) -> None:
        """Answer the probes and write the result where the parent process finds it."""
        seconds = time.perf_counter() - self._begun
        recorder = self._recorder
        recorder.close()
        if outcome.kind in {"finished", "exit", "exception"}:
            self._probes.end(recorder.frames.spaces(recorder.frames.module, None))
        else:
            self._probes.cut(
                f"the run was cut short: {outcome.kind}" + (f" in line {outcome.line}" if outcome.line else "")
            )
        with contextlib.suppress(OSError, ValueError):  # the script closed it
            sys.__stdout__.flush()  # type: ignore[union-attr]
        collects = gc.isenabled()
        gc.disable()  # nearly all objects made from here on stay, so looking for garbage only takes time
        printed = Path(self._order.folder, "stdout").read_bytes()
        trace, step_at = build_trace(self._order, self._snippet, recorder.steps.counts, self._keeper, printed)
        answers, versions = self._probes.answers(step_at), _versions(self._order.imports)
        self._is_over = True
        if self._surroundings is not None and "coverage" in sys.modules:
            self._surroundings.leave()  # coverage writes its data when the process ends
        dependencies = self._surroundings.dependencies() if self._surroundings is not None else ()
        run = Run(outcome, trace, answers, seconds, versions, dependencies)
        write_run(run, Path(self._order.folder, "result.json"))
        if collects:
            gc.enable()

    def _forget(self) -> None:
        """Drop all references to objects of the script, so that they are finalized as in a plain run."""
        self._recorder.silence()
        self._recorder.forget()
        self._spaces.clear()
        self._stream = None


def _versions(imports: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The version of Python, and those of the loaded libraries that the script or its own modules import."""
    # A forked child may have inherited libraries that its script does not import.
    loaded = ((name, sys.modules.get(module)) for module, name in LIBRARIES.items() if module in imports)
    found = [(name, str(getattr(module, "__version__", "unknown"))) for name, module in loaded if module is not None]
    return (("python", platform.python_version()), *found)


def _status(code: object) -> int:
    """The exit status that `sys.exit(code)` gives."""
    if code is None:
        return 0
    return code & 0xFF if isinstance(code, int) else 1


def _show(error: BaseException) -> None:
    """Show an exception as the interpreter does."""
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    sys.excepthook(type(error), error, error.__traceback__)
