"""HTML of figures."""

from bs4 import BeautifulSoup

from backprop_book.figures import DataTable, Drawing, Picture
from backprop_book.render.figure import figure

DRAWING = Drawing(
    "A <title>",
    Picture(680, 240.5, '<path d="M 0 0"/>'),
    Picture(340, 200, "<text>1</text>"),
    (
        DataTable("", ("step", "a < b"), ((0, True), (200, False))),
        DataTable("Others & more", ("name", "value"), (("a<b", -0.00012345), ("c", 1e-10), ("d", float("nan")))),
    ),
)


def html() -> BeautifulSoup:
    before, after = figure(DRAWING, "falling", 'A "line" & more.')
    return BeautifulSoup(f"{before}The caption.{after}", "html.parser")


def test_a_figure_holds_drawings_caption_and_data_in_this_order() -> None:
    page = html()
    (found,) = page.find_all("figure", recursive=False)
    assert (found["id"], found["class"]) == ("figure-falling", ["bb-figure"])
    assert [child.name for child in found.find_all(True, recursive=False)] == ["div", "figcaption", "details"]
    assert [text.get_text() for text in found.select("figcaption, summary")] == ["The caption.", "The data"]


def test_each_drawing_has_a_name_and_a_description() -> None:
    for svg in html().select("svg"):
        assert svg["role"] == "img"
        titles = svg.select(f"title#{svg['aria-labelledby']}")
        descriptions = svg.select(f"desc#{svg['aria-describedby']}")
        assert [found.get_text() for found in (*titles, *descriptions)] == ["A <title>", 'A "line" & more.']
    assert [svg["viewbox"] for svg in html().select("svg")] == ["0 0 680 240.5", "0 0 340 200"]
    ids = [element["id"] for element in html().select("[id]")]
    assert len(ids) == len(set(ids))


def test_tables_have_headers_and_numbers_of_a_sensible_precision() -> None:
    first, second = html().select("table")
    assert [cell.get_text() for cell in first.select("thead th[scope=col]")] == ["step", "a < b"]
    assert [cell.get_text() for cell in first.select("tbody th[scope=row]")] == ["0", "200"]
    assert [cell.get_text() for cell in first.select("td")] == ["yes", "no"]
    assert first.caption is None
    assert second.caption is not None
    assert second.caption.get_text() == "Others & more"
    assert [cell.get_text() for cell in second.select("tbody th")] == ["a<b", "c", "d"]
    assert [cell.get_text() for cell in second.select("td")] == ["−0.0001234", "1e−10", "nan"]
    labels = [group["aria-label"] for group in html().select("[role=group]")]
    assert labels == ["A <title>", "A <title>: Others & more"]
