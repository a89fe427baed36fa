"""machinery: what a result depends on beside what it was made from: the code of this package, and what that stands on."""

import contextlib
import hashlib
import importlib.metadata
import json
import platform
import zlib
from functools import lru_cache
from pathlib import Path

import backprop_book

_LIBRARIES = ("latex2mathml", "Markdown", "matplotlib", "numpy", "Pygments", "pymdown-extensions", "torch")


@lru_cache(maxsize=1)
def machinery() -> str:
    """A digest of all modules of this package, and of the versions of Python and of the libraries that it uses."""
    home = Path(backprop_book.__file__).parent
    digest = hashlib.sha256()
    for place in sorted(home.rglob("*.py")):
        content = place.read_bytes()
        digest.update(f"{place.relative_to(home).as_posix()} {len(content)}\n".encode() + content)
    versions = [platform.python_version(), zlib.ZLIB_RUNTIME_VERSION]
    for name in _LIBRARIES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions.append(f"{name} {importlib.metadata.version(name)}")
    return hashlib.sha256(json.dumps([digest.hexdigest(), versions]).encode()).hexdigest()
