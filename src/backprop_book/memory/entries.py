"""entries: what is remembered in files, each written whole or not at all.

An entry that is named after its content stays good for ever. One that is kept in a place of its own is good for one key, which holds
all that it depends on; the next one takes its place, so that no more is kept than is shown.
"""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path


def put(folder: Path, name: str, text: str) -> None:
    """Write a file at once: whoever reads it gets the old text or the new. A full or read-only disk is no error."""
    part = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(prefix=name[:16], suffix=".part", dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            file.write(text)
        Path(part).replace(folder / name)
    except OSError:
        if part:
            with contextlib.suppress(OSError):
                Path(part).unlink()


def keep(folder: Path, place: str, key: str, text: str) -> None:
    """Remember a text in a place, instead of what was there.

    Args:
        folder: Where places are.
        place: The name of the place, any text.
        key: All that the text depends on, or a digest of it, in one line.
        text: The text.
    """
    put(folder, _file(place), f"{key} {_digest(text)}\n{text}")


def kept(folder: Path, place: str, key: str) -> str | None:
    """The text that is remembered in a place; None if there is none, if it has another key, or if it is not as it was written."""
    try:
        head, _, text = (folder / _file(place)).read_bytes().decode("utf-8", "surrogatepass").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if head == f"{key} {_digest(text)}" else None


def is_kept(folder: Path, place: str) -> bool:
    """Whether anything is remembered in a place, under whatever key."""
    return (folder / _file(place)).is_file()


def _file(place: str) -> str:
    return f"{_digest(place)}.kept"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
