"""cache: what drawing gave, by the content of all that it depends on."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from backprop_book.figure.drawing import Order
from backprop_book.memory import code, installed, keep, kept, versions
from backprop_book.model import Dependency
from backprop_book.record.dependencies import are_current


def key_of(order: Order, environment: Mapping[str, str]) -> str:
    """The name of a drawing's entry, for a script that gets some environment variables."""
    parts = [order.content(), dict(environment), code(Path(__file__).parent), versions(), installed()]
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def load(folder: Path, key: str) -> dict[str, Any] | None:
    """A remembered result; None if there is none, none that is as it was written, or none that would be the same now."""
    text = kept(folder, key, key)
    result = None if text is None else cast("dict[str, Any]", json.loads(text))
    return result if result is not None and are_current(dependencies(result)) else None


def store(folder: Path, key: str, result: dict[str, Any]) -> None:
    """Remember a drawing, if what it depends on can be told. A full or read-only disk is no error."""
    if result["dependencies"] is not None:
        keep(folder, key, key, json.dumps(result))


def dependencies(result: dict[str, Any]) -> frozenset[Dependency]:
    """The files and folders that a script looked at while it drew."""
    return frozenset(Dependency(*each) for each in result.get("dependencies") or ())
