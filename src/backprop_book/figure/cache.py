"""cache: what drawing gave, by the content of all that it depends on."""

import hashlib
import importlib.metadata
import json
import platform
from pathlib import Path
from typing import Any

from backprop_book.figure.drawing import Order
from backprop_book.tracing.entries import put


def key_of(order: Order) -> str:
    """The name of a drawing's entry."""
    own = {path.name: path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))}
    versions = [platform.python_version(), *(importlib.metadata.version(name) for name in ("numpy", "matplotlib"))]
    text = json.dumps([order.content(), own, versions], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def load(folder: Path, key: str) -> dict[str, Any] | None:
    """A remembered result; None if there is none, or none that can be read."""
    try:
        found = json.loads((folder / f"{key}.json").read_text(encoding="ascii"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def store(folder: Path, key: str, result: dict[str, Any]) -> None:
    """Remember a drawing. A full or read-only disk is no error."""
    put(folder, f"{key}.json", json.dumps(result))
