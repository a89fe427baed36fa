"""A small book in a temporary folder, for tests that go through the whole of it."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from backprop_book.core.problems import Problem
from backprop_book.run import Tracer
from backprop_book.scan import scan
from backprop_book.site.edit_session import EditSession
from backprop_book.verify import Verifier
from backprop_book.verify.verdict import Verdict

SNIPPET = """\
rate = 0.1
losses = []
loss = 0.89625
for step in range(4):
    loss = loss * (1 - rate)
    losses.append(loss)
best = min(losses)
result = "3/4"
print(f"best: {best:.4f}")
print("result:", result)
"""
FIGURE = '"""It falls."""\n\nDATA = {{"value": "{}"}}\n\n\ndef draw(sheet, data):\n    """Draw it."""\n    sheet.axes(200).plot([0, data.value])\n'
"""The script of a figure, with a place for what it asks."""


@dataclass(frozen=True, slots=True)
class Book:
    """A book on disk."""

    root: Path
    tracer: Tracer

    def write(self, path: str, text: str) -> Path:
        """Write one file of it."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def page(self, body: str, name: str = "page") -> Path:
        """Write a page that shows the snippet and then says `body`."""
        return self.write(f"docs/{name}.md", f'```python\n--8<-- "descent.py"\n```\n\n{body}')

    def verifier(self) -> Verifier:
        """A verifier of the book as it is now."""
        return Verifier(scan(self.root), self.tracer)

    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong with it."""
        return self.verifier().problems()

    def verdicts(self, path: str = "docs/page.md") -> tuple[Verdict, ...]:
        """The verdicts on one document."""
        verifier = self.verifier()
        document = next(found for found in verifier.chapter.documents if found.source.path == path)
        return verifier.verdicts(document)


def all_problems(session: EditSession) -> tuple[Problem, ...]:
    """What is wrong with a book that is being edited, also what only came to light when its pages were put into HTML."""
    return tuple(sorted({*session.look().problems, *session.drawn}))


def until(holds: Callable[[], bool], patience: float = 60.0) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@contextlib.contextmanager
def quick(seconds: float) -> Iterator[None]:
    """Fail where the context takes more than some seconds of the processor, which do not pass while other processes have it."""
    begun = time.thread_time()
    yield
    assert time.thread_time() - begun < seconds


def alive(group: int) -> list[str]:
    """The processes of a group that run (on Linux): of one that has ended, the status may stay for somebody to ask for."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            state, _, its, *_ = place.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(its) == group and state != "Z":
                found.append(place.parent.name)
    return found


def save(place: Path, text: str) -> None:
    """Write a file at once: on a busy machine the two halves of a plain write can be two saves."""
    place.parent.mkdir(exist_ok=True)
    part = place.with_name(f".{place.name}")
    part.write_text(text, encoding="utf-8")
    part.replace(place)
