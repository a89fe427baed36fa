"""trouble: something that is wrong at a place of a text, before it is known which file that is."""

from dataclasses import dataclass

from backprop_book.errors import Kind


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong at an offset."""

    offset: int
    """Where."""
    message: str
    """What is wrong."""
    remedy: str
    """The one thing to do."""
    found: str = ""
    """What stands there."""
    expected: str = ""
    """What should stand there."""
    kind: Kind = "markup"
    """What it is about."""
