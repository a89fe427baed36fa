"""dependencies: watch which files, folders and environment variables a script uses, and tell whether they have changed since."""

import fnmatch
import functools
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from stat import S_ISDIR, S_ISREG
from sys import _getframe as calling
from typing import Any

from backprop_book.core.model import Aspect, Dependency

PASSED_ON = ("PATH", "HOME", "USER", "LANG", "LC_*", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "COVERAGE_*")
"""Patterns of the environment variables that a snippet or figure sees; a book names further ones in its configuration.

What measures the coverage of the tests needs the last one.
"""


def state_of(aspect: Aspect, name: str) -> str:
    """Return the present state of a file, folder or environment variable, as text to be compared.

    Args:
        aspect: The aspect that counts: the content, the names in a folder, the presence, or whether a variable is set.
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
    """Whether all dependencies have the state that the run found."""
    return all(state_of(each.aspect, each.name) == each.state for each in dependencies)


def visible_environment(names: Iterable[str] = ()) -> Mapping[str, str]:
    """The environment variables that a snippet or figure sees, with their values.

    Args:
        names: Further patterns, from the configuration of the book.
    """
    patterns = (*PASSED_ON, *names)
    return {
        name: value
        for name, value in sorted(os.environ.items())
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    }


def _listed(folder: str) -> list[str]:
    """The names in a folder, without files that Python and editors leave behind."""
    return [name for name in os.listdir(folder) if name != "__pycache__" and not name.endswith(("~", ".swp"))]  # noqa: PTH208


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


_stat = os.stat  # `AccessWatcher` replaces `os.stat`


_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES: Mapping[str, tuple[tuple[int, int | None], ...]] = {
    "os.mkdir": ((0, 2),),
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((1, 3),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
}
"""Audit events that change files: the index of each path among the arguments, and that of the folder it is relative to."""
_LISTS = frozenset({"os.listdir", "os.scandir"})
_STARTS = frozenset({
    *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn", "subprocess.Popen"),
})  # fmt: skip
"""Audit events after which another process may use any file."""
_STARTED_BY = ("multiprocessing.popen_spawn_posix", "multiprocessing.popen_forkserver")
"""Modules that start processes without an event; they are imported when they do."""
_KNOWN = frozenset({"open", "sqlite3.connect", *_CHANGES, *_LISTS, *_STARTS})
"""All audit events that are observed."""
REMEDIES: Mapping[str, str] = {
    "write": "write to a folder of `tempfile.TemporaryDirectory()`, or open the file only for reading",
    "variable": "write its value into the code, or add its name to `environment` in pyproject.toml",
}
"""The advice for a script that was refused something, by the kind of outcome."""
_ENVIRONMENT_MODULES = frozenset({"os", "collections.abc", "_collections_abc"})
"""Modules through which `os.environ` is read."""
_SYSTEM_FOLDERS = ("/proc", "/sys", "/dev")


class AccessWatcher:
    """Notes the files, folders and variables that one script uses, and refuses writes below the folder of its book.

    Audit events tell of files that are opened and folders that are listed. There are none for `os.stat` and for the environment,
    so these are replaced by versions that report.
    """

    def __init__(
        self,
        root: str,
        folder: str,
        hidden: frozenset[str],
        refuse: Callable[[str, str], object],
        homes: frozenset[str] = frozenset(),
    ) -> None:
        """Get ready.

        Args:
            root: The folder of the book, below which nothing may be written.
            folder: The folder in which the process leaves its result, in the folder for temporary files.
            hidden: The environment variables that are set and that the script is not given.
            refuse: Is called with the kind of outcome and a message if the script does something forbidden. If it returns,
                the script gets a `PermissionError`.
            homes: Names of the modules whose code is the script's own.
        """
        self._root = os.path.join(root, "")  # noqa: PTH118
        self._hidden = hidden
        self._homes = homes
        self._refuse = refuse
        temporary = os.path.dirname(folder)  # noqa: PTH120
        apart = {sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__), *_SYSTEM_FOLDERS, folder}  # noqa: PTH120
        apart |= {os.path.dirname(os.path.dirname(__file__))}  # noqa: PTH120
        apart |= {each for each in sys.path if os.path.basename(each) in ("site-packages", "dist-packages")}  # noqa: PTH119
        # What is installed is known by its version. A folder that contains the book is not ignored.
        if temporary.startswith(self._root):
            apart.add(temporary)
        within = (os.path.join(each, "") for each in apart)  # noqa: PTH118
        self._apart = tuple(each for each in within if not self._root.startswith(each))
        # The folders above these exist as long as they do. Libraries ask for them when they look for their own files.
        self._above = {
            each[:end] or os.sep for each in self._apart for end, sign in enumerate(each[:-1]) if sign == os.sep
        }
        self._states: dict[tuple[Aspect, str], str] = {}
        self._made: set[str] = set()
        self._connected: set[str] = set()
        self._is_complete = True
        self._has_left = False

    def watch(self) -> None:
        """Start to observe this process."""
        seen = self._seen

        def heard(event: str, args: tuple[Any, ...], known: frozenset[str] = _KNOWN) -> None:
            if event in known:  # most events are others, which must cost little
                seen(event, args)

        sys.addaudithook(heard)
        for name in ("stat", "lstat", "access"):
            self._replace(name)
        environments: tuple[Any, ...] = (os.environ, os.environb)
        variables = _Variables(vars(os.environ)["_data"], asked=self._asked)
        for each in environments:
            each._data = variables  # noqa: SLF001 - both share what they hold
        if (torch := sys.modules.get("torch")) is not None:
            # torch writes files without an audit event.
            torch._C.PyTorchFileWriter = _announcing(torch._C.PyTorchFileWriter)  # noqa: SLF001

    def begin(self, homes: frozenset[str]) -> None:
        """Forget all notes, as another script begins, of modules with these names."""
        self._homes = homes
        self._states.clear()
        self._made.clear()
        self._connected.clear()

    def leave(self) -> None:
        """Stop observing this process."""
        self._has_left = True

    def dependencies(self) -> tuple[Dependency, ...] | None:
        """Return what the script has used so far, with the state it found; None if another process may have used more."""
        if not self._is_complete or any(name in sys.modules for name in _STARTED_BY):
            return None
        return tuple(sorted(Dependency(*key, state) for key, state in self._states.items()))

    def changed(self) -> str:
        """The path of a database below the folder of the book that the script has changed; empty if there is none."""
        for path in sorted(self._connected):
            if self._is_protected(path) and state_of("content", path) != self._states["content", path]:
                return self._below(path)
        return ""

    def _seen(self, event: str, args: tuple[Any, ...]) -> None:
        """Observe an audit event."""
        if self._has_left:
            return
        if event == "open":
            path = _path(args[0])
            if path is None:
                return
            if args[2] & _WRITES:
                self._write(path, "writes")
            else:
                self._note("content", _source(path))
        elif event in _LISTS:
            # The import system lists folders for names that the code contains.
            path = None if _is_import() else _path("." if args[0] is None else args[0])
            if path is not None:
                self._note("names", path)
        elif event in _CHANGES:
            for place, start in _CHANGES[event]:
                path = _path(args[place], -1 if start is None else args[start])
                if path is not None:
                    self._write(path, "changes")
        elif event in _STARTS:
            self._is_complete = False
        else:
            self._connect(args[0])

    def _connect(self, database: Any) -> None:
        if isinstance(database, str) and database.startswith("file:"):
            database = database[len("file:") :].partition("?")[0]
        path = None if database in ("", ":memory:") else _path(database)
        if path is None:
            return
        self._note("content", path)
        if self._states.get(("content", path)) == "absent":
            self._write(path, "writes")
        elif ("content", path) in self._states:
            self._connected.add(path)

    def _note(self, aspect: Aspect, path: str) -> None:
        key = aspect, path
        if key in self._states or self._is_apart(path) or (self._made and self._is_made(path)):
            return
        if aspect == "presence" and path in self._above:
            return
        self._states[key] = ""  # reading the state raises an event, too
        self._states[key] = state_of(aspect, path)

    def _is_made(self, path: str) -> bool:
        """Whether the script itself has made a file, or the folder that it lies in."""
        while path not in self._made:
            above = os.path.dirname(path)  # noqa: PTH120
            if above == path:
                return False
            path = above
        return True

    def _write(self, path: str, does: str) -> None:
        self._made.add(path)
        if self._is_protected(path):
            self._forbid("write", f"this statement {does} {self._below(path)}")

    def _is_protected(self, path: str) -> bool:
        return path.startswith(self._root) and not self._is_apart(path)

    def _is_apart(self, path: str) -> bool:
        return f"{path}{os.sep}".startswith(self._apart)

    def _below(self, path: str) -> str:
        return path.removeprefix(self._root)

    def _forbid(self, kind: str, message: str) -> None:
        self._refuse(kind, message)
        raise PermissionError(message)

    def _asked(self, name: str) -> None:
        """The script, or what it imports, has asked for an environment variable that is not there."""
        place = calling(2)
        while place.f_back is not None and place.f_globals.get("__name__") in _ENVIRONMENT_MODULES:
            place = place.f_back
        if place.f_globals.get("__name__") in self._homes:
            is_hidden = name in self._hidden
            self._states["variable", name] = "set" if is_hidden else "unset"
            if is_hidden:
                self._forbid(
                    "variable", f"this statement asks for the environment variable {name}, which snippets are not given"
                )

    def _replace(self, name: str) -> None:
        """Replace a function of `os` by one that notes the path that it is called with."""
        asks = getattr(os, name)

        @functools.wraps(asks)
        def asking(path: Any, *args: Any, **options: Any) -> Any:
            descriptor = options.get("dir_fd")
            found = _path(path, -1 if descriptor is None else descriptor)
            if found is not None:
                self._note("presence", found)
            return asks(path, *args, **options)

        setattr(os, name, asking)
        for able in (os.supports_dir_fd, os.supports_effective_ids, os.supports_fd, os.supports_follow_symlinks):
            if asks in able:
                able.add(asking)


class _Variables(dict[bytes, bytes]):
    """The data of `os.environ`, which reports names that are asked for and missing."""

    def __init__(self, held: Mapping[bytes, bytes], asked: Callable[[str], None]) -> None:
        super().__init__(held)
        self._asked = asked

    def __missing__(self, name: bytes) -> bytes:
        self._asked(os.fsdecode(name))
        raise KeyError(name)


def _announcing(writer: Any) -> Callable[..., Any]:
    """A file writer's constructor that first raises the audit event of an opened file."""

    def announce(target: Any, *args: Any, **options: Any) -> Any:
        if isinstance(target, str):
            sys.audit("open", target, "wb", os.O_WRONLY | os.O_CREAT)
        return writer(target, *args, **options)

    return announce


def _path(name: Any, descriptor: int = -1) -> str | None:
    """The absolute path of a file name; None for the number of an open file, and if there is no such folder.

    Args:
        name: The path as given.
        descriptor: The open folder that it is relative to; -1 for the current one.
    """
    try:
        path = os.fsdecode(name)
        start = os.getcwd() if descriptor == -1 else os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH109, PTH115
    except (OSError, TypeError):
        return None
    return os.path.normpath(os.path.join(start, path))  # noqa: PTH118


def _source(path: str) -> str:
    """The file that a file of compiled Python was made from; any other file itself."""
    folder, name = os.path.split(path)
    if name.endswith(".pyc") and os.path.basename(folder) == "__pycache__":  # noqa: PTH119
        return os.path.join(os.path.dirname(folder), f"{name.partition('.')[0]}.py")  # noqa: PTH118, PTH120
    return path


def _is_import() -> bool:
    """Whether the import system caused the present audit event."""
    place = calling(3)
    return str(place.f_code.co_filename).startswith("<frozen importlib")
