"""Figures drawn by a real child process from the values of real runs."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from shown import GOOD, gallery, sample, show

from backprop_book.core.problems import Problem
from backprop_book.figures import DataTable, Drawing, Gallery
from backprop_book.run import Tracer
from backprop_book.site.edit_session import EditSession
from small_book import SNIPPET, Book

OTHER = "seen = 1\n"


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory, tracer: Tracer) -> dict[str, Drawing]:
    """The drawings of the sample scripts, all from one child."""
    book = Book(tmp_path_factory.mktemp("samples"), tracer)
    book.write("pyproject.toml", "[tool.backprop_book]\nverified = []\n")
    book.write("snippets/descent.py", SNIPPET)
    book.write("snippets/other.py", OTHER)
    show(book, falling=sample("falling"), panels=sample("panels"))
    found = gallery(book)
    assert [str(problem) for problem in found.problems()] == []
    return {name: picture(found, name) for name in ("falling", "panels")}


def picture(found: Gallery, name: str) -> Drawing:
    """A figure that a script draws."""
    drawn = found.drawing(name)
    assert isinstance(drawn, Drawing)
    return drawn


def test_a_drawing_has_two_widths_and_a_title(drawings: dict[str, Drawing]) -> None:
    drawn = drawings["falling"]
    assert drawn.title == "How it falls"
    assert (drawn.wide.width, drawn.wide.height) == (680, 240)
    assert (drawn.narrow.width, drawn.narrow.height) == (340, 200)


def test_tables_hold_the_rows_that_are_kept_at_full_precision(drawings: dict[str, Drawing]) -> None:
    assert drawings["falling"].tables == (
        DataTable(
            "",
            ("step", "loss", "small", "rate"),
            ((0, 0.806625, False, 0.1), (2, 0.65336625, True, 0.1), (3, 0.588029625, True, 0.1)),
        ),
    )
    losses, others = drawings["panels"].tables
    assert (losses.caption, len(losses.rows)) == ("Losses", 4)
    assert [row[0] for row in others.rows] == ["sum", "both"]
    assert [row[1] for row in others.rows] == pytest.approx([0.688029625, 0.588029625])


def test_texts_stay_texts_and_colours_are_given_by_the_page(drawings: dict[str, Drawing]) -> None:
    body = drawings["falling"].wide.body
    for text in (
        ">3/4</text>",
        ">step</text>",
        ">loss</text>",
        ">1</text>",
        ">0.1</text>",
        ">up</text>",
        ">&amp; down</text>",
    ):
        assert text in body
    for name in ("--bb-sym-loss", "--bb-accent", "--bb-fig-ink", "--bb-fig-muted", "--bb-fig-paper"):
        assert f"var({name})" in body
    for text in (">−0.69</text>", ">0.0</text>", ">2e−10</text>"):
        assert text in drawings["panels"].narrow.body


def test_labels_at_the_ends_of_lines_stand_apart(drawings: dict[str, Drawing]) -> None:
    texts = BeautifulSoup(drawings["panels"].wide.body, "html.parser").select("text")
    heights = {text.get_text(): float(str(text["y"])) for text in texts}
    ones, twos, threes, fours = (heights[name] for name in ("a", "b", "c", "d"))
    # Letters differ a little in height. Those that would overlap share the way, so that the middle one hardly moves.
    assert ones - twos == pytest.approx(15, abs=1)
    assert twos - threes == pytest.approx(15, abs=1)
    assert fours - ones > 15


def test_ids_of_all_drawings_differ(drawings: dict[str, Drawing]) -> None:
    ids = [
        element["id"]
        for name, drawn in drawings.items()
        for picture in (drawn.wide, drawn.narrow)
        for element in BeautifulSoup(picture.body, "html.parser").select("[id]")
    ]
    assert len(ids) == len(set(ids)) > 4
    assert all(str(ident).startswith(("figure-falling-", "figure-panels-")) for ident in ids)


def test_drawings_are_reproducible(drawings: dict[str, Drawing], book: Book) -> None:
    book.write("snippets/other.py", OTHER)
    show(book, panels=sample("panels"), falling=sample("falling"))
    again = gallery(book)
    assert {name: again.drawing(name) for name in drawings} == drawings


def script(draw: str, data: str = '{"loss": "series(descent.loss)"}', more: str = "") -> str:
    """A script whose body of `draw` begins in line 9."""
    body = "\n".join(f"    {line}" for line in draw.split("\n"))
    return f'"""It falls."""\n\nDATA = {data}\n{more}\n\ndef draw(sheet, data):\n    """Draw it."""\n    axes = sheet.axes(200)\n{body}\n'


PLOT = "axes.plot(data.loss, color='loss')"
BAD: dict[str, tuple[str, str]] = {
    "exception": (
        script(f"{PLOT}\n1 / 0"),
        """\
figures/exception.py:10:5: this figure cannot be drawn: ZeroDivisionError: division by zero
    remedy:   mend figures/exception.py""",
    ),
    "bare": (
        script("raise KeyError"),
        """\
figures/bare.py:9:5: this figure cannot be drawn: KeyError
    remedy:   mend figures/bare.py""",
    ),
    "exits": (
        script("raise SystemExit('no')"),
        """\
figures/exits.py:9:5: this figure cannot be drawn: SystemExit: no
    remedy:   mend figures/exits.py""",
    ),
    "library": (
        script("axes.plot([1, 2], [3])"),
        """\
figures/library.py:9:5: this figure cannot be drawn: ValueError: x and y must have same first dimension, but have shapes (2,) and (1,)
    remedy:   mend figures/library.py""",
    ),
    "outside": (
        script(f"{PLOT}\naxes.xaxis.set_major_formatter(lambda value, place: value.none)"),
        """\
figures/outside.py:10:57: this figure cannot be drawn: AttributeError: 'numpy.float64' object has no attribute 'none'
    remedy:   mend figures/outside.py""",
    ),
    "warns": (
        script("axes.plot([1], label='_a')\naxes.legend()"),
        """\
figures/warns.py:10:5: this figure cannot be drawn: UserWarning: No artists with labels found to put in legend. Note that \
artists whose label start with an underscore are ignored when legend() is called with no argument.
    remedy:   mend figures/warns.py""",
    ),
    "changes": (
        script("data.loss[0] = 1"),
        """\
figures/changes.py:9:5: this figure cannot be drawn: ValueError: assignment destination is read-only
    remedy:   mend figures/changes.py""",
    ),
    "misread": (
        script("axes.plot(data.los)"),
        """\
figures/misread.py:9:15: this figure cannot be drawn: AttributeError: there are no data los: did you mean loss?
    remedy:   mend figures/misread.py""",
    ),
    "unread": (
        script("axes.plot(data.xyz)"),
        """\
figures/unread.py:9:15: this figure cannot be drawn: AttributeError: there are no data xyz: there are loss
    remedy:   mend figures/unread.py""",
    ),
    "nothing": (
        script("data.loss"),
        """\
figures/nothing.py:6:1: `draw` draws nothing
    expected: a line, a mark or a patch on sheet.axes() or sheet.canvas()
    remedy:   draw the data""",
    ),
    "unused": (
        script(PLOT, '{"loss": "series(descent.loss)", "rate": "descent.rate"}', 'TABLE = {"loss": "loss"}'),
        """\
figures/unused.py:3:49: neither the drawing nor its table uses these data
    found:    rate
    remedy:   draw them, name them in TABLE, or remove them from DATA""",
    ),
    "coloured": (
        script("axes.plot(data.loss, color='red')"),
        """\
figures/coloured.py:6:1: the colour #ff0000 is the same in every scheme
    expected: a role, such as ink, muted, loss or activation
    remedy:   name a role""",
    ),
    "black": (
        script("axes.plot(data.loss, 'o', color='loss', mfc='black')"),
        """\
figures/black.py:6:1: the colour #000000 is the same in every scheme
    expected: a role, such as ink, muted, loss or activation
    remedy:   name a role""",
    ),
    "wordy": (
        script(f"{PLOT}\nsheet.label(axes, 'a long story', (3, data.loss[3]))"),
        """\
figures/wordy.py:6:1: the text `a long story` stands over the right edge of the sheet of 680 pixels
    expected: a wider margin, or less text
    remedy:   make room for it, or shorten it""",
    ),
    "logarithmic": (
        script(f"{PLOT}\naxes.set_yscale('log')"),
        """\
figures/logarithmic.py:6:1: matplotlib labels a logarithmic axis with LaTeX, `$\\mathdefault{8\\times10^{-1}}$`
    expected: powers of ten as readers see them
    remedy:   name the powers, as in sheet.powers(axes.yaxis, [-2, -1, 0])""",
    ),
    "uneven": (
        script(PLOT, more="TABLE = {'word': '[\"a\", \"b\"]', 'loss': 'loss'}"),
        """\
figures/uneven.py:4:40: the column `loss` of the table has 4 rows, and the first one has 2
    found:    loss
    expected: columns of one length
    remedy:   take as many values for each column""",
    ),
    "short": (
        script(PLOT, more="ROWS = [0, 9]"),
        """\
figures/short.py:3:17: ROWS keeps row 9 of a table that has 4 rows
    found:    loss
    remedy:   list rows that the table has, from zero""",
    ),
    "fails": (
        script(PLOT, more='TABLE = {"loss": "loss[9]"}'),
        """\
figures/fails.py:4:18: this column has no value: IndexError: index 9 is out of bounds for axis 0 with size 4
    found:    loss[9]
    remedy:   correct the expression""",
    ),
    "deep": (
        script(
            PLOT, '{"loss": "series(descent.loss)", "pairs": "[[descent.loss] * 4] * 2"}', 'TABLE = {"pairs": "pairs"}'
        ),
        """\
figures/deep.py:4:19: this is no column of a table: an array of shape (2, 4) and dtype float64
    found:    pairs
    expected: numbers or texts in a row
    remedy:   choose a row or a column of it""",
    ),
    "opaque": (
        script(PLOT, '{"loss": "descent.min"}'),
        """\
figures/opaque.py:3:17: these data cannot be drawn: a builtin_function_or_method cannot be had outside of its run
    found:    loss
    remedy:   draw numbers, texts, arrays, or lists of such""",
    ),
    "missing": (
        script(PLOT, '{"loss": "descent.los"}'),
        """\
figures/missing.py:3:17: `descent.los` has no value
    found:    NameError: name 'los' is not defined
    remedy:   did you mean `loss`?""",
    ),
    "zero": (
        script(PLOT, '{"loss": "descent.rate / 0"}'),
        """\
figures/zero.py:3:17: `descent.rate / 0` has no value
    found:    ZeroDivisionError: float division by zero
    remedy:   name something that exists in that run at its end""",
    ),
    "ends": (
        script("import os\nos._exit(3)"),
        """\
figures/ends.py:6:1: the process that drew this figure ended with status 3
    remedy:   mend figures/ends.py""",
    ),
    "good": (GOOD, ""),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory, tracer: Tracer) -> tuple[Problem, ...]:
    """The problems of all bad scripts, from one gallery."""
    book = Book(tmp_path_factory.mktemp("bad"), tracer)
    book.write("pyproject.toml", "[tool.backprop_book]\nverified = []\n")
    book.write("snippets/descent.py", SNIPPET)
    show(book, **{name: text for name, (text, _) in BAD.items()})
    found = gallery(book)
    assert found.verifier.problems() == ()
    assert isinstance(found.drawing("good"), Drawing)
    return found.problems()


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_a_drawing_is_said_at_its_place(bad: tuple[Problem, ...], name: str) -> None:
    assert [str(problem) for problem in bad if problem.path == f"figures/{name}.py"] == [BAD[name][1]] * (
        name != "good"
    )


def test_a_drawing_that_never_ends_is_stopped_at_its_line_and_the_others_are_drawn(book: Book) -> None:
    show(book, endless=script("while True:\n    pass"), good=GOOD)
    found = gallery(book, limit=4)
    (problem,) = found.problems()
    assert str(problem).startswith("figures/endless.py:")
    assert problem.line in (9, 10)
    assert problem.message == "this figure took more than 4 seconds"
    assert picture(found, "good").wide.body


def test_a_process_that_is_killed_is_one_problem(book: Book) -> None:
    show(book, killed=script("import os\nos.kill(os.getpid(), 9)"))
    assert [str(problem) for problem in gallery(book).problems()] == [
        """\
figures/killed.py:6:1: the process that drew this figure ended with SIGKILL
    remedy:   mend figures/killed.py"""
    ]


def test_a_drawing_waits_for_snippets_that_finish(book: Book) -> None:
    show(book, good=GOOD)
    book.write("snippets/descent.py", f"{SNIPPET}raise ValueError('no')\n")
    found = gallery(book)
    assert found.problems() == ()
    assert found.broken("good") == "descent"


def test_a_script_with_problems_is_not_drawn(book: Book) -> None:
    show(book, good=GOOD, wrong=GOOD.replace("def draw", "def drew"))
    found = gallery(book)
    assert found.problems() == ()
    assert found.broken("wrong") == ""


def test_drawings_that_have_begun_are_waited_for(book: Book) -> None:
    show(book, good=GOOD, other=GOOD.replace("200", "220"), bad=GOOD.replace("data.loss", "data.lost"))
    found = gallery(book)
    found.begin(["good", "bad"])
    assert picture(found, "other").wide.height == 220
    assert picture(found, "good").wide.height == 200
    assert ["there are no data lost" in str(problem) for problem in found.problems()] == [True]


def test_nothing_is_started_for_a_book_without_figures(book: Book) -> None:
    book.page("Nothing.")
    assert gallery(book).problems() == ()


# ---- The cache ----


def entries(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*")}


def test_a_drawing_is_remembered_by_its_content(book: Book) -> None:
    folder = book.root / ".cache" / "figures"
    show(book, good=GOOD)
    first = gallery(book, folder).drawing("good")
    before = entries(folder)
    assert len(before) == 1
    book.page("More prose.\n\n![A line.](figures/good.svg) It falls.")
    assert gallery(book, folder).drawing("good") == first
    assert entries(folder) == before
    book.write("figures/good.py", GOOD.replace("200", "220"))
    assert picture(gallery(book, folder), "good").wide.height == 220
    book.write("snippets/descent.py", SNIPPET.replace("rate = 0.1", "rate = 0.2"))
    assert picture(gallery(book, folder), "good").tables[0].rows[0][0] == pytest.approx(0.717)
    assert len(entries(folder)) == 3


BREAKS = ((".+", ""), (".+", "[]"), (".+", '{"wide": {}}'), (r"\A[^\n]+\n", ""), ("220|200", "221"))
"""What is written in an entry of the cache, and what stands there instead."""


def test_broken_entries_are_drawn_again(book: Book) -> None:
    folder = book.root / ".cache" / "figures"
    show(book, **{f"good_{number}": GOOD for number in range(len(BREAKS))})
    first = gallery(book, folder)
    assert [str(problem) for problem in first.problems()] == []
    entries = sorted(folder.iterdir())
    before = [entry.read_text() for entry in entries]
    assert len(entries) == len(BREAKS)
    for entry, (written, content) in zip(entries, BREAKS, strict=True):
        broken = re.sub(written, content, entry.read_text(), count=1, flags=re.DOTALL if written == ".+" else 0)
        assert broken != entry.read_text()
        entry.write_text(broken)
    second = gallery(book, folder)
    for number in range(len(BREAKS)):
        assert second.drawing(f"good_{number}") == first.drawing(f"good_{number}")
    assert [entry.read_text() for entry in entries] == before


def test_problems_are_not_remembered(book: Book) -> None:
    folder = book.root / ".cache" / "figures"
    show(book, wrong=script("1 / 0"))
    assert len(gallery(book, folder).problems()) == 1
    assert not folder.exists()


def test_a_folder_that_takes_no_files_is_no_error(book: Book) -> None:
    show(book, good=GOOD)
    (book.root / "file").write_text("no folder")
    assert picture(gallery(book, book.root / "file" / "figures"), "good").wide.body
    folder = book.root / ".cache" / "figures"
    gallery(book, folder).drawing("good")
    (entry,) = folder.iterdir()
    entry.unlink()
    entry.mkdir()
    assert picture(gallery(book, folder), "good").wide.body
    assert list(folder.iterdir()) == [entry]


def test_without_matplotlib_each_figure_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apart = tmp_path / "apart"
    apart.mkdir()
    (apart / "sitecustomize.py").write_text("import sys\nsys.modules['matplotlib'] = None\n")
    monkeypatch.setenv("PYTHONPATH", str(apart))
    book = Book(tmp_path / "book", Tracer(Path()))
    book.write("pyproject.toml", "[tool.backprop_book]\nverified = []\n")
    book.write("snippets/descent.py", SNIPPET)
    for name in ("one", "two"):
        book.write(f"figures/{name}.py", GOOD)
    book.page("![A line.](figures/one.svg)\nOne.\n\n![A line.](figures/two.svg)\nThe other.\n")
    session = EditSession(book.root)
    try:
        said = [str(problem).partition(": ")[2] for problem in session.look().problems]
    finally:
        session.close()
    assert (
        said
        == ["this figure is not drawn: matplotlib is not installed\n    remedy:   pip install 'backprop-book[book]'"]
        * 2
    )
