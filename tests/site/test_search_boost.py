"""What weight a page has in the search."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from backprop_book.site.search_boost import on_files, on_page_content, on_page_markdown, on_post_build


@dataclass
class Page:
    """A page of MkDocs, as far as the hook looks at it."""

    previous_page: "Page | None"
    meta: dict[str, Any] = field(default_factory=dict)


def test_an_earlier_page_weighs_more_and_front_matter_has_the_last_word() -> None:
    first = Page(None)
    second = Page(first)
    third = Page(second, {"search": {"boost": 2, "exclude": False}})
    for page in (first, second, third):
        on_page_markdown("", page=page, config=None, files=None)
    assert [page.meta["search"]["boost"] for page in (first, second, third)] == [1.1, 1.09, 2]
    assert third.meta["search"]["exclude"] is False


GLOSSARY = """\
**Rate** (also: pace): by how much *each* step < goes. See [the steps](steps.md).

**Sum of squares**: a sum. See [sums](sums.md) and [steps](steps.md).

**Unexplained**: a paragraph that begins with a word in bold.
"""


@pytest.fixture
def config(tmp_path: Path) -> dict[str, Any]:
    """The folders of a book with a glossary."""
    (tmp_path / "terms.md").write_text(GLOSSARY, encoding="utf-8")
    config = {"docs_dir": str(tmp_path), "site_dir": str(tmp_path), "use_directory_urls": True, "extra": {}}
    on_files([], config=config)
    return config


@pytest.mark.parametrize(
    ("page", "before", "after"),
    [
        ("steps.md", "<b>rate</b> <strong>Rates</strong>", '<b>rate</b> <strong id="term-rate">Rates</strong>'),
        ("steps.md", "<strong>a rate</strong>, <strong>rate</strong>", '<strong>a rate</strong>, <strong id="term-rate">rate</strong>'),
        ("steps.md", "<strong>the rate now</strong>", '<strong id="term-rate">the rate now</strong>'),
        ("steps.md", "<strong>narrated</strong>", "<strong>narrated</strong>"),
        ("sums.md", "<strong>rate</strong>", "<strong>rate</strong>"),
    ],
)  # fmt: skip
def test_the_words_that_explain_a_term_have_an_anchor(
    config: dict[str, Any], page: str, before: str, after: str
) -> None:
    shown = SimpleNamespace(file=SimpleNamespace(src_uri=page))
    assert on_page_content(before, page=shown, config=config, files=None) == after


@pytest.mark.parametrize("directories", [True, False])
def test_a_term_is_found_where_it_is_explained(config: dict[str, Any], directories: bool) -> None:
    on_post_build(config=config)  # without a search there is nothing to do
    index = Path(config["site_dir"], "search", "search_index.json")
    assert not index.exists()
    index.parent.mkdir()
    page = "steps/" if directories else "steps.html"
    docs = [{"location": page, "title": "Steps", "text": "", "boost": 0.5}]
    index.write_text(json.dumps({"docs": docs}), encoding="utf-8")
    on_post_build(config={**config, "use_directory_urls": directories})
    _, rate, squares = json.loads(index.read_text(encoding="utf-8"))["docs"]
    assert rate == {
        "location": f"{page}#term-rate",
        "title": "Rate",
        "text": "<p>Rate: by how much each step &lt; goes. (also: pace)</p>",
        "boost": 6.0,
    }
    assert squares["location"] == page.replace("steps", "sums") + "#term-sum-of-squares"
    assert squares["boost"] == 4.0, "its three words share the weight"
