"""asking: how messages speak of what a claim asks."""

from backprop_book.chapter import Claim
from backprop_book.model import Answer


def stems(claim: Claim) -> tuple[str, ...]:
    """The snippets that a claim asks, each once."""
    return tuple(dict.fromkeys(part.snippet for part in claim.question.parts))


def snippets(claim: Claim, answer: Answer | None = None) -> str:
    """The snippets that a claim asks; where one of them has no answer, that one."""
    lacking = [part.snippet for part in claim.question.parts if answer is not None and part.probe == answer.probe]
    return " and ".join(f"{stem}.py" for stem in lacking or stems(claim))


def gives(claim: Claim) -> str:
    """Who gives what a claim is compared with, and the verb."""
    return f"{snippets(claim)} {'give' if len(stems(claim)) > 1 else 'gives'}"
