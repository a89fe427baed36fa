"""Reads the lines of arithmetic of a step in the data that a page brings along."""

from collections.abc import Iterator, Mapping
from typing import Any


def unfolded(data: Mapping[str, Any], step: list[Any]) -> Iterator[str]:
    """The lines of a step of a listing's data, in order."""
    if isinstance(step[7], list):
        yield from _lines(data, step[7])


def _lines(data: Mapping[str, Any], disclosed: list[Any]) -> Iterator[str]:
    for part in disclosed[1]:
        if isinstance(part, list):
            yield from _lines(data, part)
        else:
            yield from data["texts"][part].split("\n")
