"""digest: values with the digests of their content."""

import hashlib
import json
from typing import Any

from backprop_book.model import Kind, Value
from backprop_book.record.content import walk


def digest_of(value: Value) -> str:
    """The digest of a value that holds all its content, from that content."""
    parts = [
        value.kind, value.type, value.data, value.shape, value.dtype, value.summary,
        [(name, each.digest) for name, each in value.items],
    ]  # fmt: skip
    return hashed(_JSON.encode(parts).encode())


def hashed(content: bytes) -> str:
    """The digest of some bytes."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def whole(kind: Kind, name: str, **parts: Any) -> Value:
    """A value of which everything is kept."""
    value = Value(kind, name, "", **parts)
    return Value(kind, name, digest_of(value), **parts)


def cut(kind: Kind, name: str, value: object, homes: frozenset[str], **parts: Any) -> Value:
    """A value whose content is summarised: its digest covers what is not shown."""
    content = walk(value, homes).token
    return Value(kind, name, hashed(name.encode("utf-8", "surrogatepass") + b"\0" + content), **parts)


_JSON = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))
