"""sheet: what a script draws on. Only the child imports this module, because it imports matplotlib."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from math import log10
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import get_named_colors_mapping
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from backprop_book.figures.svg import PLACEHOLDERS

WIDE = 680
"""Width of the drawing for wide windows and for print, in pixels."""
NARROW = 340
"""Width of the drawing for telephones, in pixels."""
_PER_INCH = 72
"""Dots per inch: with this many, a point of matplotlib is a pixel of the page."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_STYLE = {
    "axes.edgecolor": "muted",
    "axes.facecolor": "none",
    "axes.labelcolor": "muted",
    "axes.labelsize": 13,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "none",
    "font.size": 13,
    "grid.color": "grid",
    "grid.linewidth": 0.8,
    "hatch.color": "muted",
    "lines.dashed_pattern": (5, 4),
    "lines.linewidth": 2.0,
    "lines.scale_dashes": False,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "ink",
    "patch.facecolor": "none",
    "svg.fonttype": "none",
    "text.color": "ink",
    "text.parse_math": False,
    "xtick.color": "muted",
    "xtick.labelsize": 12,
    "xtick.major.size": 4,
    "ytick.color": "muted",
    "ytick.labelsize": 12,
    "ytick.major.size": 4,
}


@dataclass(frozen=True, slots=True)
class TextProblem:
    """A text that readers would not see as it is meant."""

    text: str
    """The text."""
    edge: str
    """The edge of the sheet that it crosses; empty for a label of a logarithmic axis that matplotlib wrote in LaTeX."""


def prepare() -> None:
    """Give matplotlib the roles as colours and the style of the book, whatever the settings of the machine are."""
    get_named_colors_mapping().update(PLACEHOLDERS)
    mpl.rcdefaults()
    mpl.rcParams.update(_STYLE)  # type: ignore[arg-type]


class Sheet:
    """The sheet on which a script draws, of a given width. All lengths are pixels of the page."""

    def __init__(self, *, narrow: bool) -> None:
        self.narrow = narrow
        """Whether this is the drawing for telephones: the script may then label less, or stack what else stands side by side."""
        self.width = NARROW if narrow else WIDE
        """How wide it is."""
        self.height = 0.0
        """How high it is; what is laid out last decides."""
        self.figure = Figure(figsize=(self.width / _PER_INCH, 1), dpi=_PER_INCH)
        """The figure of matplotlib."""
        self.planes: set[Axes] = set()
        """The plots that are planes for diagrams, whose coordinates are pixels."""
        self.heads: dict[Axes, str] = {}
        """Labels above the vertical axes of plots."""
        self.surfaces: dict[ContourSet, tuple[Any, Any, Any]] = {}
        """The contours of plots, with the numbers from which they were computed: along x, along y, and the surface."""

    def axes(self, height: float, *, x: str = "", y: str = "", **margins: float) -> Axes:
        """Lay out one plot on a sheet of a height.

        Args:
            height: Height of the whole sheet.
            x: What the horizontal axis counts; written below its right end.
            y: What the vertical axis measures; written above it, so that nobody has to turn the head.
            margins: `left`, `right`, `top` and `bottom`, as those of `panels`.
        """
        return self.panels(1, 1, height, x=x, y=[y], **margins)[0]

    def panels(
        self,
        rows: int,
        columns: int,
        height: float,
        *,
        x: str = "",
        y: Sequence[str] = (),
        left: float = 52,
        right: float = 16,
        top: float = 30,
        bottom: float = 44,
        gap: float = 40,
    ) -> list[Axes]:
        """Lay out several plots in rows and columns.

        Args:
            rows: How many rows.
            columns: How many columns.
            height: Height of the whole sheet.
            x: What the horizontal axes count.
            y: For each plot, what stands above its upper left corner.
            left: Margin for the labels of the vertical axis.
            right: Margin for labels at the ends of lines.
            top: Margin above the plots.
            bottom: Margin for the labels of the horizontal axis.
            gap: Space between two plots, both ways.

        Returns:
            The plots, row by row.
        """
        self._resize(height)
        wide = (self.width - left - right - gap * (columns - 1)) / columns
        high = (height - top - bottom - gap * (rows - 1)) / rows
        found = []
        for number in range(rows * columns):
            row, column = divmod(number, columns)
            lower = height - top - high - row * (high + gap)
            box = (left + column * (wide + gap)) / self.width, lower / height, wide / self.width, high / height
            plot = self.figure.add_axes(box)
            plot.set_axisbelow(True)
            if x and row == rows - 1:
                plot.set_xlabel(x, loc="right")
            if number < len(y) and y[number]:
                self.heads[plot] = y[number]
                shift = (-left + 4 if column == 0 else 0, 12)
                plot.annotate(
                    y[number], (0, 1), shift, "axes fraction", "offset points", color="muted", ha="left", va="bottom"
                )
            found.append(plot)
        return found

    def contours(
        self, axes: Axes, x: Any, y: Any, surface: Any, levels: Sequence[float], *, color: str, lw: float = 1.2
    ) -> ContourSet:
        """Draw the lines along which a surface has the same height.

        Args:
            axes: The plot.
            x: Where the columns of the surface stand.
            y: Where its rows stand.
            surface: The height at each of these places, a row for each y.
            levels: The heights of the lines, ascending.
            color: A role.
            lw: Width of the lines, in pixels.

        Returns:
            The lines, whose vertices tell where a label fits.
        """
        found = axes.contour(x, y, surface, levels=levels, colors=color, linewidths=lw)
        self.surfaces[found] = x, y, surface
        return found

    def canvas(self, height: float) -> Axes:
        """Lay out a plane without axes, whose coordinates are pixels from the upper left corner: for diagrams."""
        self._resize(height)
        plane = self.figure.add_axes((0, 0, 1, 1))
        plane.set(xlim=(0, self.width), ylim=(height, 0))
        plane.set_axis_off()
        self.planes.add(plane)
        return plane

    def label(
        self,
        axes: Axes,
        text: str,
        at: tuple[float, float],
        *,
        by: tuple[float, float] = (0, 0),
        color: str = "ink",
        ha: Literal["left", "center", "right"] = "left",
        va: Literal["top", "center", "bottom", "baseline"] = "center",
        size: float = 13,
        clear: bool = False,
    ) -> None:
        """Write beside a point, in one or several lines.

        Args:
            axes: The plot.
            text: What to write.
            at: The point, in the units of the plot.
            by: How far from it, in pixels to the right and upwards.
            color: A role.
            ha: Which part of the text is there.
            va: The same, vertically.
            size: Height of the letters.
            clear: Whether the text stands on a patch of paper, because lines run below it.
        """
        # matplotlib would align the lines of one text by widths that it guesses; the browser aligns single lines.
        lines = text.split("\n")
        height = size * 1.25
        first = {"top": 0.0, "center": (len(lines) - 1) / 2, "bottom": len(lines) - 1.0, "baseline": 0.0}[va]
        box = {"boxstyle": "square,pad=0.1", "fc": "paper", "ec": "none", "alpha": 0.8} if clear else None
        for number, line in enumerate(lines):
            shift = (by[0], by[1] + (first - number) * height)
            axes.annotate(
                line, at, shift, textcoords="offset points", color=color, ha=ha, va=va, size=size, bbox=box, zorder=3.5,
                annotation_clip=False,
            )  # fmt: skip

    def ends(
        self,
        axes: Axes,
        labels: Sequence[tuple[str, float, float]],
        *,
        color: str = "ink",
        gap: float = 15,
        size: float = 13,
    ) -> None:
        """Write beside the right ends of lines, and push apart what would overlap. The limits of the axes are set before.

        Args:
            axes: The plot.
            labels: For each line, its name and the point at which it ends.
            color: A role.
            gap: The least distance of two labels, in pixels.
            size: Height of the letters.
        """
        found = sorted((axes.transData.transform((x, y))[1], text, x, y) for text, x, y in labels)
        heights: list[float] = []
        for height, *_ in found:
            heights.append(max(height, heights[-1] + gap) if heights else height)
        # All were pushed up; labels that touch move down together, so that the middle of each group stays.
        start = 0
        for number in range(1, len(found) + 1):
            if number == len(found) or heights[number] - heights[number - 1] > gap:
                excess = sum(heights[k] - found[k][0] for k in range(start, number)) / (number - start)
                heights[start:number] = [height - excess for height in heights[start:number]]
                start = number
        for shown, (height, text, x, y) in zip(heights, found, strict=True):
            self.label(axes, text, (x, y), by=(8, shown - height), color=color, size=size)

    def powers(self, axis: Axis, exponents: Sequence[int]) -> None:
        """Mark powers of ten on a logarithmic axis: 100, 10, 1, 0.1, 0.01, and beyond these as powers."""
        axis.set_major_locator(FixedLocator([10.0**exponent for exponent in exponents]))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: power(value)))

    def svg(self) -> tuple[str, TextProblem | None]:
        """Return the drawing as SVG, and a text that readers would not see as it is meant, if there is one."""
        file = StringIO()
        renderer = _Measuring(self.width, self.height, file)
        self.figure.draw(renderer)
        renderer.finalize()  # type: ignore[no-untyped-call]
        return file.getvalue(), renderer.problem

    def _resize(self, height: float) -> None:
        self.height = height
        self.figure.set_size_inches(self.width / _PER_INCH, height / _PER_INCH)


class _Measuring(RendererSVG):
    """Draws an SVG, measures its texts, and records one that stands over an edge of the sheet, or shows its LaTeX."""

    def __init__(self, width: float, height: float, file: StringIO) -> None:
        super().__init__(width, height, file, image_dpi=_PER_INCH, metadata={"Date": None})  # type: ignore[no-untyped-call]
        self.problem: TextProblem | None = None

    def draw_text(self, *arguments: Any, mtext: Any = None, **options: Any) -> None:
        """Draw a text, and look where it stands; matplotlib calls this for the texts that show."""
        draw: Any = super().draw_text
        draw(*arguments, mtext=mtext, **options)
        box, text = mtext.get_window_extent(self), str(mtext.get_text())
        over = {
            "left": box.x0 < -1,
            "lower": box.y0 < -1,
            "right": box.x1 > self.width + 1,
            "upper": box.y1 > self.height + 1,
        }
        # The formatter of logarithmic axes writes LaTeX, which `text.parse_math` would turn into shapes without text.
        if r"\mathdefault" in text:
            self.problem = TextProblem(text, "")
        elif any(over.values()):
            self.problem = TextProblem(text, next(edge for edge, is_over in over.items() if is_over))


def signed(value: float, form: str) -> str:
    """A number in a format, with a real minus sign, and none before a zero."""
    text = f"{value:{form}}"
    return text.replace("-", "−" if any(digit in "123456789" for digit in text.partition("e")[0]) else "")


def power(value: float) -> str:
    """A power of ten as it is written at an axis."""
    exponent = round(log10(value))
    return f"{10.0**exponent:g}" if -2 <= exponent <= 2 else f"10{str(exponent).translate(_RAISED)}"
