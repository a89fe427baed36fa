"""The projects that `benchmarks/comparison.py` compares hold the same code, and its tables say what was measured. No clock here."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
import yaml

from backprop_book.scan import scan

ROOT = Path(__file__).parents[2]


@pytest.fixture
def comparison(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return import_module("comparison")


def test_every_way_runs_the_same_listings(comparison: ModuleType, tmp_path: Path) -> None:
    comparison.projects(tmp_path)
    for stem in comparison.LISTINGS:
        source = (ROOT / "snippets" / f"{stem}.py").read_text(encoding="utf-8")
        assert (tmp_path / "bare" / f"{stem}.py").read_text(encoding="utf-8") == source
        for name in ("exec", "sybil"):
            assert source in (tmp_path / name / "docs" / f"{stem}.md").read_text(encoding="utf-8")
        notebook = nbformat.read(tmp_path / "jupyter/docs" / f"{stem}.ipynb", as_version=4)
        assert [cell.source for cell in notebook.cells if cell.cell_type == "code"] == [source]
    chapter = scan(tmp_path / "book")
    assert chapter.problems == ()
    assert set(chapter.snippets) == set(comparison.LISTINGS)
    shown = [listing.snippet for document in chapter.documents for listing in document.listings]
    assert sorted(shown) == sorted(comparison.LISTINGS)
    plain, book = (
        yaml.safe_load((tmp_path / name / "mkdocs.yml").read_text(encoding="utf-8")) for name in ("plain", "book")
    )
    assert book["markdown_extensions"] == [*plain["markdown_extensions"], "backprop_book"]


def test_the_tables_say_what_was_missed(comparison: ModuleType) -> None:
    cost = comparison.Cost
    rounds = [
        {
            comparison.BARE: cost(bare, 300.0, 0.0),
            comparison.PLAIN: cost(0.5, 40.0, 0.0),
            comparison.COLD: cost(3.0, 60.0, 330.0),
            comparison.WARM: cost(0.75, 50.0, 0.0),
            comparison.TESTS: cost(2.2, 50.0, 330.0),
        }
        for bare in (1.9, 2.0, 2.5)
    ]
    chosen = [way for way in comparison.ways(None) if way.name in rounds[0]]
    assert [" ".join(line.split()) for line in comparison.table(chosen, rounds).splitlines()] == [
        "seconds of the plain build of the bare run MB child",
        "bare run 2.00 (1.90–2.50) 300",
        "plain build 0.50 (0.50–0.50) 40",
        "book, cold build 3.00 (3.00–3.00) 6.00 (6.00–6.00) 60 330",
        "book, warm build 0.75 (0.75–0.75) 1.50 (1.50–1.50) 50",
        "book, doc tests 2.20 (2.20–2.20) 1.10 (0.88–1.16) 50 330",
    ]
    aims = comparison.targets(rounds, [0.1, 0.2, 0.4])
    assert [" ".join(line.split()) for line in comparison.verdicts(aims).splitlines()] == [
        "",
        "met doc tests, of the bare run 1.10×, at most 1.20×",
        "MISSED cold build, of the plain build and 1.2 bare runs 1.03×, at most 1.00×",
        "MISSED warm build, of the plain build 1.50×, at most 1.25×",
        "met a prose edit verified 200 ms, at most 300 ms",
        "met peak memory of a build, of the plain build's 1.50×, at most 1.50×",
        "met peak memory of its child, of the bare run's 1.10×, at most 1.20×",
    ]


def test_markdown_exec_is_left_out_without_an_interpreter_for_it(comparison: ModuleType) -> None:
    assert "markdown-exec" not in [way.name for way in comparison.ways(None)]
    assert "markdown-exec" in [way.name for way in comparison.ways(sys.executable)]


def test_a_failing_command_says_what_it_said(comparison: ModuleType, tmp_path: Path) -> None:
    failing = (sys.executable, "-c", "import sys; sys.exit('there is nothing to run')")
    with pytest.raises(SystemExit, match="ended with status 1:\nthere is nothing to run"):
        comparison.command(failing, tmp_path)
