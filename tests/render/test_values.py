"""How values look on the page, and their HTML."""

import math
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.core.model import Change, Data, Value
from backprop_book.core.problems import visible
from backprop_book.render.values import Drawn, draw, number, outcome, show, variable


def plain(value: bool | int | float | str | None) -> Value:
    """A plain scalar."""
    if value is None:
        return Value("none", "NoneType", "none")
    name = type(value).__name__
    return Value(name, name, f"{name}:{value!r}", value)  # type: ignore[arg-type]


def array(data: Data, shape: tuple[int, ...], dtype: str = "float64", kind: str = "array") -> Value:
    """An array, or a tensor."""
    name = "numpy.ndarray" if kind == "array" else "torch.Tensor"
    return Value(kind, name, f"{dtype}:{data!r}", data, shape=shape, dtype=dtype)  # type: ignore[arg-type]


def sequence(kind: str, data: list[Data]) -> Value:
    """A list, tuple or set of plain content."""
    return Value(kind, kind, f"{kind}:{data!r}", data, size=len(data))  # type: ignore[arg-type]


def parts(kind: str, name: str, items: Iterable[tuple[str, Value]], summary: str = "") -> Value:
    """A dict or an object with named parts."""
    known = tuple(items)
    return Value(kind, name, f"{name}:{known!r}", items=known, size=len(known), summary=summary)  # type: ignore[arg-type]


def change(old: Value | None, new: Value | None) -> Change:
    """A change of a variable named v."""
    return Change("v", old, new)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (1.0, "1.0"),
        (-0.0, "0.0"),
        (0.1 + 0.2, "0.3"),
        (-2.7755575615628914e-17, "-2.77556e-17"),
        (0.8962500000000001, "0.89625"),
        (123456.789, "123457"),
        (1e300, "1e+300"),
        (math.nan, "nan"),
        (math.inf, "inf"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_shown_to_six_digits(value: float) -> None:
    assert math.isclose(float(number(value)), value, rel_tol=5.01e-6, abs_tol=1e-320)


@given(st.text())
def test_visible_text_holds_nothing_that_hides(text: str) -> None:
    assert all(c.isprintable() or c in "\n\t" for c in visible(text))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (plain(None), "None"),
        (plain(True), "True"),
        (plain(3), "3"),
        (plain(0.25), "0.25"),
        (plain("a\n\x1b"), "'a\\n\\x1b'"),
        (plain("x" * 400), "'" + "x" * 238 + "…"),
        (array([0.0, -0.1, 0.5], (3,)), "[0.0, -0.1, 0.5]"),
        (array([[1.0] * 3] * 4, (4, 3)), "numpy.ndarray (4, 3) float64"),
        (array(0.5, ()), "0.5"),
        (sequence("list", [1, 2]), "[1, 2]"),
        (sequence("tuple", [1]), "(1,)"),
        (sequence("tuple", [1, [2, 3]]), "(1, [2, 3])"),
        (sequence("set", []), "set()"),
        (sequence("set", [1, "a"]), "{1, 'a'}"),
        (sequence("list", list(range(9))), "[0, 1, 2, 3, 4, 5, 6, 7, 8]"),
        (parts("dict", "dict", [("'a'", plain(1))]), "dict of 1 parts"),
        (Value("function", "function", "f", summary="f(x)"), "f(x)"),
        (Value("opaque", "generator", "g"), "generator"),
    ],
)
def test_show(value: Value, text: str) -> None:
    assert show(value) == text


def test_an_array_of_one_dimension_is_a_table_with_one_row() -> None:
    assert draw(array([0.0, -0.1], (2,))) == Drawn("(2,) float64", heads=("0", "1"), rows=(("0.0", "-0.1"),))


def test_an_array_of_two_dimensions_has_headers_on_both_sides() -> None:
    drawn = draw(array([[1, 2], [3, 4], [5, 6]], (3, 2), "int64", "tensor"))
    assert drawn == Drawn(
        "tensor (3, 2) int64", heads=("0", "1"), row_heads=("0", "1", "2"), rows=(("1", "2"), ("3", "4"), ("5", "6"))
    )


def test_large_tables_are_cut_in_the_middle() -> None:
    drawn = draw(array([[float(c) for c in range(13)] for _ in range(21)], (21, 13)))
    assert drawn.heads == ("0", "1", "2", "3", "4", "5", "6", "7", "…", "10", "11", "12")
    assert drawn.row_heads == (*map(str, range(16)), "…", "18", "19", "20")
    assert drawn.rows[0] == ("0.0", "1.0", "2.0", "3.0", "4.0", "5.0", "6.0", "7.0", "…", "10.0", "11.0", "12.0")
    assert drawn.rows[16] == ("…",) * 12


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        (array([], (0,)), Drawn("(0,) float64", "[]")),
        (array([[], []], (2, 0)), Drawn("(2, 0) float64", "[[], []]")),
        (array([[[1.0]]], (1, 1, 1)), Drawn("(1, 1, 1) float64", "[[[1.0]]]")),
        (array(0.5, (), "float32", "tensor"), Drawn("tensor float32", "0.5")),
        (
            Value("array", "numpy.ndarray", "big", shape=(9999,), dtype="int8", summary="min 0"),
            Drawn("(9999,) int8", "min 0"),
        ),
        (Value("float", "numpy.float64", "x", 0.5, shape=(), dtype="float64"), Drawn("float64", "0.5")),
        (sequence("list", [0.1]), Drawn("list of 1", "[0.1]")),
        (Value("object", "book.Point", "p", summary="Point()"), Drawn("Point", "Point()")),
        (Value("object", "book.Point", "p", summary="Point"), Drawn("Point")),
    ],
)
def test_what_is_no_table_is_a_text(value: Value, drawn: Drawn) -> None:
    assert draw(value) == drawn


def test_parts_are_drawn_to_a_depth_and_a_number() -> None:
    many = parts("dict", "dict", [(str(i), plain(i)) for i in range(30)])
    drawn = draw(many)
    assert len(drawn.parts) == 12
    assert drawn.text == "and 18 more"
    deep = plain(1)
    for level in range(6):
        deep = parts("object", "Box", [("inner", deep)], summary=f"Box {level}")
    drawn = draw(deep)
    for _ in range(4):
        ((_, drawn),) = drawn.parts
    assert drawn == Drawn("Box", "Box 1")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (None, plain(1), "new"),
        (plain(1), None, "gone"),
        (plain(1), plain(2), "changed"),
        (array([1.0, math.nan, 3.0], (3,)), array([1.0, math.nan, 4.0], (3,)), "1 of 3 entries changed"),
        (array([1.0, 2.0], (2,)), array([1.0], (1,)), "changed"),
        (array([1.0], (1,)), array([1.0 + 1e-12], (1,)), "1 of 1 entries changed"),
    ],
)
def test_outcome_in_words(old: Value | None, new: Value | None, words: str) -> None:
    assert outcome(change(old, new)) == words


def table(value: Value) -> str:
    return variable("x", None, draw(value))


def test_a_table_has_headers_shape_and_dtype() -> None:
    assert table(array([[1.0, 2.0]], (1, 2))) == (
        '<div class="bb-var"><p class="bb-name"><code>x</code> (1, 2) float64</p>'
        '<table class="bb-table"><tr><td></td><th scope="col">0</th><th scope="col">1</th></tr>'
        '<tr><th scope="row">0</th><td>1.0</td><td>2.0</td></tr></table></div>'
    )


def test_one_dimension_has_no_row_headers() -> None:
    assert "</tr><tr><td>0.5</td></tr></table>" in table(array([0.5], (1,)))


def test_text_is_escaped() -> None:
    html = table(parts("dict", "dict", [("'<b>'", plain("</script>&\"'"))]))
    assert "<code>&#x27;&lt;b&gt;&#x27;</code>" in html
    assert "&lt;/script&gt;&amp;&quot;" in html
    assert "<script" not in html


def test_parts_that_are_left_out_are_counted() -> None:
    html = table(parts("dict", "dict", [(str(i), plain(i)) for i in range(30)]))
    assert html.endswith("<li>and 18 more</li></ul></div>")


def test_changes_of_scalars_stand_side_by_side() -> None:
    html = variable("loss", draw(plain(0.5)), draw(plain(0.25)), "changed")
    assert '<p class="bb-value"><code>0.5</code> → <code><b>0.25</b></code></p>' in html
    assert '<span class="bb-how">changed</span>' in html


def test_changes_of_one_dimension_are_an_old_and_a_new_row() -> None:
    html = variable("b", draw(array([0.1, 0.0], (2,))), draw(array([0.1, 0.5], (2,))), "1 of 2 entries changed")
    assert '<tr><th scope="row">old</th><td>0.1</td><td>0.0</td></tr>' in html
    assert '<tr><th scope="row">new</th><td>0.1</td><td><b>0.5</b></td></tr>' in html


def test_changes_of_two_dimensions_are_marked_in_their_cells() -> None:
    html = variable("W", draw(array([[0.1, 0.0]], (1, 2))), draw(array([[0.1, 0.5]], (1, 2))), "1 of 2 entries changed")
    assert '<tr><th scope="row">0</th><td>0.1</td><td>0.0 → <b>0.5</b></td></tr>' in html


def test_changes_of_shape_show_both() -> None:
    html = variable("v", draw(plain(1)), draw(array([0.5], (1,))), "changed")
    assert (
        '<p class="bb-when">old</p><p class="bb-value"><code>1</code></p><p class="bb-when">new</p><table class="bb-table">'
        in html
    )


def test_what_is_new_or_gone_shows_what_there_is() -> None:
    assert "<code>1</code></p></div>" in variable("v", None, draw(plain(1)), "new")
    assert "<code>1</code></p></div>" in variable("v", draw(plain(1)), None, "gone")


def test_what_has_no_content_to_show_has_its_label_alone() -> None:
    assert (
        table(Value("object", "book.Net", "n")) == '<div class="bb-var"><p class="bb-name"><code>x</code> Net</p></div>'
    )
