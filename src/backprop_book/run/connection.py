"""connection: the server process, and the messages that go to it and come from it."""

import contextlib
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from backprop_book.record.child_protocol import SEED
from backprop_book.run.environments import PACKAGE
from backprop_book.run.request import Conditions

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Environment variables that say how many threads libraries may use."""


class Connection:
    """The server process. It starts with the first message, and again with the first one after it has gone."""

    def __init__(
        self, start: str, conditions: Conditions, python: Path | None, environment: Mapping[str, str] | None
    ) -> None:
        """Get ready.

        Args:
            start: `fork` or `spawn`: how the server starts its children.
            conditions: What it runs under.
            python: Another interpreter than this one, of an `environment`.
            environment: The environment variables that it gets; all of those here without it.
        """
        self.process: subprocess.Popen[bytes] | None = None
        """The server, while there is one."""
        self._start = start
        self._conditions = conditions
        self._python = python
        self._environment = environment
        self._buffer = b""

    def send(self, messages: Iterable[dict[str, Any]]) -> None:
        """Give messages to the server. That it has gone is seen when its answers are received."""
        server = self.process = self.process or self._started()
        assert server.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            server.stdin.write(b"".join(json.dumps(message).encode() + b"\n" for message in messages))
            server.stdin.flush()

    def receive(self, seconds: float) -> list[dict[str, Any]] | None:
        """The answers that come within some seconds; None if the server has gone."""
        if self.process is None:
            return []
        assert self.process.stdout is not None
        place = self.process.stdout.fileno()
        if not select.select([place], [], [], seconds)[0]:
            return []
        piece = os.read(place, 65536)
        if not piece:
            self.close()
            return None
        *lines, self._buffer = (self._buffer + piece).split(b"\n")
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        """End the server and all that it runs."""
        server, self.process, self._buffer = self.process, None, b""
        if server is not None:
            assert server.stdin is not None
            assert server.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                server.stdin.close()
            server.wait()
            server.stdout.close()

    def _started(self) -> "subprocess.Popen[bytes]":
        # -P, or a `bisect.py` in the current folder would be imported in place of that of the standard library.
        command = [str(self._python or sys.executable), "-P", "-m", "backprop_book.record", self._start]
        conditions = self._conditions
        threads = dict.fromkeys(THREADS, str(conditions.threads))
        seeds = {"PYTHONHASHSEED": str(conditions.hash_seed), SEED: str(conditions.random_seed)}
        given = os.environ if self._environment is None else self._environment
        environment = {**given, **threads, **seeds}
        if self._python is not None:
            environment["PYTHONPATH"] = str(self._python.parents[1] / PACKAGE)
        # An interrupt at the keyboard is for this process alone, which then ends the server and all that it runs.
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
        )
