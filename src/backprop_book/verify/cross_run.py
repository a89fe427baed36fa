"""cross_run: answers of expressions over several runs, cached under the expressions, their values and the versions.

Evaluating them needs a process with NumPy; with all runs cached, it is the only process that a book needs.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from backprop_book.core.model import Answer, Outcome, Run, Trace, Value
from backprop_book.run import Request, Tracer
from backprop_book.run.cache import ScriptSource, key_of, load, store

_NAME = "expressions"


def evaluated(
    tracer: Tracer, folder: Path | None, combinations: Sequence[tuple[str, Mapping[str, Value]]]
) -> tuple[Answer, ...]:
    """Return the answers of expressions, as `Tracer.evaluate` does.

    Args:
        tracer: Evaluates the expressions that are not cached.
        folder: Folder of the cache; None for no cache.
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
    """Return the key of the answers: a digest of the expressions, of the values and of the versions that evaluate them."""
    said = [
        [text, {name: [value.kind, value.type, value.digest] for name, value in sorted(names.items())}]
        for text, names in combinations
    ]
    # Like a script that imports NumPy: its key says which versions it ran on, and which recorder saw it.
    return key_of(ScriptSource(Path(_NAME), json.dumps(said), ("numpy",), ()), Request(Path(_NAME)), _NAME)
