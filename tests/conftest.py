"""Fixtures that every test may use: a small book in a temporary folder."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_book.tracing import Tracer
from small_book import SNIPPET, Book


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


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real book, built strictly into a temporary folder."""
    target = tmp_path_factory.mktemp("book") / "site"
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(target)]
    subprocess.run(command, cwd=root, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    return target
