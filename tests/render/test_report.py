"""The link with which a reader reports a line."""

import xml.etree.ElementTree as ET
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.render.downloads import report

FORM = ("https://example.org/someone/book/", "One step (docs/one-step.md)")


def link(html: str) -> ET.Element:
    found = ET.fromstring(html.replace(" data-search-exclude", "")).find("a")
    assert found is not None
    return found


@pytest.mark.parametrize(("lines", "place"), [((7, 7), "line 7"), ((7, 9), "lines 7 to 9")])
def test_it_fills_in_the_form(lines: tuple[int, int], place: str) -> None:
    found = link(report(*FORM, "step.py", lines, "h = np.maximum(z1, 0)"))
    assert found.text == f"Report a problem with {place}"
    address = urlsplit(found.get("href", ""))
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://example.org/someone/book/issues/new"
    assert parse_qs(address.query) == {
        "template": ["wrong-number.yml"],
        "page": ["One step (docs/one-step.md)"],
        "listing": [f"step.py, {place}"],
        "stated": ["h = np.maximum(z1, 0)"],
    }


def test_without_a_repository_there_is_none() -> None:
    assert report("", "One step", "step.py", (1, 1), "x = 1") == ""


@given(st.text(alphabet=st.characters(codec=None), max_size=500))
def test_any_code_stays_in_its_field(code: str) -> None:
    html = report(*FORM, "step.py", (1, 2), code)
    (stated,) = parse_qs(urlsplit(link(html).get("href", "")).query, keep_blank_values=True)["stated"]
    assert stated == code[:400].encode("utf-8", "replace").decode()
