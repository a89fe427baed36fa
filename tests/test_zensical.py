"""The book built by Zensical, which knows Markdown extensions but no plug-ins and no hooks: the same pages but for the notebook."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from once import once

ROOT = Path(__file__).parents[1]
ZENSICAL = ROOT / ".venv-zensical"
LEFT_OUT = (".*", "build", "site", "tests")
"""What Zensical has no need of; other tests write and delete hidden files while the book is copied."""
PARTS = {
    "listings": "figure.bb-listing",
    "claims": ".bb-claim .bb-words",
    "figures": "figure.bb-figure",
    "formulas": "math",
    "headings": ":is(h1, h2, h3)[id]",
    "lines below titles": ".bb-summary",
    "tables of what was verified": ".bb-count:not(.bb-runs) :is(th, td)",
}


Pages = dict[str, BeautifulSoup]


@pytest.fixture(scope="module")
def zensical(shared_folder: Path, built: Path) -> Path:
    if not ZENSICAL.exists():
        reason = "Zensical is not installed; `make test` installs it into an environment of its own"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    assert built.is_dir()  # made first: what it has run and drawn is not run and drawn again
    return once(shared_folder, "zensical", build) / "book" / "site"


def build(folder: Path) -> None:
    """The book as Zensical builds it, from a copy, because it writes into the folder of the book.

    The extension looks at the book itself, and is run by the Python of the tests: so it finds the runs and the drawings of the
    build by MkDocs, which are kept by the place of each script and by the installed libraries.
    """
    copy = folder / "book"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    config = copy / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    extension = "  - backprop_book:\n"
    assert text.count(extension) == 1
    config.write_text(text.replace(extension, f"{extension}      root: {ROOT}\n"), encoding="utf-8")
    # Under another name than `site-packages`, its libraries do not count as installed; and snippets see the variable PYTHONPATH.
    (libraries,) = ZENSICAL.glob("lib/python3*/site-packages")
    (folder / "libraries").symlink_to(libraries)
    start = f"import sys; sys.path.insert(0, {str(folder / 'libraries')!r}); from zensical.main import cli; cli()"
    command = [sys.executable, "-c", start, "build", "--strict"]
    environment = {**os.environ, "SITE_DIR": "site"}
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def both(built: Path, zensical: Path) -> tuple[Pages, Pages]:
    """The pages as MkDocs and as Zensical make them."""
    return pages(built), pages(zensical)


def pages(site: Path) -> Pages:
    """The pages of a site, by their path; the notebook is left out."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sorted(site.rglob("index.html"))
        if path.parent.name != "lab"
    }


def test_zensical_makes_the_same_pages(both: tuple[Pages, Pages]) -> None:
    ours, theirs = both
    assert list(theirs) == list(ours)
    for path, page in ours.items():
        for name, selector in PARTS.items():
            mine, other = (
                [part.get_text(" ", strip=True) for part in found.select(f"article {selector}")]
                for found in (page, theirs[path])
            )
            assert other == mine, f"{path}: {name}"
    assert sum(len(page.select(PARTS["claims"])) for page in ours.values()) > 100


def test_generated_links_lead_to_the_same_places(both: tuple[Pages, Pages]) -> None:
    selector = ":is(.bb-summary, .bb-ledger, .bb-downloads, .bb-tip) a"
    ours, theirs = (
        {path: [str(link["href"]) for link in page.select(selector)] for path, page in found.items()} for found in both
    )
    assert theirs == ours
    assert sum(map(len, ours.values())) > 20


def test_what_is_generated_is_not_searched_for(zensical: Path) -> None:
    index = (zensical / "search.json").read_text(encoding="utf-8")
    assert "minutes to read" not in index
    assert "Statements checked" not in index
    assert "Download notebook" not in index
