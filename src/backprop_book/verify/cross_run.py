"""cross_run: what expressions over several runs give, remembered by all that it depends on.

To evaluate them takes a process that has imported NumPy, which is the only one that a book needs whose runs are all remembered.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from backprop_book.core.model import Answer, Outcome, Run, Trace, Value
from backprop_book.run import Request, Tracer
from backprop_book.run.cache import Source, key_of, load, store

_NAME = "expressions"


def evaluated(
    tracer: Tracer, folder: Path | None, combinations: Sequence[tuple[str, Mapping[str, Value]]]
) -> tuple[Answer, ...]:
    """What the expressions give: as `Tracer.evaluate` says.

    Args:
        tracer: Evaluates what is not remembered.
        folder: Where it is remembered; nowhere without it.
        combinations: Expressions, each with the values of the names in it.
    """
    if folder is None or not combinations:
        return tracer.evaluate(combinations)
    key = _key(combinations)
    known = load(folder, key)
    if known is not None and len(known.answers) == len(combinations):
        return known.answers
    answers = tracer.evaluate(combinations)
    # An error may be that of a machine that was too slow.
    if not any(answer.error for answer in answers):
        trace = Trace(_NAME, "", (), (), (), (), "", "")
        store(folder, key, Run(Outcome("finished"), trace, answers))
    return answers


def _key(combinations: Sequence[tuple[str, Mapping[str, Value]]]) -> str:
    """A name for all that the answers depend on: the expressions, the full content of the values, the versions that evaluate them."""
    said = [
        [text, {name: [value.kind, value.type, value.digest] for name, value in sorted(names.items())}]
        for text, names in combinations
    ]
    # Like a script that imports NumPy: its key says which versions it ran on, and which recorder saw it.
    return key_of(Source(Path(_NAME), json.dumps(said), ("numpy",), ()), Request(Path(_NAME)), _NAME)
