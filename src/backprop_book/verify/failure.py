"""failure: why the run of a snippet did not finish."""

from collections.abc import Mapping

from backprop_book.errors import Problem
from backprop_book.model import Outcome

_REMEDIES: Mapping[str, str] = {
    "exit": "let the snippet run to its end",
    "time limit": "look for a loop that does not end, or make the work smaller",
    "step limit": "look for a loop that does not end, or make the work smaller",
    "output limit": "print less",
    "memory limit": "make its values smaller",
    "value limit": "make its values smaller, or keep the large one out of names (in a function of a library)",
}


def failure_of(path: str, outcome: Outcome) -> Problem | None:
    """Why a run did not finish, as a problem of its snippet; None if it did."""
    if outcome.kind == "finished":
        return None
    return Problem(
        path,
        outcome.line or 1,
        outcome.column or 1,
        f"the snippet did not finish: {outcome.message}",
        remedy=_REMEDIES.get(outcome.kind, f"run `python {path}` and mend what it reports"),
        kind="snippet",
    )
