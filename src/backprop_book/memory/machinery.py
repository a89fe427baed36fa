"""machinery: what a result depends on beside what it was made from: the code of this package, and what that stands on."""

import contextlib
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import sys
import zlib
from functools import lru_cache
from pathlib import Path

import backprop_book

_VERSION = re.compile(r"^Version: (\S+)$", re.MULTILINE)


@lru_cache(maxsize=1)
def machinery() -> str:
    """A digest of all modules of this package, and of the versions of Python and of all libraries that are installed."""
    parts = [code(Path(backprop_book.__file__).parent), zlib.ZLIB_RUNTIME_VERSION, versions(), installed()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@lru_cache
def code(folder: Path) -> str:
    """A digest of all modules below a folder of this package."""
    digest = hashlib.sha256()
    for where, _, names in sorted(os.walk(folder)):  # `Path.rglob` takes twice as long, and every build waits for this
        for name in sorted(each for each in names if each.endswith(".py")):
            content = Path(where, name).read_bytes()
            digest.update(f"{where.removeprefix(str(folder))}/{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def installed() -> tuple[str, ...]:
    """All libraries that are installed, with their versions: a script may import any, and each of them others."""
    folders = {Path(each) for each in sys.path if Path(each).name in ("site-packages", "dist-packages")}
    found = (each.name for folder in folders if folder.is_dir() for each in folder.iterdir())
    return tuple(sorted(name for name in found if name.endswith((".dist-info", ".egg-info"))))


@lru_cache
def versions(*libraries: str) -> tuple[tuple[str, str], ...]:
    """Versions of Python and of libraries, as far as they are installed, without importing them."""
    found = [("python", platform.python_version())]
    for name in libraries:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found.append((name, _version(name)))
    return tuple(found)


def _version(name: str) -> str:
    # To take apart all that a library says about itself, its licences too, takes five times as long as to find this line.
    line = _VERSION.search(importlib.metadata.distribution(name).read_text("METADATA") or "")
    return line[1] if line else importlib.metadata.version(name)
