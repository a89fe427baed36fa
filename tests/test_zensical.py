"""The book built by Zensical, which knows Markdown extensions but no plug-ins and no hooks: the same pages but for the notebook."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
ZENSICAL = ROOT / ".venv-zensical" / "bin" / "zensical"
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


@pytest.fixture(scope="module")
def zensical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book as Zensical builds it, from a copy, because it writes into the folder of the book."""
    if not ZENSICAL.exists():
        reason = "Zensical is not installed; `make test` installs it into an environment of its own"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    copy = tmp_path_factory.mktemp("zensical") / "book"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    packages = os.pathsep.join((str(ROOT / "src"), sysconfig.get_path("purelib")))
    done = subprocess.run(
        [ZENSICAL, "build", "--strict"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": packages, "SITE_DIR": "site"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return copy / "site"


def pages(site: Path) -> dict[str, BeautifulSoup]:
    """The pages of a site, by their path; the notebook is left out."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sorted(site.rglob("index.html"))
        if path.parent.name != "lab"
    }


def test_zensical_makes_the_same_pages(built: Path, zensical: Path) -> None:
    ours, theirs = pages(built), pages(zensical)
    assert list(theirs) == list(ours)
    for path, page in ours.items():
        for name, selector in PARTS.items():
            mine, other = (
                [part.get_text(" ", strip=True) for part in found.select(f"article {selector}")]
                for found in (page, theirs[path])
            )
            assert other == mine, f"{path}: {name}"
    assert sum(len(page.select(PARTS["claims"])) for page in ours.values()) > 100


def test_generated_links_lead_to_the_same_places(built: Path, zensical: Path) -> None:
    selector = ":is(.bb-summary, .bb-ledger, .bb-downloads, .bb-tip) a"
    ours, theirs = (
        {path: [str(link["href"]) for link in page.select(selector)] for path, page in pages(site).items()}
        for site in (built, zensical)
    )
    assert theirs == ours
    assert sum(map(len, ours.values())) > 20


def test_what_is_generated_is_not_searched_for(zensical: Path) -> None:
    index = (zensical / "search.json").read_text(encoding="utf-8")
    assert "minutes to read" not in index
    assert "Statements checked" not in index
    assert "Download notebook" not in index
