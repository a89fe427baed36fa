"""cache: what drawing gave, by the content of all that it depends on."""

import hashlib
import json
from pathlib import Path
from typing import Any, cast

from backprop_book.figure.drawing import Order
from backprop_book.memory import code, installed, keep, kept, versions


def key_of(order: Order) -> str:
    """The name of a drawing's entry."""
    parts = [order.content(), code(Path(__file__).parent), versions(), installed()]
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def load(folder: Path, key: str) -> dict[str, Any] | None:
    """A remembered result; None if there is none, or none that is as it was written."""
    text = kept(folder, key, key)
    return None if text is None else cast("dict[str, Any]", json.loads(text))


def store(folder: Path, key: str, result: dict[str, Any]) -> None:
    """Remember a drawing. A full or read-only disk is no error."""
    keep(folder, key, key, json.dumps(result))
