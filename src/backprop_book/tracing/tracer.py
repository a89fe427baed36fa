"""tracer: the parent side of a run. It starts the server, hands out scripts and puts together what comes back."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Literal, Self

from backprop_book.model import Answer, Outcome, Probe, Run, Value
from backprop_book.record.codec import from_json
from backprop_book.record.request import DROPPED, SEED, order_to
from backprop_book.record.table import Table
from backprop_book.tracing import cache
from backprop_book.tracing.cache import Source
from backprop_book.tracing.environments import PACKAGE
from backprop_book.tracing.outcome import blamed, gathered, order_of, unparsed
from backprop_book.tracing.request import Conditions, Limits, Request

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Environment variables that say how many threads libraries may use."""
ATTEMPTS = 2
"""How often a request is given to a server that went away."""


class DroppedError(Exception):
    """A run was let go of before its end, because its script has changed."""


class Tracer:
    """Runs scripts. It holds the server process, which starts with the first script."""

    def __init__(
        self,
        root: Path,
        cache: Path | None = None,
        start: Literal["fork", "spawn"] | None = None,
        conditions: Conditions | None = None,
        python: Path | None = None,
    ) -> None:
        """Get ready.

        Args:
            root: The folder that relative paths begin at.
            cache: Where runs are remembered; nowhere without it.
            start: `fork` children of one server that has imported the libraries (where the system can), or `spawn`
                a new interpreter for each.
            conditions: Other conditions than usual. What ran under them is not remembered.
            python: Another interpreter than this one, of an `environment`. What it ran is not remembered.
        """
        self.ran: list[str] = []
        """The scripts that were really run, in the order in which they were asked for."""
        self._root = root
        self._cache = cache if conditions is None and python is None else None
        self._python = python
        self._conditions = conditions or Conditions()
        self._start = start or ("fork" if hasattr(os, "fork") else "spawn")
        self._server: subprocess.Popen[bytes] | None = None
        self._writing = Lock()
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server and all that it runs."""
        server, self._server = self._server, None
        if server is not None:
            assert server.stdin is not None
            assert server.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                server.stdin.close()
            server.wait()
            server.stdout.close()

    def drop(self) -> None:
        """Let go of what runs now: whoever waits for it gets a `DroppedError`. This may be called from another thread."""
        with self._writing:
            server = self._server
            if server is not None and server.stdin is not None:
                with contextlib.suppress(OSError, ValueError):  # it is about to end
                    server.stdin.write(json.dumps({"what": "drop"}).encode() + b"\n")
                    server.stdin.flush()

    def warm(self, scripts: Iterable[Path]) -> None:
        """Let the server import what scripts need while this process does something else; those that cannot be read count for nothing."""
        imports: dict[str, None] = {}
        for script in scripts:
            place = Path.cwd() / self._root / script
            with contextlib.suppress(OSError, SyntaxError, UnicodeDecodeError):
                imports |= dict.fromkeys(cache.source_of(place, _read(place)).imports)
        server = self._running()
        assert server.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            server.stdin.write(json.dumps({"what": "preload", "imports": list(imports)}).encode() + b"\n")
            server.stdin.flush()

    def run(self, requests: Sequence[Request]) -> tuple[Run, ...]:
        """Run scripts, or remember what they did.

        Args:
            requests: What to run.

        Returns:
            One run for each request, in order.

        Raises:
            OSError: A script cannot be read.
            BookError: The section markers of one are wrong.
            DroppedError: Somebody has let go of them.
        """
        runs: dict[int, Run] = {}
        keys: dict[int, str] = {}
        orders: dict[int, dict[str, Any]] = {}
        with tempfile.TemporaryDirectory(prefix="backprop-book-") as scratch:
            for index, request in enumerate(requests):
                place = Path.cwd() / self._root / request.script
                name = request.script.as_posix()
                text = _read(place) if request.source is None else request.source
                source = cache.source_of(place, text)
                keys[index] = cache.key_of(source, request, name)
                known = cache.load(self._cache, keys[index]) if self._cache else None
                if known is not None:
                    runs[index] = known
                elif (failure := unparsed(name, text, request)) is not None:
                    runs[index] = failure
                else:
                    self.ran.append(name)
                    folder = Path(scratch, str(index))
                    folder.mkdir()
                    order = order_of(folder, source, request, name)
                    orders[index] = {"what": "run", "order": order_to(order)}
            for index, ended in self._perform(orders).items():
                folder = Path(orders[index]["order"]["folder"])
                runs[index] = gathered(folder, requests[index], orders[index]["order"], ended)
                if (number := blamed(folder, runs[index])) is not None:
                    runs[index] = self._run_without(number, requests[index], runs[index].outcome)
                elif self._cache:
                    cache.store(self._cache, keys[index], runs[index])
        return tuple(runs[index] for index in range(len(requests)))

    def _run_without(self, number: int, request: Request, outcome: Outcome) -> Run:
        """Run a script without the probe whose expression has ended its run: nothing else shall suffer from that one."""
        probes = request.probes
        (run,) = self.run([replace(request, probes=(*probes[:number], *probes[number + 1 :]))])
        answer = Answer(probes[number], error=f"its evaluation ended the run: {outcome.message}")
        return replace(run, answers=(*run.answers[:number], answer, *run.answers[number:]))

    def evaluate(self, combinations: Sequence[tuple[str, Mapping[str, Value]]]) -> tuple[Answer, ...]:
        """Evaluate expressions over recorded values, with `np` and the built-in functions.

        Args:
            combinations: Expressions, each with the values of the names in it; arrays and tensors become NumPy arrays.

        Returns:
            One answer for each, in order.
        """
        if not combinations:
            return ()
        table = Table()
        pairs = [[text, {name: table.put(value) for name, value in names.items()}] for text, names in combinations]
        with tempfile.TemporaryDirectory(prefix="backprop-book-") as folder:
            place = Path(folder)
            source = Source(place / "expressions", "", ("numpy",), ())
            order = order_to(order_of(place, source, Request(Path("expressions"), limits=Limits()), "expressions"))
            message = {"what": "evaluate", "combinations": pairs, "values": table.values, "order": order}
            ended = self._perform({0: message})[0]
            result = place / "result.json"
            if result.is_file():
                return from_json(result.read_text(encoding="ascii")).answers
        if len(combinations) > 1:  # one of them has ended it for all
            return tuple(answer for each in combinations for answer in self.evaluate([each]))
        error = f"the evaluation did not end by itself: {ended['ended'] or 'status ' + str(ended['status'])}"
        return tuple(Answer(Probe(text), error=error) for text, _ in combinations)

    def _perform(self, messages: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
        """Give messages to the server and wait for all; a server that went away is started again.

        Raises:
            DroppedError: One of them was let go of.
        """
        answers: dict[int, dict[str, Any]] = {}
        for _ in range(ATTEMPTS):
            waiting = {index: message for index, message in messages.items() if index not in answers}
            if waiting:
                answers |= self._exchange(waiting)
        if any(answer["ended"] == DROPPED for answer in answers.values()):
            raise DroppedError
        lost = {"ended": "", "status": 1}
        return {index: answers.get(index, lost) for index in messages}

    def _exchange(self, messages: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
        """Give messages to the server. Returns the answers that came before it went away, if it did."""
        server = self._running()
        assert server.stdin is not None
        assert server.stdout is not None
        numbers: dict[int, int] = {}
        text = b""
        for index, message in messages.items():
            self._number += 1
            numbers[self._number] = index
            text += json.dumps({**message, "number": self._number}).encode() + b"\n"
        answers: dict[int, dict[str, Any]] = {}
        try:
            with self._writing:
                server.stdin.write(text)
                server.stdin.flush()
            while len(answers) < len(messages):
                line = server.stdout.readline()
                if not line:
                    raise BrokenPipeError
                answer = json.loads(line)
                if answer["number"] in numbers:
                    answers[numbers[answer["number"]]] = answer
        except BrokenPipeError:
            self.close()
        return answers

    def _running(self) -> "subprocess.Popen[bytes]":
        """The server, started if there is none."""
        if self._server is None or self._server.poll() is not None:
            self.close()
            command = [str(self._python or sys.executable), "-m", "backprop_book.record", self._start]
            conditions = self._conditions
            threads = dict.fromkeys(THREADS, str(conditions.threads))
            seeds = {"PYTHONHASHSEED": str(conditions.hash_seed), SEED: str(conditions.random_seed)}
            environment = {**os.environ, **threads, **seeds}
            if self._python is not None:
                environment["PYTHONPATH"] = str(self._python.parents[1] / PACKAGE)
            # An interrupt at the keyboard is for this process alone, which then ends the server and all that it runs.
            self._server = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
            )
        return self._server


def _read(place: Path) -> str:
    """A script's text, as the interpreter decodes it."""
    with tokenize.open(place) as file:
        return file.read()
