"""The benchmark of the test run: what it reads in a report of pytest, and what it prints. Nothing here looks at a clock."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def suite(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return import_module("suite")


def test_the_longest_items_of_a_real_report_come_first(suite: ModuleType, tmp_path: Path) -> None:
    text = "import time\n\ndef test_short():\n    pass\n\ndef test_long():\n    time.sleep(0.1)\n"
    (tmp_path / "test_both.py").write_text(text, encoding="utf-8")
    report = tmp_path / "report.xml"
    environment = {**suite.environment(report), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", str(tmp_path)]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    found = suite.durations(report.read_text(encoding="utf-8"))
    assert [name for _, name in found] == ["test_both::test_long", "test_both::test_short"]
    assert found[0][0] > found[1][0]


def test_the_table_gives_the_ratio_and_ten_items(suite: ModuleType) -> None:
    items = [(20.0 - number, f"module::item_{number}") for number in range(12)]
    lines = suite.table(500.0, 2.5, items).splitlines()
    assert lines[0] == "make test: 500 s, 200 times the bare run of 2.50 s"
    assert lines[4:] == [f"{20.0 - number:6.1f} s  module::item_{number}" for number in range(10)]
