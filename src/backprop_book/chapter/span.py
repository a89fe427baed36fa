"""span: one inline element of a stretch of prose."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Span:
    """One inline element that is not plain words."""

    kind: Literal["code", "math", "hidden", "tied"]
    """`tied`: `[words]{...}`, a claim or a waiver. `hidden`: a link's target, a tag, an attribute list, an entity, ..."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    inner_start: int = 0
    """Start of the content: of the code or math without delimiters and white space, of the words between brackets."""
    inner_end: int = 0
    """End of the content."""
    tail_start: int = 0
    """For `tied`: start of what stands between the braces, without white space."""
    tail_end: int = 0
    """For `tied`: end of what stands between the braces, without white space."""
    inner: tuple["Span", ...] = ()
    """For `tied`: the elements among the words."""


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch from `start` to `end` without white space at its ends."""
    inside = text[start:end]
    if not inside.strip():
        return start, start
    return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())
