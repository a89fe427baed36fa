"""Fixtures that every test may use: a small book in a temporary folder."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from backprop_book.run import Tracer
from once import once
from sites import ADDRESS
from small_book import SNIPPET, Book

ROOT = Path(__file__).parents[1]

# How long an example takes depends on what else the machine does. What must be quick says so in seconds of the processor.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that use the built book first: one worker builds the book while the other workers run other tests."""
    items.sort(key=lambda item: "built" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracer]:
    """A tracer without a cache that all tests of one process share."""
    with Tracer(tmp_path_factory.getbasetemp()) as shared:
        yield shared


@pytest.fixture
def book(tmp_path: Path, tracer: Tracer) -> Book:
    """A book with one snippet, `descent.py`, and no page yet."""
    made = Book(tmp_path, tracer)
    made.write("pyproject.toml", '[tool.backprop_book]\ndocs = "docs"\nsnippets = "snippets"\nverified = []\n')
    made.write("snippets/descent.py", SNIPPET)
    (tmp_path / "docs").mkdir()
    return made


@pytest.fixture
def apart() -> Iterator[Path]:
    """A folder of the system, where a run may write, and on whose files no run depends: for signs to a run and from it."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this test run see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def built(shared_folder: Path) -> Path:
    """The real book, built once for all workers, strictly and with its notebook executed: the build that readers get."""
    return once(shared_folder, "book", build_book)


def build_book(folder: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "LAB_CACHE": "false", "SITE_URL": ADDRESS}
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
