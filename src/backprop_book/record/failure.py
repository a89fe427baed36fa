"""failure: what an evaluation that failed says, and which names are like the one that it missed."""

import difflib
from collections.abc import Mapping
from itertools import takewhile
from typing import Any


def says(error: BaseException) -> str:
    """An exception as an answer's error."""
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def near(error: BaseException, spaces: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    """Names like the one that an error misses."""
    name = getattr(error, "name", None)
    if type(name) is not str:
        return ()
    if isinstance(error, AttributeError):
        return tuple(difflib.get_close_matches(name, [each for each in dir(error.obj) if not each.startswith("_")], 3))
    return like(name, spaces) if isinstance(error, NameError) else ()


def like(name: str, spaces: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    """Names like one that is missing: of the same words in another order, else like it; built-in ones only for a typo."""
    own = tuple(
        dict.fromkeys(
            each for space in spaces[:-1] for each in space if type(each) is str and not each.startswith("__")
        )
    )
    turned = [each for each in own if _words(each) == _words(name)]
    alike = difflib.get_close_matches(name, own, 3)
    # Nearly every short name is like one of the built-in ones, which nobody meant.
    return tuple(dict.fromkeys((*turned, *alike)))[:3] or tuple(each for each in spaces[-1] if _is_typo(name, each))[:3]


def _words(name: str) -> list[str]:
    return sorted(name.lower().split("_"))


def _is_typo(name: str, other: str) -> bool:
    """Whether one letter is wrong, missing, too many, or swapped with the next one, in names of some length."""
    if min(len(name), len(other)) < _TELLING or other.startswith("__"):
        return False
    begun = _alike(name, other)
    said, meant = name[begun:], other[begun:]
    ended = _alike(said[::-1], meant[::-1])
    said, meant = said[: len(said) - ended], meant[: len(meant) - ended]
    return max(len(said), len(meant)) == 1 or (len(said) == 2 and said == meant[::-1])


def _alike(one: str, other: str) -> int:
    """How many letters the one begins with that the other begins with, too."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


_TELLING = 4
"""Letters that a name has to have for one of them to be taken for a mistake."""
