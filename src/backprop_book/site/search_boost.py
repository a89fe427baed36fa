"""search_boost: a MkDocs hook that ranks in the search what is explained above what is mentioned.

Later pages repeat code of earlier ones, where it is explained. A glossary says which page explains a term.
"""

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from markdown.extensions.toc import slugify

_GLOSSARY = "book-glossary"
_ENTRY = re.compile(
    r"^\*\*(?P<term>[^*\n]+)\*\*(?P<names> \(also: [^)\n]+\))?: (?P<said>.+?) See \[[^]\n]+\]\((?P<page>[^)#\n]+\.md)\)",
    re.MULTILINE,
)
"""An entry of a glossary: the term, its other names, what it is, and first of all the page that explains it."""
_INDEX = "search/search_index.json"
_BOOST = 12
"""The weight of an explanation, shared by the words of its term: a title of code may name a term many times, also as a part of names,
and what was sought is a term itself before it is a part of others."""


def on_files(files: Any, *, config: Any) -> None:  # noqa: ARG001
    """Read the glossaries, once for each build."""
    config["extra"][_GLOSSARY] = tuple(_entries(Path(config["docs_dir"])))


def on_page_markdown(_: str, *, page: Any, config: Any, files: Any) -> None:  # noqa: ARG001 - the framework's names
    """Set the `boost` of a page in the search: slightly higher than that of the next page."""
    before = 0
    each = page
    while each := each.previous_page:
        before += 1
    page.meta["search"] = {"boost": round(1.1 - 0.01 * before, 3), **page.meta.get("search", {})}


def on_page_content(html: str, *, page: Any, config: Any, files: Any) -> str:  # noqa: ARG001
    """Give the words in bold that explain a term of the glossary an anchor."""
    for entry in config["extra"][_GLOSSARY]:
        if entry["page"] == page.file.src_uri:
            term = re.escape(escape(entry["term"], quote=False))
            for pattern in (f"<strong>(?={term}s?</strong>)", rf"<strong>(?=[^<]*\b{term}\b)"):
                html, found = re.subn(pattern, f'<strong id="{_anchor(entry)}">', html, count=1, flags=re.IGNORECASE)
                if found:
                    break
    return html


def on_post_build(*, config: Any) -> None:
    """Add each term of the glossary to the search, with the page that explains it."""
    path = Path(config["site_dir"], _INDEX)
    if not path.exists():
        return
    index = json.loads(path.read_text(encoding="utf-8"))
    boosts = {entry["location"]: entry.get("boost", 1) for entry in index["docs"]}
    # As the index has it: `forward-pass/` or `forward-pass.html`.
    ending = "/" if config["use_directory_urls"] else ".html"
    for entry in config["extra"][_GLOSSARY]:
        page = entry["page"].removesuffix(".md") + ending
        said = re.sub(r"[$*`]", "", f"{entry['term']}: {entry['said']}{entry['names'] or ''}")
        index["docs"].append(
            {
                "location": f"{page}#{_anchor(entry)}",
                "boost": round(_BOOST * boosts.get(page, 1) / len(entry["term"].split()), 3),
                "title": escape(entry["term"], quote=False),
                "text": f"<p>{escape(said, quote=False)}</p>",
            }
        )
    path.write_text(json.dumps(index, separators=(",", ":"), sort_keys=True), encoding="utf-8")


def _entries(folder: Path) -> Iterator[dict[str, str]]:
    """The entries of all glossaries at the top of a folder."""
    for path in sorted(folder.glob("*.md")):
        yield from (found.groupdict() for found in _ENTRY.finditer(path.read_text(encoding="utf-8")))


def _anchor(entry: dict[str, str]) -> str:
    return f"term-{slugify(entry['term'], '-')}"
