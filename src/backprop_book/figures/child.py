"""child: draws figures in a separate process, because it runs the scripts of the figures; the parent never imports it."""

import difflib
import faulthandler
import json
import os
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context

from backprop_book.core.expressions import free_names, parse
from backprop_book.figures.drawing import DrawingFault
from backprop_book.figures.sheet import Sheet, prepare
from backprop_book.figures.svg import ColourError, Picture, tidy
from backprop_book.figures.unsourced_values import find_unsourced_values
from backprop_book.record.codec import values_from_json
from backprop_book.record.decoder import OpaqueError, decode
from backprop_book.record.dependencies import REMEDIES, AccessWatcher


class ScriptError(Exception):
    """Something is wrong with a figure. The arguments are those of a `DrawingFault`."""

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.fault = DrawingFault(message, **fields)
        """The fault, and its place."""


class FigureData:
    """The data of a figure, as attributes; records which of them a script reads."""

    def __init__(self, values: dict[str, Any], read: set[str]) -> None:
        self._values = values
        self._read = read

    def __getattr__(self, name: str) -> Any:
        if name not in self._values:
            near = difflib.get_close_matches(name, self._values, 1)
            meant = f": did you mean {near[0]}?" if near else f": there are {', '.join(self._values)}"
            raise AttributeError(f"there are no data {name}{meant}")
        self._read.add(name)
        return self._values[name]


def perform(folder: Path, limit: float) -> None:
    """Draw the figures of the orders in a folder, one after the other, and write the results beside them.

    A figure that takes longer than `limit` seconds ends the process, and its traceback goes to the file `late`.
    """
    prepare()
    root, hidden = json.loads((folder / "book").read_text(encoding="ascii"))
    refused: list[tuple[str, str]] = []
    surroundings = AccessWatcher(root, str(folder), frozenset(hidden), lambda *what: refused.append(what))
    surroundings.watch()
    with (folder / "late").open("w", encoding="utf-8") as late:
        for place in sorted(folder.glob("*.order")):
            faulthandler.dump_traceback_later(limit, exit=True, file=late)
            order = json.loads(place.read_text(encoding="ascii"))
            refused.clear()
            surroundings.begin(frozenset({order["name"]}))
            try:
                result = _drawn(order, Path(root), refused)
            except ScriptError as error:
                result = {"problem": asdict(error.fault)}
            result["dependencies"] = surroundings.dependencies()
            faulthandler.cancel_dump_traceback_later()
            part = place.with_suffix(".part")
            part.write_text(json.dumps(result), encoding="ascii")
            part.replace(place.with_suffix(".result"))


def _drawn(order: dict[str, Any], root: Path, refused: Sequence[tuple[str, str]]) -> dict[str, Any]:
    values = values_from_json(order["values"])
    data = {name: _decoded(name, values[index]) for name, index in order["data"].items()}
    grids = [_grid(grid, order["rows"], data) for grid in order["grids"]]
    read = {name for grid in order["grids"] for _, text in grid["columns"] for name in free_names(parse(text))}
    pictures = {}
    for kind in ("wide", "narrow"):
        pictures[kind] = asdict(_picture(order, root, data, read, refused, narrow=kind == "narrow"))
    unused = [name for name in data if name not in read]
    if unused:
        raise ScriptError(
            "neither the drawing nor its table uses these data",
            datum=unused[0],
            remedy="draw them, name them in TABLE, or remove them from DATA",
        )
    return {**pictures, "grids": grids}


def _decoded(name: str, value: Any) -> Any:
    try:
        found = decode(value)
    except OpaqueError as error:
        raise ScriptError(
            f"these data cannot be drawn: {error}", datum=name, remedy="draw numbers, texts, arrays, or lists of such"
        ) from None
    if isinstance(found, list | tuple):
        found = _array(found)
    if isinstance(found, np.ndarray):
        # The script draws twice, and both drawings show the same data.
        found.setflags(write=False)
    return found


def _array(items: list[Any] | tuple[Any, ...]) -> Any:
    """An array of a list of numbers, or of such lists of one length; else the list."""
    try:
        array = np.array(items)
    except ValueError:
        return items
    return array if array.dtype.kind in "biuf" else items


def _picture(
    order: dict[str, Any],
    root: Path,
    data: dict[str, Any],
    read: set[str],
    refused: Sequence[tuple[str, str]],
    *,
    narrow: bool,
) -> Picture:
    sheet = Sheet(narrow=narrow)
    path = order["path"]
    place = root / path
    space: dict[str, Any] = {"__name__": order["name"], "__file__": str(place)}
    prefix = f"figure-{order['name']}-{'narrow' if narrow else 'wide'}"
    with rc_context({"svg.hashsalt": prefix}), warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("error", RuntimeWarning)
        try:
            os.chdir(place.parent)
            exec(compile(order["source"], path, "exec"), space)
            space["draw"](sheet, FigureData(data, read))
            text, wrong = sheet.svg()
        except BaseException as error:  # noqa: BLE001 (a script may end with anything)
            raise _raised(error, path, refused) from None
    if refused:
        raise _refused(*refused[0])
    if not any(axes.has_data() for axes in sheet.figure.axes):
        raise ScriptError(
            "`draw` draws nothing",
            expected="a line, a mark or a patch on sheet.axes() or sheet.canvas()",
            remedy="draw the data",
        )
    # Drawn, all ticks have their labels, and all that is plotted its numbers.
    if wrong and not wrong.edge:
        raise ScriptError(
            f"matplotlib labels a logarithmic axis with LaTeX, `{wrong.text}`",
            expected="powers of ten as readers see them",
            remedy="name the powers, as in sheet.powers(axes.yaxis, [-2, -1, 0])",
        )
    for found in find_unsourced_values(sheet, data):
        raise ScriptError(found.message, expected=found.expected, remedy=found.remedy)
    if wrong:
        raise ScriptError(
            f"the text `{wrong.text}` stands over the {wrong.edge} edge of the sheet of {sheet.width} pixels",
            expected="a wider margin, or less text",
            remedy="make room for it, or shorten it",
        )
    try:
        return tidy(text, prefix)
    except ColourError as error:
        roles = "a role, such as ink, muted, loss or activation"
        raise ScriptError(
            f"the colour {error} is the same in every scheme", expected=roles, remedy="name a role"
        ) from None


def _refused(kind: str, message: str, line: int = 0, column: int = 1) -> ScriptError:
    """Something forbidden that a script did."""
    return ScriptError(message, line=line, column=column, remedy=REMEDIES[kind])


def _raised(error: BaseException, path: str, refused: Sequence[tuple[str, str]]) -> ScriptError:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    words = " ".join(str(error).split())
    message = f"{type(error).__name__}: {words}" if words else type(error).__name__
    line, column = (frames[-1].lineno or 0, (frames[-1].colno or 0) + 1) if frames else (0, 1)
    if refused:
        return _refused(*refused[0], line, column)
    return ScriptError(f"this figure cannot be drawn: {message}", line=line, column=column)


def _grid(grid: dict[str, Any], rows: list[int] | None, values: dict[str, Any]) -> dict[str, Any]:
    """A table of the data: its headers and the cells of the rows that are kept."""
    columns = [_column(text, values) for _, text in grid["columns"]]
    length = len(columns[0])
    for (_, text), column in zip(grid["columns"], columns, strict=True):
        if len(column) != length:
            message = f"the column `{text}` of the table has {len(column)} rows, and the first one has {length}"
            raise ScriptError(
                message, cells=text, expected="columns of one length", remedy="take as many values for each column"
            )
    if rows and rows[-1] >= length:
        raise ScriptError(
            f"ROWS keeps row {rows[-1]} of a table that has {length} rows",
            cells=grid["columns"][0][1],
            remedy="list rows that the table has, from zero",
        )
    kept = range(length) if rows is None else rows
    headers = [header for header, _ in grid["columns"]]
    return {
        "caption": grid["caption"],
        "headers": headers,
        "rows": [[column[row] for column in columns] for row in kept],
    }


def _column(text: str, values: dict[str, Any]) -> list[Any]:
    """The cells of a column: numbers, texts and truth values."""
    try:
        found = np.asarray(eval(text.strip(), {"np": np, **values}))
    except BaseException as error:  # noqa: BLE001 (an expression may end with anything)
        raise ScriptError(
            f"this column has no value: {type(error).__name__}: {error}", cells=text, remedy="correct the expression"
        ) from None
    if found.ndim > 1 or found.dtype.kind not in "biufU":
        shape = f"an array of shape {found.shape} and dtype {found.dtype}"
        raise ScriptError(
            f"this is no column of a table: {shape}",
            cells=text,
            expected="numbers or texts in a row",
            remedy="choose a row or a column of it",
        )
    cells: list[Any] = np.atleast_1d(found).tolist()
    return cells
