"""What the pages show where the repository is known, and where comments are configured: nothing of it by default."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from sites import build

ROOT = Path(__file__).parents[2]
CONFIG = """\
site_name: A small site
repo_url: !ENV [REPO_URL, ""]
edit_uri: ""
theme: {{name: material, font: false, language: en, custom_dir: {overrides}}}
plugins: []
{extra}
"""
COMMENTS = "extra: {comments: {repo: someone/book, repo_id: R_1, category: General, category_id: D_1}}"


def built(folder: Path, extra: str = "", repository: str = "") -> dict[str, Tag]:
    """The pages of a small site with the book's templates."""
    (folder / "docs").mkdir()
    (folder / "docs/index.md").write_text("# First\n")
    (folder / "docs/quiet.md").write_text("---\ncomments: false\n---\n\n# Quiet\n")
    (folder / "mkdocs.yml").write_text(CONFIG.format(overrides=ROOT / "overrides", extra=extra))
    assert build(folder, REPO_URL=repository) == (0, "")
    pages = {"first": folder / "site/index.html", "quiet": folder / "site/quiet/index.html"}
    return {name: BeautifulSoup(path.read_text(), "html.parser") for name, path in pages.items()}


def test_by_default_nothing_comes_from_elsewhere(tmp_path: Path) -> None:
    for page in built(tmp_path).values():
        loaded = [tag.get("src") or tag.get("href") for tag in page.select("script[src], link[href], img[src], iframe")]
        assert loaded
        assert [address for address in loaded if re.match(r"(\w+:)?//", str(address))] == []
        assert page.select(".md-source, [rel=edit], .bb-comments") == []


def test_a_known_repository_gives_links_and_loads_nothing(tmp_path: Path) -> None:
    page = built(tmp_path, repository="https://github.com/someone/book")["quiet"]
    assert [tag["href"] for tag in page.select("[rel=edit]")] == [
        "https://github.com/someone/book/edit/main/docs/quiet.md"
    ]
    assert {tag["href"] for tag in page.select(".md-source")} == {"https://github.com/someone/book"}
    assert page.select("[data-md-component=source]") == [], "the theme would ask the host for numbers"


def test_comments_where_they_are_configured_and_wanted(tmp_path: Path) -> None:
    pages = built(tmp_path, extra=COMMENTS)
    (script,) = pages["first"].select(".bb-comments script")
    assert script["src"] == "https://giscus.app/client.js"
    given = {name: script[f"data-{name}"] for name in ("repo", "repo-id", "category", "category-id", "theme", "lang")}
    assert given == {
        "repo": "someone/book",
        "repo-id": "R_1",
        "category": "General",
        "category-id": "D_1",
        "theme": "preferred_color_scheme",
        "lang": "en",
    }
    assert script.get_text() == ""
    assert pages["quiet"].select(".bb-comments") == []


@pytest.mark.parametrize("key", ["page", "listing", "stated"])
def test_the_form_has_the_fields_that_links_fill_in(key: str) -> None:
    form = (ROOT / ".github/ISSUE_TEMPLATE/wrong-number.yml").read_text(encoding="utf-8")
    assert f"    id: {key}\n" in form
