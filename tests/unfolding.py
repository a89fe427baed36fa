"""Puts lines of arithmetic together from what a page sends of them: as the script does, and independently of it."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any


def unfolded(data: Mapping[str, Any], step: list[Any]) -> Iterator[str]:
    """The lines of a step of a listing's data, in order."""
    made: list[list[str]] = []
    for rule, operands, cells, kinds, *omitted in step[7] if isinstance(step[7], list) else ():
        name, shape, forms = data["rules"][rule]
        grids = [made[-1 - place] if place < 0 else _numbers(data["values"][place]) for place in operands]
        own = iter(data["texts"][cells].split("\t") if cells >= 0 else [])
        tables = [_columns(form, shape, grids, own) for form in forms]
        letters = data["texts"][kinds] if kinds >= 0 else "0" * prod(shape)
        results = []
        for index, letter in zip(product(*map(range, shape)), letters, strict=True):
            text = ""
            if letter != "-":
                form, columns = forms[int(letter, 36)], tables[int(letter, 36)]
                numbers = iter([column[index] for column in columns])
                text = re.sub("#", lambda _, numbers=numbers: next(numbers), form[0])  # type: ignore[misc]
                place = f"{name}{list(index) if index else ''}"
                yield f"{place}: {text}" if place else text
            results.append(text.replace("\u00a0", " ").rpartition(" ")[2])
        made.append(results)
        if omitted:
            yield f"and {omitted[0]} more, too long to be written out"


def _columns(
    form: list[Any], shape: list[int], grids: list[list[str]], own: Iterator[str]
) -> list[dict[tuple[int, ...], str]]:
    """For each number of a form what it is at each place."""
    _, letters, sources = form
    pointers = iter(sources)
    columns = []
    for letter in letters:
        mask, rest = divmod(ord(letter) - ord("0"), 9)
        flavour, wrap = divmod(rest, 3)
        axes = [axis for axis in range(len(shape)) if mask >> axis & 1]
        found = {}
        if flavour:
            grid, base = grids[next(pointers)], next(pointers)
            strides = [next(pointers) for _ in axes]
        else:
            short = {place: next(own) for place in product(*(range(shape[axis]) for axis in axes))}
        for index in product(*map(range, shape)):
            place = tuple(index[axis] for axis in axes)
            if flavour:
                at = base + sum(n * stride for n, stride in zip(place, strides, strict=True))
                token = grid[at] if at < len(grid) else ""
            else:
                token = short[place]
            token = _notation(token).removesuffix(".0" if flavour == 2 else "\n")
            wrapped = (wrap > 0 and token.startswith("−")) or (wrap > 1 and "×" in token)
            found[index] = f"({token})" if wrapped else token
        columns.append(found)
    return columns


def _numbers(value: list[Any]) -> list[str]:
    return [token for row in value[4] for token in row.split("\t")] if len(value) > 3 else [value[1]]


def _notation(token: str) -> str:
    number = re.fullmatch(r"(.*)e([+-]?)0*(\d+)(\)?)", token)
    if number:
        power = number[3].translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        token = f"{number[1]}×10{'⁻' if number[2] == '-' else ''}{power}{number[4]}"
    return token.replace("-", "−")
