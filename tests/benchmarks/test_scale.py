"""The book that `benchmarks/scale.py` generates holds, and its table says what was measured. Nothing here looks at a clock."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from backprop_book.run import Tracer
from backprop_book.scan import scan
from backprop_book.verify import Verifier

ROOT = Path(__file__).parents[2]


@pytest.fixture
def scale(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return import_module("scale")


@pytest.fixture
def generated(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return import_module("generated")


def test_a_generated_book_holds(generated: ModuleType, tmp_path: Path) -> None:
    generated.book(tmp_path, 2)
    with Tracer(tmp_path) as tracer:
        chapter = scan(tmp_path)
        assert Verifier(chapter, tracer).problems() == ()
    pages = [document for document in chapter.documents if document.listings]
    assert [page.source.path for page in pages] == [generated.page(0), generated.page(1)]
    for page in pages:
        stems = {listing.snippet for listing in page.listings}
        notes = [document for document in chapter.documents if document.snippet in stems]
        assert len(stems) == len(page.listings) == len(notes) == generated.LISTINGS
        assert sum(len(document.claims) for document in (page, *notes)) == generated.CLAIMS
        assert len(page.outputs) == generated.LISTINGS
        assert page.equations
        assert page.mentions
        assert {claim.form for document in (page, *notes) for claim in document.claims} >= {"claim", "cell"}


def test_sections_differ_and_are_the_same_every_time(generated: ModuleType, tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        generated.book(tmp_path / name, 2)
    one, other = (
        {path.relative_to(tmp_path / name): path.read_text() for path in (tmp_path / name).rglob("*.*")}
        for name in ("one", "other")
    )
    assert one == other
    assert len(set(one.values())) == len(one)


def test_a_plain_book_differs_in_its_configuration_only(generated: ModuleType, tmp_path: Path) -> None:
    generated.book(tmp_path, 1, plain=True)
    assert "backprop_book" not in (tmp_path / "mkdocs.yml").read_text()


def test_the_table_says_what_grows(scale: ModuleType) -> None:
    cost = scale.Cost
    rows = {
        "check, cold": {1: cost(1.0, 50.0, 30.0), 10: cost(10.0, 60.0, 30.0), 65: cost(65.0, 90.0, 30.0)},
        "check, warm": {1: cost(1.0, 50.0, 0.0), 10: cost(10.0, 60.0, 0.0), 65: cost(120.0, 90.0, 0.0)},
        "serve, prose verified": {1: cost(0.05, 0, 0), 10: cost(0.08, 0, 0), 65: cost(0.4, 0, 0)},
        "serve, prose served": {1: cost(0.05, 0, 0), 10: cost(0.055, 0, 0), 65: cost(0.06, 0, 0)},
    }
    assert [" ".join(line.split()) for line in scale.table(rows).splitlines()] == [
        "1 section 10 sections 65 sections each to 10 each to 65 grows",
        "check, cold 1.00 s 50 + 30 10.00 s 60 + 30 65.00 s 90 + 30 1000 ms 1000 ms linearly at most",
        "check, warm 1.00 s 50 + 0 10.00 s 60 + 0 120.00 s 90 + 0 1000 ms 2000 ms more than linearly",
        "serve, prose verified 50 ms 80 ms 400 ms 3 ms 6 ms not the same: times 8.00, above 300 ms with 65 sections",
        "serve, prose served 50 ms 55 ms 60 ms 1 ms 0 ms the same: times 1.20",
    ]


def test_two_sizes_say_nothing_of_growth(scale: ModuleType) -> None:
    costs = {1: scale.Cost(0.1, 0, 0), 2: scale.Cost(0.12, 0, 0)}
    assert scale.growth("check, cold", costs) == ""
    assert scale.growth("serve, prose verified", costs) == "the same: times 1.20, within 300 ms"


def test_a_difference_that_nobody_sees_is_none(scale: ModuleType) -> None:
    for most, said in ((0.045, "the same: times 1.50"), (0.05, "not the same: times 1.67")):
        assert scale.growth("serve, prose served", {1: scale.Cost(0.03, 0, 0), 65: scale.Cost(most, 0, 0)}) == said
