"""Work that the workers of a test run share: whoever needs it first does it, the others wait for it."""

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def once(shared: Path, name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` below a folder that all workers see, filled by `make` in the first worker that asks for it.

    Raises:
        AssertionError: `make` failed its assertion, in this worker or in another one.
    """
    folder, done, failed = shared / name, shared / f"{name}.done", shared / f"{name}.failed"
    with FileLock(shared / f"{name}.lock"):
        if not done.exists() and not failed.exists():
            folder.mkdir()
            try:
                make(folder)
                done.touch()
            except AssertionError as error:
                failed.write_text(str(error), encoding="utf-8")
        assert done.exists(), failed.read_text(encoding="utf-8")
    return folder
