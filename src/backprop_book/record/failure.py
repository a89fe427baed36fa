"""failure: what an evaluation that failed says, and which names are like the one that it missed."""

import difflib
from collections.abc import Mapping
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
    """Names like one that is missing, those of the script before built-in ones."""
    own = dict.fromkeys(
        each for space in spaces[:-1] for each in space if type(each) is str and not each.startswith("__")
    )
    return tuple(difflib.get_close_matches(name, own, 3) or difflib.get_close_matches(name, spaces[-1], 3))
