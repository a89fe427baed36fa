"""dependencies: the files and folders that a run looked at, and whether each of them is still what it was then."""

import fnmatch
import hashlib
import os
from collections.abc import Iterable, Mapping
from stat import S_ISDIR, S_ISREG

from backprop_book.core.model import Aspect, Dependency

PASSED_ON = ("PATH", "HOME", "USER", "LANG", "LC_*", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "COVERAGE_*")
"""Patterns of the environment variables that a snippet or figure sees; a book names further ones in its configuration.

What measures the coverage of the tests needs the last one.
"""


def state_of(aspect: Aspect, name: str) -> str:
    """What is found now.

    Args:
        aspect: What is looked at.
        name: A path, or the name of an environment variable.
    """
    if aspect == "variable":
        return "set" if name in os.environ else "unset"
    try:
        found = _stat(name)
        if aspect == "presence":
            return f"file of {found.st_size} bytes" if S_ISREG(found.st_mode) else "folder or the like"
        if aspect == "names":
            return _digest("\0".join(sorted(_listed(name))).encode("utf-8", "surrogatepass"))
        if S_ISREG(found.st_mode):
            with open(name, "rb") as file:  # noqa: PTH123 - with a path's object, more would be looked at
                return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "absent"
    except (OSError, ValueError) as error:  # it may not be read, or no file can have this name
        return type(error).__name__
    return "folder" if S_ISDIR(found.st_mode) else "no regular file"


def are_current(dependencies: Iterable[Dependency]) -> bool:
    """Whether all is as it was found."""
    return all(state_of(each.aspect, each.name) == each.state for each in dependencies)


def visible(names: Iterable[str] = ()) -> Mapping[str, str]:
    """The environment variables that a snippet or figure sees, with their values.

    Args:
        names: What the configuration of the book names beside `PASSED_ON`.
    """
    patterns = (*PASSED_ON, *names)
    return {
        name: value
        for name, value in sorted(os.environ.items())
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    }


def _listed(folder: str) -> list[str]:
    """The names in a folder, but for those that Python and editors leave behind."""
    return [name for name in os.listdir(folder) if name != "__pycache__" and not name.endswith(("~", ".swp"))]  # noqa: PTH208


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


_stat = os.stat  # a run that is watched has another one
