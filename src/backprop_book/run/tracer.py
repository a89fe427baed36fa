"""tracer: the parent's side of a run. It sends requests to the server process and reads the results."""

import contextlib
import os
import tempfile
import tokenize
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, Literal, Self

from backprop_book.core.model import Answer, Outcome, Probe, Run, Value
from backprop_book.core.problems import BookError
from backprop_book.record.codec import ValueTable, from_json
from backprop_book.run import cache
from backprop_book.run.cache import Code, ScriptSource
from backprop_book.run.connection import Connection
from backprop_book.run.outcome import blamed, gathered, order_of, unended, unparsed
from backprop_book.run.request import Conditions, Limits, Request

ATTEMPTS = 2
"""How often a message is given to a server that goes away."""
PAUSE = 0.02
"""Seconds after which whoever waits sees that he shall stop."""


class DroppedError(Exception):
    """Waiting for runs was interrupted, because a file was saved. The runs go on."""


@dataclass(slots=True)
class _Flight:
    """A run that has begun, and whose result was not taken yet."""

    number: int
    """The number of its message."""
    request: Request
    """What was asked for."""
    source: ScriptSource
    """What runs."""
    order: dict[str, Any]
    """What the child is told."""
    folder: "tempfile.TemporaryDirectory[str]"
    """Where the child leaves what it found."""
    is_late: bool = False
    """Whether waiting for it was interrupted."""
    is_ahead: bool = False
    """Whether it has begun before it was asked for."""
    unended: Run | None = None
    """The run that stands for it until it ends."""
    is_told: bool = False
    """Whether `has_news` has reported its end."""


class Tracer:
    """Runs scripts. It holds the server process, which starts with the first script."""

    def __init__(
        self,
        root: Path,
        cache: Path | None = None,
        start: Literal["fork", "spawn"] | None = None,
        conditions: Conditions | None = None,
        python: Path | None = None,
        environment: Mapping[str, str] | None = None,
        *,
        reuses: bool = True,
    ) -> None:
        """Get ready.

        Args:
            root: The folder that relative paths begin at.
            cache: Folder in which runs are kept; None to keep none.
            start: `fork` children of one server that has imported the libraries (where the system can), or `spawn`
                a new interpreter for each.
            conditions: Other conditions than usual. What ran under them is not kept.
            python: Another interpreter than this one, of an `environment`. What it ran is not kept.
            environment: The environment variables that scripts get; all of those here without it.
            reuses: Whether runs are also taken from the folder in which they are kept, or all are made here.
        """
        self.environment = environment
        """The environment variables that scripts get; None for all of those here."""
        self.ran: list[str] = []
        """The scripts that were really run, in the order in which they were asked for."""
        self.connection = Connection(
            start or ("fork" if hasattr(os, "fork") else "spawn"), conditions or Conditions(), python, environment
        )
        """The server that runs them."""
        self._root = root
        self._cache = cache if conditions is None and python is None else None
        self._reuses = reuses
        self._number = 0
        self._stop = Event()
        self._sent: dict[int, tuple[dict[str, Any], int]] = {}
        self._answers: dict[int, dict[str, Any]] = {}
        self._flying: dict[str, _Flight] = {}
        self._dropped: dict[int, _Flight] = {}
        self._blamed: dict[str, tuple[int, Outcome]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server and all that it runs."""
        self.connection.close()
        for flight in (*self._flying.values(), *self._dropped.values()):
            flight.folder.cleanup()
        self._sent.clear()
        self._flying.clear()
        self._dropped.clear()

    def interrupt(self) -> None:
        """Interrupt waiting for runs. This may be called from another thread."""
        self._stop.set()

    def resume(self) -> None:
        """Allow waiting for runs again."""
        self._stop.clear()

    def is_interrupted(self) -> bool:
        """Whether waiting is interrupted."""
        return self._stop.is_set()

    def has_news(self) -> bool:
        """Whether a run has ended for which waiting was interrupted; each is reported once."""
        self._receive(0)
        ended = [
            flight
            for flight in self._flying.values()
            if flight.is_late and not flight.is_told and flight.number in self._answers
        ]
        for flight in ended:
            flight.is_told = True
        return bool(ended)

    def end_others(self, scripts: Iterable[Path]) -> None:
        """End the runs that nobody waits for, except for those of some scripts."""
        kept = set(scripts)
        idle = {flight.source.script for flight in self._flying.values() if flight.is_late or flight.is_ahead}
        for script in idle - kept:
            self._drop_idle(script)

    def begin(self, requests: Iterable[Request]) -> None:
        """Have scripts run that are likely to be asked for soon; what is not asked for then is ended by `end_others`.

        What is wrong with a script is told once it is asked for.
        """
        for request in requests:
            text, source, key = self._known_as(request)
            if key in self._flying or key in self._blamed:
                continue
            late = self._drop_idle(source.script)
            with contextlib.suppress(BookError):
                if self._known(key) is None and unparsed(request.script.as_posix(), text, request) is None:
                    flight = self._begin(key, source, request, is_left=source.code in late)
                    flight.is_late, flight.is_ahead = source.code in late, True

    def warm(self, scripts: Iterable[Path]) -> None:
        """Let the server import what scripts need while this process does something else; those that cannot be read count for nothing."""
        imports: dict[str, None] = {}
        for script in scripts:
            place = Path.cwd() / self._root / script
            with contextlib.suppress(OSError, SyntaxError, UnicodeDecodeError):
                imports |= dict.fromkeys(cache.source_of(place, _read(place)).imports)
        self.connection.send([{"what": "preload", "imports": list(imports)}])

    def run(self, requests: Sequence[Request], *, waits: bool = True) -> tuple[Run, ...]:
        """Return the runs of scripts: those that are kept, and new ones of the others.

        Args:
            requests: What to run.
            waits: Whether to wait for those that have not ended; without, they are soon asked for again, or ended by
                `end_others`.

        Returns:
            One run for each request, in order. One that somebody has stopped waiting for before, and that goes on, is
            `running`; one that is not waited for is `awaited`.

        Raises:
            OSError: A script cannot be read.
            BookError: The section markers of one are wrong.
            DroppedError: Somebody wants no one to wait for them any more.
        """
        self._receive(0)
        runs: dict[str, Run] = {}
        flights: dict[str, _Flight] = {}
        asked: list[tuple[str, Request]] = []
        for request in requests:
            text, source, key = self._known_as(request)
            asked.append((key, request))
            if key in self._flying:
                flights[key] = self._flying[key]
                flights[key].is_ahead = not waits
            if key in self._flying or key in self._blamed:
                continue
            late = self._drop_idle(source.script)
            known = self._known(key)
            if known is not None or (known := unparsed(request.script.as_posix(), text, request)) is not None:
                runs[key] = known
            else:
                # The same code, asked something else, takes as long as before.
                is_late = source.code in late
                flights[key] = self._begin(key, source, request, is_left=is_late or not waits)
                flights[key].is_late, flights[key].is_ahead = is_late, not waits
        try:
            self._await({flight.number for flight in flights.values() if waits and not flight.is_late})
        except DroppedError:
            self._leave(flights.values())
            raise
        runs |= {key: self._landed(key, flight) for key, flight in flights.items()}
        return tuple(
            self._run_without(request, *self._blamed[key]) if key in self._blamed else runs[key]
            for key, request in asked
        )

    def evaluate(self, combinations: Sequence[tuple[str, Mapping[str, Value]]]) -> tuple[Answer, ...]:
        """Evaluate expressions over recorded values, with `np` and the built-in functions.

        Args:
            combinations: Expressions, each with the values of the names in it; arrays and tensors become NumPy arrays.

        Returns:
            One answer for each, in order.

        Raises:
            DroppedError: Somebody wants no one to wait for them any more.
        """
        if not combinations:
            return ()
        table = ValueTable()
        pairs = [[text, {name: table.put(value) for name, value in names.items()}] for text, names in combinations]
        with tempfile.TemporaryDirectory(prefix="backprop-book-", ignore_cleanup_errors=True) as folder:
            place = Path(folder)
            source = ScriptSource(place / "expressions", "", ("numpy",), ())
            order = asdict(order_of(place, source, Request(Path("expressions"), limits=Limits()), "expressions"))
            message = {"what": "evaluate", "combinations": pairs, "values": table.values, "order": order}
            number = self._send(message)
            try:
                self._await({number})
            except DroppedError:
                self._cancel(number)
                raise
            ended = self._answers.pop(number)
            result = place / "result.json"
            if result.is_file():
                return from_json(result.read_text(encoding="ascii")).answers
        if len(combinations) > 1:  # one of them has ended it for all
            return tuple(answer for each in combinations for answer in self.evaluate([each]))
        error = f"the evaluation did not end by itself: {ended['ended'] or 'status ' + str(ended['status'])}"
        return tuple(Answer(Probe(text), error=error) for text, _ in combinations)

    def _known_as(self, request: Request) -> tuple[str, ScriptSource, str]:
        """The text of a script, what its run depends on, and the name of the run."""
        place = Path.cwd() / self._root / request.script
        text = _read(place) if request.source is None else request.source
        source = cache.source_of(place, text)
        return text, source, cache.key_of(source, request, request.script.as_posix(), self.environment)

    def _known(self, key: str) -> Run | None:
        """The run that is kept under a key; None if there is none, or if none is to be taken."""
        return cache.load(self._cache, key) if self._cache and self._reuses else None

    def _begin(self, key: str, source: ScriptSource, request: Request, *, is_left: bool) -> _Flight:
        """Have a script run; with `is_left`, when it takes no place from what somebody waits for."""
        name = request.script.as_posix()
        self.ran.append(name)
        folder = tempfile.TemporaryDirectory(prefix="backprop-book-", ignore_cleanup_errors=True)
        order = asdict(order_of(Path(folder.name), source, request, name, self._hidden()))
        try:
            number = self._send({"what": "run", "order": order, "is_left": is_left})
        except OSError:  # there is no such interpreter
            folder.cleanup()
            raise
        flight = _Flight(number, request, source, order, folder)
        self._flying[key] = flight
        return flight

    def _hidden(self) -> tuple[str, ...]:
        """The environment variables that scripts are not given."""
        return () if self.environment is None else tuple(sorted(os.environ.keys() - self.environment.keys()))

    def _leave(self, flights: Iterable[_Flight]) -> None:
        """Stop waiting for runs, which go on; the server begins others beside them."""
        for flight in flights:
            flight.is_late = True
        self.connection.send([{"what": "leave"}])

    def _drop_idle(self, script: Path) -> list[Code]:
        """End the runs of a script that nobody waits for. Returns the code of those that somebody has waited for."""
        idle = {
            key: flight
            for key, flight in self._flying.items()
            if (flight.is_late or flight.is_ahead) and flight.source.script == script
        }
        for key, flight in idle.items():
            del self._flying[key]
            if self._answers.pop(flight.number, None) is not None:
                flight.folder.cleanup()
            else:
                self._dropped[flight.number] = flight
                self._cancel(flight.number)
        return [flight.source.code for flight in idle.values() if flight.is_late]

    def _cancel(self, number: int) -> None:
        """Have the server end what a message has begun."""
        del self._sent[number]
        self.connection.send([{"what": "drop", "number": number}])

    def _landed(self, key: str, flight: _Flight) -> Run:
        """The run of a flight that has ended, and what is known of one that has not."""
        if flight.number not in self._answers:
            if not flight.is_late:
                return unended(flight.request, flight.order, "awaited")
            flight.unended = flight.unended or unended(flight.request, flight.order, "running")
            return flight.unended
        del self._flying[key]
        folder = Path(flight.folder.name)
        run = gathered(folder, flight.request, flight.order, self._answers.pop(flight.number))
        if (number := blamed(folder, run)) is not None:
            self._blamed[key] = number, run.outcome
        elif self._cache:
            cache.store(self._cache, key, run)
        flight.folder.cleanup()
        return run

    def _run_without(self, request: Request, number: int, outcome: Outcome) -> Run:
        """Run a script without the probe whose expression has ended its run: nothing else shall suffer from that one."""
        probes = request.probes
        (run,) = self.run([replace(request, probes=(*probes[:number], *probes[number + 1 :]))])
        answer = Answer(probes[number], error=f"its evaluation ended the run: {outcome.message}")
        return replace(run, answers=(*run.answers[:number], answer, *run.answers[number:]))

    def _send(self, message: dict[str, Any]) -> int:
        """Give a message to the server. Returns its number."""
        self._number += 1
        message = {**message, "number": self._number}
        self.connection.send([message])
        self._sent[self._number] = message, 1
        return self._number

    def _await(self, numbers: Set[int]) -> None:
        """Wait until messages are answered.

        Raises:
            DroppedError: Somebody wants no one to wait any more.
        """
        while not numbers <= self._answers.keys():
            if self.is_interrupted():
                raise DroppedError
            self._receive(PAUSE)

    def _receive(self, seconds: float) -> None:
        """Take the answers that come within some seconds; a server that went away is started again."""
        answers = self.connection.receive(seconds)
        if answers is None:
            lost = [number for number, (_, count) in self._sent.items() if count == ATTEMPTS]
            answers = [{"number": number, "ended": "", "status": 1} for number in (*lost, *self._dropped)]
            self._sent = {number: (message, count + 1) for number, (message, count) in self._sent.items()}
            if again := [message for number, (message, _) in self._sent.items() if number not in lost]:
                self.connection.send(again)
        for answer in answers:
            number = answer["number"]
            if number in self._dropped:
                self._dropped.pop(number).folder.cleanup()
            elif self._sent.pop(number, None) is not None:
                self._answers[number] = answer


def _read(place: Path) -> str:
    """A script's text, as the interpreter decodes it."""
    with tokenize.open(place) as file:
        return file.read()
