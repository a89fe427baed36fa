"""fast_exit: how a process ends in which a script has run. To take an interpreter down that holds torch takes longer than most scripts."""

import os
import re
import sys
from pathlib import Path
from threading import active_count

from backprop_book.record.child_protocol import Order

PLAIN = frozenset({
    *("collections", "copy", "dataclasses", "decimal", "fractions", "functools", "itertools", "math", "numpy"),
    *("operator", "random", "sklearn", "statistics", "string", "time", "torch", "typing"),
})  # fmt: skip
"""Modules that leave nothing behind that would have to be done at the end."""
LATE = re.compile(
    r"\b(__\w*del\w*__|__import__|async|await|builtins|eval|exec|num_workers|memmap|multiprocessing|open|register\w*"
    r"|tofile|weakref\w*|yield)\b"
)
"""Words of a source text that something may depend on that runs, or is written, when the interpreter goes."""


def ends_at_once(order: Order) -> bool:
    """Whether nothing that a script has done can show any more once it has finished, so that its process may just end."""
    if active_count() > 1 or not PLAIN.union(order.homes).issuperset(order.imports):
        return False
    texts = [order.source]
    for name in order.homes:
        place = getattr(sys.modules.get(name), "__file__", None)
        texts += [Path(place).read_text(encoding="utf-8", errors="replace")] if place else []
    return not any(LATE.search(text) for text in texts)


def end_at_once() -> None:
    """End this process. What was printed must be written."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
