"""gallery: the figures of a chapter, each drawn at most once from the values of the runs."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from backprop_book.core.cache import Memo, code, digest, installed, keep, kept, versions
from backprop_book.core.model import Answer, Dependency, Value
from backprop_book.core.problems import Problem
from backprop_book.figures.drawing import LIMIT, Drawing, Order, draw, result
from backprop_book.figures.network import Network, TrainingFrames, read_network, read_training_frames
from backprop_book.record.dependencies import are_current, visible_environment
from backprop_book.scan.book import Script
from backprop_book.verify import Verifier


class Gallery:
    """Draws the figures of a chapter when they are asked for. It holds what was drawn."""

    def __init__(
        self,
        verifier: Verifier,
        folder: Path | None = None,
        limit: float = LIMIT,
        stopped: Callable[[], bool] = lambda: False,
        *,
        postpones: bool = False,
        memo: Memo | None = None,
    ) -> None:
        """Get ready.

        Args:
            verifier: Answers what the figures ask of the runs.
            folder: Folder in which drawings are kept; None to keep none.
            limit: Seconds that one figure may take.
            stopped: Whether waiting for figures is interrupted.
            postpones: Whether figures that have to be drawn are left for another gallery.
            memo: Results of the scripts of earlier galleries.
        """
        self.verifier = verifier
        """The verifier."""
        self.postponed: set[str] = set()
        """The figures that were left for another gallery."""
        self.dependencies: frozenset[Dependency] = frozenset()
        """The files and folders that scripts looked at while they drew, as they found them."""
        self._folder = folder
        self._limit = limit
        self._stopped = stopped
        self._postpones = postpones
        self._memo = memo or Memo()
        self._found: dict[str, Drawing | Network | TrainingFrames | tuple[Problem, ...]] = {}
        self._broken: dict[str, str] = {}
        self._begun: tuple[Sequence[Order], Mapping[str, str], Future[tuple[dict[str, Any], ...]]] | None = None

    def begin(self, names: Iterable[str]) -> None:
        """Draw figures in a child process while this process does something else; whoever asks for a figure waits for all of them."""
        waiting, keys = self._missing(names)
        thread = ThreadPoolExecutor(1)
        drawings = thread.submit(draw, self.verifier.chapter.config, waiting, self._limit, self._stopped)
        thread.shutdown(wait=False)
        self._begun = waiting, keys, drawings

    def drawing(self, name: str) -> Drawing | Network | TrainingFrames:
        """The drawing of a figure without problems, or its network."""
        self._draw([name])
        found = self._found[name]
        assert not isinstance(found, tuple), "the problems are asked for first"
        return found

    def problems(self, names: Iterable[str] | None = None) -> tuple[Problem, ...]:
        """The problems of figures, other than those of the scan: of all of them, or of those that are named."""
        chosen = list(self.verifier.chapter.scripts if names is None else names)
        self._draw(chosen)
        found = (self._found.get(name, ()) for name in chosen)
        return tuple(sorted({problem for each in found if isinstance(each, tuple) for problem in each}))

    def broken(self, name: str) -> str:
        """The stem of a snippet that did not finish, so that the figure could not be drawn; empty if there is none."""
        self._draw([name])
        return self._broken.get(name, "")

    def _draw(self, names: Iterable[str]) -> None:
        """Draw those that were not drawn yet, in one child.

        Raises:
            DroppedError: Nobody waits for them any more.
        """
        if self._begun is not None:
            waiting, keys, drawings = self._begun
            self._begun = None
            self._take(waiting, keys, drawings.result())
        waiting, keys = self._missing(names)
        self._take(waiting, keys, draw(self.verifier.chapter.config, waiting, self._limit, self._stopped))

    def _missing(self, names: Iterable[str]) -> tuple[list[Order], dict[str, str]]:
        """What has to be drawn, and the keys of these drawings by name. Results that are known are taken at once."""
        scripts, config = self.verifier.chapter.scripts, self.verifier.chapter.config
        given = visible_environment(config.environment)
        missing = [scripts[name] for name in dict.fromkeys(names) if name not in self._found and scripts[name].whole]
        orders = [order for script in missing if (order := self._order(script)) is not None]
        keys = {order.script.name: _key(order, given) for order in orders}
        waiting: list[Order] = []
        for order in orders:
            known = self._remembered(order.script, keys)
            if known is not None:
                self._found[order.script.name] = known
            elif self._postpones:
                self._found[order.script.name] = (_postponed(order.script),)
                self.postponed.add(order.script.name)
            else:
                waiting.append(order)
        return waiting, keys

    def _remembered(self, script: Script, keys: dict[str, str]) -> Drawing | tuple[Problem, ...] | None:
        """The kept drawing or problem of a script; None if nothing is kept, or if a file that it read has changed."""
        key = keys[script.name]
        given: dict[str, Any] | None = self._memo.known(("figure", key))
        if given is None and self._folder and (text := kept(self._folder, key, key)) is not None:
            given = json.loads(text)
        return None if given is None or not are_current(_dependencies(given)) else self._seen(script, key, given)

    def _seen(self, script: Script, key: str, given: dict[str, Any]) -> Drawing | tuple[Problem, ...]:
        found = result(script, given)
        self.dependencies |= _dependencies(given)
        self._memo.keep(("figure", key), given)
        return found if isinstance(found, Drawing) else (found,)

    def _take(self, orders: Sequence[Order], keys: Mapping[str, str], results: Iterable[dict[str, Any]]) -> None:
        for script, given in zip((order.script for order in orders), results, strict=True):
            key = keys[script.name]
            self._found[script.name] = found = self._seen(script, key, given)
            if self._folder and isinstance(found, Drawing) and given["dependencies"] is not None:
                keep(self._folder, key, key, json.dumps(given))

    def _order(self, script: Script) -> Order | None:
        """The order for the child; None where the runs do not give the data, and for networks, which no script draws."""
        questions = [datum.question for datum in script.data if datum.question is not None]
        answers = self.verifier.answers(questions)
        values: dict[str, Value] = {}
        problems = []
        for datum, answer in zip(script.data, answers, strict=True):
            if isinstance(answer, str):
                self._broken[script.name] = answer
                self._found[script.name] = ()
                return None
            if answer.value is not None:
                values[datum.name] = answer.value
            else:
                problems.append(
                    script.source.problem(
                        datum.start,
                        f"`{datum.expression}` has no value",
                        found=answer.error,
                        remedy=_near(answer),
                        kind="figure",
                    )
                )
        if problems:
            self._found[script.name] = tuple(problems)
            return None
        if script.network:
            run = self.verifier.runs.of(questions[0].parts[0].snippet)
            self._found[script.name] = (
                read_training_frames(script, values, run.trace)
                if script.rows
                else read_network(script, values, run.trace.statements)
            )
            return None
        return Order(script, values)


def _key(order: Order, environment: Mapping[str, str]) -> str:
    """The key of a drawing, for a script that gets some environment variables."""
    return digest(order.content(), dict(environment), code(Path(__file__).parent), versions(), installed())


def _dependencies(given: Mapping[str, Any]) -> frozenset[Dependency]:
    return frozenset(Dependency(*each) for each in given.get("dependencies") or ())


def _postponed(script: Script) -> Problem:
    message = "this figure is not drawn yet, because something else was saved meanwhile"
    remedy = "wait a moment; if its script does not end, mend it"
    return script.source.problem(script.draw, message, remedy=remedy, kind="figure")


def _near(answer: Answer) -> str:
    return f"did you mean `{answer.near[0]}`?" if answer.near else "name something that exists in that run at its end"
