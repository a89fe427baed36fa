"""The cache of runs and drawings: shared, killed in the middle, on a full disk, filled with rubbish."""

import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backprop_book.core.problems import Problem
from backprop_book.record.codec import from_json
from backprop_book.run import Request, Tracer
from backprop_book.site.edit_session import EditSession
from small_book import Book

MKDOCS = """\
site_name: A small book
theme: {name: material, font: false}
plugins: []
markdown_extensions:
  - pymdownx.snippets: {base_path: [snippets], check_paths: true}
  - pymdownx.superfences
  - backprop_book
"""
FIGURE = '"""It falls."""\n\nDATA = {"loss": "series(descent.loss)"}\n\n\ndef draw(sheet, data):\n    """Draw it."""\n'
PLOT = '    sheet.axes(200, y="the loss").plot(data.loss, color="loss")\n'
STORE = """\
import sys
from pathlib import Path
from backprop_book.record.codec import from_json
from backprop_book.run.cache import store
store(Path(".cache/runs"), "f" * 64, from_json(Path(sys.argv[1]).read_text().partition("\\n")[2]))
"""
ENVIRONMENT = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}


@pytest.fixture
def site(book: Book) -> Book:
    book.write("mkdocs.yml", MKDOCS)
    book.write("figures/falling.py", FIGURE + PLOT)
    for n in range(4):
        book.write(f"snippets/part_{n}.py", f"import numpy as np\nvalues = np.arange({200 + n})\nlast = values[-1]\n")
        book.write(f"docs/part_{n}.md", f'```python\n--8<-- "part_{n}.py"\n```\n\nThe last is [{199 + n}]{{last}}.\n')
    book.page("![A line.](figures/falling.svg)\nIt ends at [0.588]{best}.")
    return book


def entries(book: Book) -> list[Path]:
    """All files of the cache."""
    return sorted(path for path in (book.root / ".cache").rglob("*") if path.is_file())


def whole(book: Book) -> int:
    """How many runs and drawings the cache has; each can be read, and all that is remembered is as it was written."""
    count = 0
    for path in (path for path in entries(book) if path.suffix == ".kept"):
        head, _, text = path.read_bytes().partition(b"\n")
        assert head.split()[1].decode() == hashlib.sha256(text).hexdigest()
        if path.parent.name == "runs":
            assert from_json(text.decode("ascii")).outcome.kind == "finished"
        elif path.parent.name == "figures":
            assert isinstance(json.loads(text), dict)
        count += path.parent.name in ("runs", "figures")
    return count


def start(book: Book, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", *options]
    return subprocess.Popen(
        command,
        cwd=book.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=ENVIRONMENT,
        start_new_session=True,
    )


def test_two_builds_at_once_share_the_cache(site: Book) -> None:
    builds = [start(site, "--site-dir", f"site-{n}") for n in range(2)]
    outputs = [build.communicate(timeout=120)[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], outputs
    assert whole(site) == 6
    assert {path.suffix for path in entries(site)} == {".kept"}, "nothing is left half written"
    assert start(site).communicate(timeout=120)[0] == "", "what both remembered can be read"
    pages = [(site.root / f"site-{n}/page/index.html").read_text(encoding="utf-8") for n in range(2)]
    assert pages[0] == pages[1]


def test_a_build_that_is_killed_leaves_no_broken_entry(site: Book) -> None:
    for patience in (1.0, 1.8):
        build = start(site)
        time.sleep(patience)
        os.killpg(build.pid, signal.SIGKILL)
        build.communicate(timeout=60)
        whole(site)
    done = start(site)
    output = done.communicate(timeout=120)[0]
    assert (done.returncode, output) == (0, "")
    assert whole(site) == 6


def test_on_a_full_disk_the_book_is_checked_and_nothing_broken_is_left(site: Book) -> None:
    """A file may not grow beyond a size, so that writing an entry fails in the middle, as on a full disk."""

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    command = [sys.executable, "-c", STORE]
    assert problems(site) == ()
    largest = max((path for path in entries(site) if path.parent.name == "runs"), key=lambda path: path.stat().st_size)
    before = entries(site)
    assert largest.stat().st_size > 2000
    # Measuring the coverage would need the disk as well.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [*command, str(largest)],
        cwd=site.root,
        env=environment,
        check=False,
        preexec_fn=limited,
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert entries(site) == before


RUBBISH = (
    b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"outcome": 1}', b"9" * 10_000, b"[" * 100_000, b'{"wide": 1}', b'"text"', b"{}", b"\x00" * 99,
)  # fmt: skip


def problems(book: Book) -> tuple[Problem, ...]:
    """What is wrong with the book, found out at a new session."""
    fresh = EditSession(book.root)
    try:
        return fresh.look().problems
    finally:
        fresh.close()


def test_rubbish_in_the_cache_is_computed_again(site: Book) -> None:
    assert problems(site) == ()
    for first in (0, 6):
        for path, rubbish in zip(entries(site), RUBBISH[first:], strict=False):
            path.write_bytes(rubbish)
        assert problems(site) == ()
        assert whole(site) == 6


def test_an_entry_that_was_cut_anywhere_is_computed_again(book: Book) -> None:
    folder = book.root / ".cache/runs"
    with Tracer(book.root, folder) as tracer:
        (first,) = tracer.run([Request(Path("snippets/descent.py"))])
        (entry,) = folder.iterdir()
        text = entry.read_bytes()
        for size in range(0, len(text), max(1, len(text) // 7)):
            entry.write_bytes(text[:size])
            (again,) = tracer.run([Request(Path("snippets/descent.py"))])
            assert again.trace == first.trace
            assert whole(book) == 1
    assert re.fullmatch(r"[0-9a-f]{64}\.kept", entry.name)


def test_a_digit_that_changed_in_the_cache_is_noticed(book: Book) -> None:
    """What is remembered decides what passes for verified: a file that merely can be read is not enough."""
    book.page("It ends at [0.588]{best}.")
    assert problems(book) == ()
    (entry,) = (book.root / ".cache/runs").iterdir()
    text = entry.read_text(encoding="ascii")
    assert "0.588029625" in text
    entry.write_text(text.replace("0.588029625", "0.688029625"), encoding="ascii")
    assert problems(book) == ()
    assert "0.688" not in entry.read_text(encoding="ascii")
