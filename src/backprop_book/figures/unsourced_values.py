"""unsourced_values: finds plotted values and stated numbers of a drawing that are no entries of its `DATA`.

Only the process that draws imports this module.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, FancyArrow, FancyArrowPatch, Patch, StepPatch
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter
from matplotlib.transforms import Transform

from backprop_book.figures.sheet import Sheet
from backprop_book.numbers import Numeral, agrees, numerals
from backprop_book.scan.book import names_entry

_NOTHING = -1.7976931348623157e308
_LARGE = 2**1000
"""Whole numbers from here on are not compared: a float holds none that is much larger."""
_Slice = tuple[int, int]
"""Start and step of the positions of an entry that are plotted."""


@dataclass(frozen=True, slots=True)
class UnsourcedValue:
    """Something in a drawing that is no entry of its data."""

    message: str
    """The fault."""
    expected: str
    """The values that are allowed there."""
    remedy: str
    """The one thing to do."""


def find_unsourced_values(sheet: Sheet, data: Mapping[str, Any]) -> Iterator[UnsourcedValue]:
    """Find what a drawing plots, colours or writes that is no entry of its data.

    Args:
        sheet: The drawing, laid out.
        data: The entries by their names: numbers, texts, arrays, or lists of such.
    """
    entries = [_DataEntry(name, value) for name, value in data.items()]
    ticks: list[Text] = []
    for axes in sheet.figure.axes:
        plane = _Plane(axes, entries, sheet.surfaces)
        if axes not in sheet.planes:
            yield from plane.unsourced_values()
            yield from plane.misnamed(sheet.heads.get(axes, ""))
        for axis in (axes.xaxis, axes.yaxis):
            ticks += [*axis.get_ticklabels(which="both"), axis.get_offset_text()]
    marks = set(map(id, ticks))
    texts = [each for each in sheet.figure.findobj(Text) if isinstance(each, Text) and id(each) not in marks]
    yield from _unstated([text.get_text() for text in texts if text.get_visible()], entries)


class _DataEntry:
    """An entry of the data."""

    def __init__(self, name: str, value: Any) -> None:
        self.name = name
        leaves = list(_leaves(value))
        self.numbers = [each for each in leaves if not isinstance(each, str)]
        self.texts = [each for each in leaves if isinstance(each, str) and each]
        self.is_single = not isinstance(value, list | tuple) and np.ndim(value) == 0
        self.values = _comparable(self.numbers)
        self.array = (
            np.array(value, dtype=float) if isinstance(value, np.ndarray) and value.dtype.kind in "biuf" else None
        )
        self.rows = [] if self.is_single else list(_rows(value))

    def runs(self, plotted: Any) -> set[_Slice]:
        """The positions at which this entry holds the plotted numbers, in the same order."""
        return {run for row in self.rows for run in _runs(row, plotted)}


def _comparable(numbers: Any) -> Any:
    """Numbers as an array in which each NaN is replaced, so that two of them are equal."""
    values = np.asarray(numbers, dtype=float)
    return np.where(np.isnan(values), _NOTHING, values)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    elif isinstance(value, str | float) or (isinstance(value, int) and abs(value) < _LARGE):
        yield value


def _rows(value: Any) -> Iterator[Any]:
    """The sequences of numbers that may be plotted from an entry: the entry itself, each of its rows, each of its columns."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf" and value.size:
        for axis in range(value.ndim):
            yield from _comparable(np.moveaxis(value, axis, -1).reshape(-1, value.shape[axis]))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _rows(np.array(each) if isinstance(each, list | tuple) and _is_flat(each) else each)


def _is_flat(items: Sequence[Any]) -> bool:
    return all(isinstance(each, int | float) for each in items)


def _runs(row: Any, plotted: Any) -> Iterator[_Slice]:
    """Every start and step of a slice of the row that equals the plotted numbers."""
    count = len(plotted)
    for start in np.flatnonzero(row == plotted[0]).tolist():
        if count == 1:
            yield start, 1
        for end in np.flatnonzero(row[start + 1 :] == plotted[1]).tolist() if count > 1 else ():
            step = end + 1
            if np.array_equal(row[start : start + step * count : step], plotted):
                yield start, step


@dataclass(slots=True)
class _Plane:
    """One plot, with the names of the entries that were found along each of its axes."""

    axes: Axes
    entries: list[_DataEntry]
    surfaces: Mapping[ContourSet, tuple[Any, Any, Any]]
    along: dict[str, set[str]] = field(default_factory=lambda: {"x": set(), "y": set()})

    def unsourced_values(self) -> Iterator[UnsourcedValue]:
        """The plotted values that are no entries."""
        bars = [each for each in self.axes.containers if isinstance(each, BarContainer)]
        for line in self.axes.lines:
            yield from self._line(line)
        for each in bars:
            yield from self._bars(each)
        barred = {id(patch) for each in bars for patch in each.patches}
        for patch in self.axes.patches:
            if id(patch) not in barred and not isinstance(patch, FancyArrow | FancyArrowPatch):
                yield from self._patch(patch)
        for collection in self.axes.collections:
            yield from self._collection(collection)
        for image in self.axes.images:
            yield from self._coloured(image)
        yield from self._ticks("x", self.axes.xaxis)
        yield from self._ticks("y", self.axes.yaxis)

    def misnamed(self, head: str) -> Iterator[UnsourcedValue]:
        """Labels of axes that name no entry which is plotted along them; `head` is what the sheet wrote above the vertical one."""
        for axis, labels in (("x", [self.axes.get_xlabel()]), ("y", [self.axes.get_ylabel(), head])):
            names = self.along[axis]
            for label in filter(None, labels):
                if not any(names_entry(label, name) for name in names):
                    yield UnsourcedValue(
                        f"the label `{label}` names none of the data along its axis",
                        " or ".join(sorted(names)) or f"an entry of DATA that is plotted along {axis}",
                        "plot an entry along the axis, and use its name in the label",
                    )

    def _line(self, line: Line2D) -> Iterator[UnsourcedValue]:
        x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
        yield from self._pairs(x, y, _in_data(line.get_transform(), self.axes))

    def _bars(self, bars: BarContainer) -> Iterator[UnsourcedValue]:
        corners = np.array([each.get_bbox().get_points() for each in bars.patches]).reshape(-1, 2, 2)
        along, across = (1, 0) if bars.orientation == "horizontal" else (0, 1)
        middles, ends = corners[:, :, along].mean(axis=1), corners[:, 1, across]
        x, y = (ends, middles) if along else (middles, ends)
        yield from self._pairs(x, y, (True, True), bars=True)

    def _patch(self, patch: Patch) -> Iterator[UnsourcedValue]:
        """A shape: its corners are numbers of entries, or stand at the edges of the plot; a bar or a circle may be centred on one along x."""
        if isinstance(patch, StepPatch):
            heights, edges, _ = patch.get_data()
            steps = (edges[:-1], heights) if patch.orientation == "vertical" else (heights, edges[:-1])
            yield from self._pairs(*steps, (True, True), bars=True)
            return
        points = patch.get_patch_transform().transform(patch.get_path().vertices)
        if isinstance(patch, Ellipse):
            points = np.array([patch.get_center()], dtype=float)
        points = points[np.isfinite(points).all(axis=1)]
        if not len(points):
            return
        limits = {"x": self.axes.get_xlim(), "y": self.axes.get_ylim()}
        for name, values, is_data in zip("xy", points.T, _in_data(patch.get_transform(), self.axes), strict=True):
            inner = values[~np.isin(values, limits[name])]
            middle = np.array([(values.min() + values.max()) / 2])
            is_free = name == "x" and (_are_positions(inner) or _are_positions(middle) or self._level(name, middle))
            if is_data and not is_free and not self._level(name, inner):
                yield _unplotted(name, values)

    def _collection(self, collection: Collection) -> Iterator[UnsourcedValue]:
        if isinstance(collection, ContourSet) and collection in self.surfaces:
            yield from self._surface(*self.surfaces[collection])
            return
        offsets = np.asarray(collection.get_offsets(), dtype=float)
        if collection.get_offset_transform().contains_branch(self.axes.transData):
            yield from self._pairs(offsets[:, 0], offsets[:, 1], (True, True))
        elif all(_in_data(collection.get_transform(), self.axes)):
            points = np.concatenate([np.empty((0, 2)), *(path.vertices for path in collection.get_paths())])
            yield from self._places(points[:, 0], points[:, 1])
        yield from self._coloured(collection)

    def _surface(self, x: Any, y: Any, surface: Any) -> Iterator[UnsourcedValue]:
        """Contours lie between the numbers of a surface: that has to be an entry as a whole, over entries along both axes."""
        for name, values in (("x", _comparable(x)), ("y", _comparable(y))):
            found = {entry for entry, _ in self._found(values)}
            self.along[name] |= found
            if not found:
                yield _unplotted(name, values)
        if not self._is_whole(surface):
            yield UnsourcedValue(
                f"the surface of the contours is no entry of DATA: {_shown(np.asarray(surface, dtype=float))}",
                "an entry as a whole, with a row for each place along y",
                "give the surface an entry of its own in DATA, computed there",
            )

    def _is_whole(self, values: Any) -> bool:
        whole = np.asarray(values, dtype=float).squeeze()
        return any(each.array is not None and np.array_equal(each.array.squeeze(), whole) for each in self.entries)

    def _coloured(self, artist: Collection | AxesImage) -> Iterator[UnsourcedValue]:
        """Numbers that are shown as colours have to be an entry as a whole."""
        shown = artist.get_array()
        if shown is None:
            return
        if not self._is_whole(shown):
            yield _unplotted("colours", np.asarray(shown, dtype=float))

    def _pairs(self, x: Any, y: Any, in_data: tuple[bool, bool], *, bars: bool = False) -> Iterator[UnsourcedValue]:
        """Points one after the other, each coordinate the number of an entry, both at the same positions."""
        x, y = _comparable(x), _comparable(y)
        if not len(x):
            return
        if not in_data[0] or not in_data[1]:
            # The other coordinate is a part of the plot's width: a level, or a time.
            for name, values, is_data in (("x", x, in_data[0]), ("y", y, in_data[1])):
                if is_data and not self._level(name, values):
                    yield _unplotted(name, values)
            return
        if not bars and len(x) > 1 and (self._is_level("x", x) or self._is_level("y", y)):
            return
        if not bars and len(x) == 2:
            yield from self._places(x, y)
            return
        found = {"x": self._found(x), "y": self._found(y)}
        # Positions 0, 1, 2, ... that matplotlib adds where a script gives none.
        found["x"] |= {("", run) for run in _positions(x)}
        if bars:
            found["y"] |= {("", run) for run in _positions(y)}
        for name, values in (("x", x), ("y", y)):
            if not found[name]:
                yield _unplotted(name, values)
        same = {run for _, run in found["x"]} & {run for _, run in found["y"]}
        single = {name: {entry for entry, run in found[name] if run == _ANYWHERE} for name in found}
        if not same and not any(single.values()):
            yield UnsourcedValue(
                f"x and y of what is plotted are not taken at the same positions of their entries: {_shown(x)} and {_shown(y)}",
                "the same slice of both entries",
                "plot entries of DATA as they are, data.step and data.loss, or the same slice of both",
            )
        for name in found:
            self.along[name] |= single[name] | {
                entry for entry, run in found[name] if run in same or any(single.values())
            }
            self.along[name].discard("")

    def _found(self, values: Any) -> set[tuple[str, _Slice]]:
        found = {(each.name, run) for each in self.entries for run in each.runs(values)}
        if len(values) == 1:
            found |= {(each.name, _ANYWHERE) for each in self.entries if each.is_single and values[0] in each.values}
        return found

    def _places(self, x: Any, y: Any) -> Iterator[UnsourcedValue]:
        """Corners of a surface, or the ends of a stretch: each is an entry's number, or zero."""
        for name, values in (("x", x), ("y", y)):
            if not self._level(name, values) and not (name == "x" and _are_positions(values)):
                yield _unplotted(name, values)

    def _level(self, name: str, values: Any) -> bool:
        """Whether each number is one of an entry, or zero."""
        rest = set(np.unique(values).tolist()) - {0.0}
        holders = [each for each in self.entries if rest.intersection(each.values.tolist())]
        self.along[name] |= {each.name for each in holders}
        return rest <= {number for each in holders for number in each.values.tolist()}

    def _is_level(self, name: str, values: Any) -> bool:
        return len(set(values.tolist())) == 1 and self._level(name, values)

    def _ticks(self, name: str, axis: Axis) -> Iterator[UnsourcedValue]:
        """Labels of ticks that the script wrote: each is the number at its tick, or together they are an entry."""
        if not isinstance(axis.get_major_formatter(), FixedFormatter | FuncFormatter):
            return
        places = [float(place) for place in axis.get_majorticklocs()]
        labels = [label.get_text() for label in axis.get_majorticklabels()]
        stated = [numerals(_without_texts(label, self.entries)) for label in labels]
        if all(agrees(numeral, place) for found, place in zip(stated, places, strict=False) for numeral in found):
            return
        said = [found[0] for found in stated if len(found) == 1]
        for entry in self.entries:
            for row in entry.rows if len(said) == len(stated) and places == list(range(len(places))) else ():
                if len(row) == len(said) and all(map(agrees, said, row.tolist())):
                    self.along[name].add(entry.name)
                    return
        yield UnsourcedValue(
            f"the labels of the {name} axis are not what stands at their ticks: {', '.join(labels)}",
            "the numbers of the ticks, or those of one entry of DATA in its order, at 0, 1, 2 and so on",
            "let matplotlib write the labels, or take them from an entry",
        )


_ANYWHERE: _Slice = (-1, 0)
"""The position of a single number, which fits any other position."""


def _in_data(transform: Transform, axes: Axes) -> tuple[bool, bool]:
    """Whether the coordinates of something are those of the data, and not parts of the plot's width or height."""
    x, y = transform.contains_branch_seperately(axes.transData)
    return bool(x), bool(y)


def _positions(values: Any) -> set[_Slice]:
    if np.array_equal(values, np.arange(len(values)) + values[0]) and values[0] >= 0 and values[0] % 1 == 0:
        return {(int(values[0]), 1)}
    return set()


def _are_positions(values: Any) -> bool:
    """Whether numbers may be nothing but positions in an entry."""
    return bool(np.all((values >= 0) & (values % 1 == 0)))


def _unplotted(name: str, values: Any) -> UnsourcedValue:
    return UnsourcedValue(
        f"what is plotted along {name} is no entry of DATA: {_shown(values)}",
        "an entry as it is, a row or a column of one, or a slice of these",
        "give what is plotted an entry of its own in DATA, computed there",
    )


def _shown(values: Any) -> str:
    first = [f"{value:.4g}" for value in np.ravel(values)[:4]]
    return ", ".join(first) + (", ..." if np.size(values) > len(first) else "")


def _without_texts(text: str, entries: Iterable[_DataEntry]) -> str:
    known = {each for entry in entries for each in entry.texts}
    for each in sorted(known, key=len, reverse=True):
        text = text.replace(each, " ")
    return text


def _unstated(texts: Sequence[str], entries: Sequence[_DataEntry]) -> Iterator[UnsourcedValue]:
    """Texts with a number that is neither a single entry nor part of an entry whose numbers are all stated."""
    stated = [(text, numeral) for text in texts for numeral in numerals(_without_texts(text, entries))]
    every = [numeral for _, numeral in stated]
    known = [entry for entry in entries if entry.numbers and (entry.is_single or _states_all(every, entry))]
    for text, numeral in stated:
        if not any(agrees(numeral, number) for entry in known for number in entry.numbers):
            yield UnsourcedValue(
                f"the text `{text}` states a number that is no entry of DATA: {numeral.text}",
                "a single number of DATA, or each number of an entry",
                "give this number an entry of its own in DATA, computed there",
            )


def _states_all(stated: Iterable[Numeral], entry: _DataEntry) -> bool:
    """Whether the numbers of an entry are all stated, each as often as it stands in the entry."""
    left = list(stated)
    for number in entry.numbers:
        found = next((numeral for numeral in left if agrees(numeral, number)), None)
        if found is None:
            return False
        left.remove(found)
    return True
