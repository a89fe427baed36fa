"""What a figure may plot and state: entries of its data, unchanged."""

import pytest
from shown import gallery, show

from backprop_book.core.problems import Problem
from backprop_book.run import Tracer
from small_book import SNIPPET, Book

DATA = {
    "loss": "series(descent.loss)",
    "step": "series(descent.step)",
    "last": "descent.loss",
    "falls": "(descent.loss, 0.25)",
    "grid": "[descent.losses, [5.0, 5.0, 6.0, 7.0]]",
    "ragged": "[[descent.losses[0], 0.25], [descent.losses[1]], [], [float('nan'), None, 'up']]",
    "odd": "[10**400, {'a': descent.rate}, 1j]",
    "cube": "[[[descent.rate, 20.0]]]",
    "place": "f'in {len(descent.losses)} steps'",
}


def script(draw: str, labels: str = "") -> str:
    """A figure that reads all of the data, and draws."""
    entries = "".join(f'    "{name}": "{expression}",\n' for name, expression in DATA.items())
    read = ", ".join(f"data.{name}" for name in DATA)
    return f'"""It falls."""\n\nimport numpy as np\n\nDATA = {{\n{entries}}}\nTABLE = {{"loss": "loss"}}\n\n\ndef draw(sheet, data):\n    {read}\n    axes = sheet.axes(200, right=240{labels})\n    axes.set_prop_cycle(color=["loss"])\n    {draw}\n'


LINE = "axes.plot(data.step, data.loss, color='loss')"
SHAPES = (
    "from matplotlib.patches import Circle, Polygon, Rectangle; "
    "axes.add_patch(Rectangle((0.6, 0), 0.8, {0}, color='loss')); axes.add_patch(Rectangle((1, 0), 1, {0}, color='loss')); "
    "axes.add_patch(Circle((2, {0}), 0.1, color='loss')); axes.add_patch(Polygon([(0, 0), (1, {0}), (2, 0)], color='loss'))"
)
GOOD = {
    "line": (LINE, ", x='step', y='the losses'"),
    "positions": ("axes.plot(data.loss, color='loss')", ", y='loss'"),
    "slices": (f"{LINE}; axes.plot(data.step[1:], data.loss[1:]); axes.plot(data.step[::2], data.loss[::2])", ""),
    "rows": ("axes.plot(data.grid[0], data.grid[1]); axes.plot(data.grid[:, 1]); axes.plot(data.cube[0, 0])", ""),
    "ragged": ("axes.plot(data.ragged[0]); axes.plot([data.ragged[3][0], data.last])", ""),
    "marker": (f"{LINE}; axes.plot(data.step[2], data.loss[2], 'o'); axes.plot(3, data.last, 'o')", ""),
    "levels": (f"{LINE}; axes.axhline(0, color='ink'); axes.axhline(data.last, color='ink'); axes.axvline(2, color='ink'); axes.plot([0.5, 1.5], [0, 0])", ""),
    "stretch": ("axes.plot([0, 1], [0, data.last])", ""),
    "points": ("axes.scatter(data.step, data.loss)", ", x='step'"),
    "bars": ("axes.bar(data.step, data.loss)", ", x='step', y='loss'"),
    "names": ("axes.bar(['a', 'b', 'c', 'd'], data.loss)", ""),
    "lying": ("axes.barh(data.step, data.loss)", ", x='loss', y='step'"),
    "surface": ("axes.fill_between(data.step, data.loss); axes.vlines(data.step, 0, data.loss, color='loss')", ""),
    "empty": (f"{LINE}; axes.plot([], []); axes.bar([], []); axes.scatter([], []); axes.fill_between([], []); axes.fill([], [])", ""),
    "single": (f"{LINE}; sheet.label(axes, f'down to {{data.last:.2f}}, {{data.last:.0%}} {{data.place}}', (3, data.last))", ""),
    "every": (f"{LINE}; [sheet.label(axes, f'{{loss:.2f}}', (step, loss)) for step, loss in zip(data.step, data.loss)]", ""),
    "ticks": (f"{LINE}; axes.set_xticks(data.step, [f'{{step}}' for step in data.step]); axes.set_yscale('log'); sheet.powers(axes.yaxis, [0, -1])", ""),
    "categories": ("axes.plot(range(4), np.zeros(4)); axes.set_ylim(0, 1); axes.set_xticks(range(4), [f'{loss:.1f}' for loss in data.loss])", ", x='loss'"),
    "repeated": ("axes.plot(data.step[1:], data.grid[1, 1:])", ", x='step', y='grid'"),
    "shade": (f"{LINE}; axes.fill_between([0, 1], [0.7, 0.7], transform=axes.transAxes, color='grid')", ""),
    "image": ("axes.imshow(data.grid, cmap='gray')", ""),
    "far": (f"{LINE}; axes.hlines([data.last], 0, 30, color='loss')", ""),
    "words": (f"{LINE}; axes.set_xticks(data.step, ['a', 'b', 'c', 'd']); axes.axhspan(0, data.last, color='grid'); axes.set_ylabel('loss')", ""),
    "steps": ("axes.stairs(data.loss[:3], data.step); axes.stairs(data.loss[:3], data.step, orientation='horizontal')", ""),
    "shapes": (f"{LINE}; {SHAPES.format('data.last')}; axes.arrow(0.1, 0.2, 0.3, 0.4)", ""),
    "spans": (f"{LINE}; axes.set(xlim=(0, 3.5), ylim=(0.3, 1)); axes.axvspan(data.step[1], 3.5, color='grid'); axes.axhspan(0.3, data.last, color='grid')", ""),
    "contours": ("sheet.contours(axes, data.step, data.falls, data.grid, [2, 4], color='loss')", ", x='step', y='falls'"),
    "diagram": ("sheet.canvas(100).plot([3, 9], [4, 5], color='ink'); axes.plot(data.loss)", ""),
}  # fmt: skip
PLOTTED = "what is plotted along {} is no entry of DATA: {}"
BAD = {
    "scaled": ("axes.plot(data.step, data.loss * 2)", "", PLOTTED.format("y", "1.613, 1.452, 1.307, 1.176")),
    "turned": ("axes.plot(data.step, data.loss[::-1])", "", PLOTTED.format("y", "0.588, 0.6534, 0.726, 0.8066")),
    "moved": ("axes.plot(data.step + 0.5, data.loss)", "", PLOTTED.format("x", "0.5, 1.5, 2.5, 3.5")),
    "shifted": (
        "axes.plot(data.step[1:], data.loss[:-1])", "",
        "x and y of what is plotted are not taken at the same positions of their entries: 1, 2, 3 and 0.8066, 0.726, 0.6534",
    ),
    "misplaced": (
        "axes.plot(data.step[2], data.loss[1], 'o')", "",
        "x and y of what is plotted are not taken at the same positions of their entries: 2 and 0.726",
    ),
    "literal": ("axes.plot([3, 2, 1])", "", PLOTTED.format("y", "3, 2, 1")),
    "between": ("axes.plot([0, 1], [0, 0.7])", "", PLOTTED.format("y", "0, 0.7")),
    "level": ("axes.plot(data.loss); axes.axhline(0.7)", "", PLOTTED.format("y", "0.7, 0.7")),
    "scattered": ("axes.scatter(data.step, data.loss * 2)", "", PLOTTED.format("y", "1.613, 1.452, 1.307, 1.176")),
    "barred": ("axes.bar(data.step, data.loss[::-1])", "", PLOTTED.format("y", "0.588, 0.6534, 0.726, 0.8066")),
    "filled": ("axes.fill_between(data.step, data.loss * 2)", "", PLOTTED.format("y", "0, 1.613, 1.452, 1.307, ...")),
    "counted": ("axes.hist(data.loss, bins=2)", "", PLOTTED.format("x", "0.6427, 0.752")),
    "outlined": ("axes.hist(data.loss, bins=2, histtype='step')", "", PLOTTED.format("x", "0.588, 0.588, 0.6973, 0.6973, ...")),
    "stepped": ("axes.stairs(data.loss[2::-1], data.step)", "", PLOTTED.format("y", "0.6534, 0.726, 0.8066")),
    "spanned": (f"{LINE}; axes.axhspan(0.1, 0.2, color='grid')", "", PLOTTED.format("y", "0.1, 0.1, 0.2, 0.2, ...")),
    "boxed": (
        f"{LINE}; from matplotlib.patches import Rectangle; axes.add_patch(Rectangle((0.6, 0), 0.8, data.last * 2, color='loss'))", "",
        PLOTTED.format("y", "0, 0, 1.176, 1.176, ..."),
    ),
    "circled": (
        f"{LINE}; from matplotlib.patches import Circle; axes.add_patch(Circle((2, data.last * 2), 0.1, color='loss'))", "",
        PLOTTED.format("y", "1.176"),
    ),
    "walled": (f"{LINE}; axes.axvspan(0.2, 0.7, color='grid')", "", PLOTTED.format("x", "0.2, 0.7, 0.7, 0.2, ...")),
    "coloured": ("axes.imshow(data.grid * 2, cmap='gray')", "", PLOTTED.format("colours", "1.613, 1.452, 1.307, 1.176, ...")),
    "raised": (
        "sheet.contours(axes, data.step, data.falls, data.grid * 2, [2, 4], color='loss')", "",
        "the surface of the contours is no entry of DATA: 1.613, 1.452, 1.307, 1.176, ...",
    ),
    "pulled": (
        "sheet.contours(axes, data.step * 2, data.falls, data.grid, [2, 4], color='loss')", "",
        PLOTTED.format("x", "0, 2, 4, 6"),
    ),
    "contoured": ("axes.contour(data.step, [0, 1], data.grid, levels=[3], colors='loss')", "", PLOTTED.format("y", "0.5231, 0.5321, 0.4389, 0.3762")),
    "named": (LINE, ", x='rate', y='accuracy'", "the label `rate` names none of the data along its axis"),
    "swapped": (LINE, ", x='step', y='step'", "the label `step` names none of the data along its axis"),
    "written": (f"{LINE}; axes.set_ylabel('rate')", "", "the label `rate` names none of the data along its axis"),
    "headed": ("axes.plot([0, 1], [0, 0])", ", y='loss'", "the label `loss` names none of the data along its axis"),
    "stated": (
        f"{LINE}; sheet.label(axes, f'at {{data.loss[1]:.2f}}', (1, 0.7))", "",
        "the text `at 0.73` states a number that is no entry of DATA: 0.73",
    ),
    "half": (
        f"{LINE}; [sheet.label(axes, f'{{loss:.2f}}', (step, loss)) for step, loss in zip(data.step[1:], data.loss[1:])]", "",
        "the text `0.73` states a number that is no entry of DATA: 0.73",
    ),
    "doubled": (f"{LINE}; axes.set_title(f'{{data.last * 2:.2f}}')", "", "the text `1.18` states a number that is no entry of DATA: 1.18"),
    "ticked": (
        f"{LINE}; axes.set_xticks(data.step, [f'{{step + 1}}' for step in data.step])", "",
        "the labels of the x axis are not what stands at their ticks: 1, 2, 3, 4",
    ),
    "mixed": (
        f"{LINE}; axes.set_yticks(data.loss, [f'{{loss:.1f}}' for loss in data.loss[::-1]])", "",
        "the labels of the y axis are not what stands at their ticks: 0.6, 0.7, 0.7, 0.8",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory, tracer: Tracer) -> tuple[Problem, ...]:
    """What is wrong with all figures, from one gallery."""
    book = Book(tmp_path_factory.mktemp("held"), tracer)
    book.write("pyproject.toml", "[tool.backprop_book]\nverified = []\n")
    book.write("snippets/descent.py", SNIPPET)
    scripts = {name: script(draw, labels) for name, (draw, labels) in GOOD.items()}
    show(book, **scripts, **{name: script(draw, labels) for name, (draw, labels, _) in BAD.items()})
    found = gallery(book)
    assert found.verifier.problems() == ()
    return found.problems()


@pytest.mark.parametrize("name", GOOD)
def test_entries_may_be_drawn_in_many_ways(problems: tuple[Problem, ...], name: str) -> None:
    assert [str(each) for each in problems if each.path == f"figures/{name}.py"] == []


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_entry_is_refused(problems: tuple[Problem, ...], name: str) -> None:
    assert [each.message for each in problems if each.path == f"figures/{name}.py"] == [BAD[name][2]]
