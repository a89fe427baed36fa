"""After any edits, a look at what was saved finds what a look at everything finds."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backprop_book.core.problems import Problem
from backprop_book.site.edit_session import EditSession
from small_book import FIGURE, SNIPPET

LISTING = '```python\n--8<-- "descent.py"\n```\n\n'
VARIANTS: dict[str, tuple[str | None, ...]] = {
    "snippets/descent.py": (
        SNIPPET,
        SNIPPET.replace("rate = 0.1", "rate = 0.2"),
        SNIPPET.replace("losses", "values"),
        f"{SNIPPET}top = max(3, 4)\nkept = dict(key=3)\n",
        f"{SNIPPET}1 / 0\n",
        f"{SNIPPET}= 1\n",
        f"# --8<-- [start:a]\n{SNIPPET}# --8<-- [end:a]\n",
    ),
    "snippets/other.py": (
        "a = 1\nb = max(1, 2)\n",
        "a = 2\n",
        "import descent\na = descent.rate * 10\n",
        "a = 1 / 0\n",
        None,
        "a = 2\nb = max(1, 2)\n",
    ),
    "snippets/descent.md": (
        None,
        "## `rate = 0.1`: the rate\n\nIt is [0.1]{rate}.\n",
        "## `rate = 0.1`: the rate\n\nIn `other`: `a = 1`. [The same]{other.a == rate * 10}.\n",
        "## `nothing = 1`: nothing\n\nWords.\n",
    ),
    "docs/page.md": (
        f"{LISTING}[0.588]{{best}}\n",
        f"{LISTING}[0.589]{{best}} and `losses`\n",
        f"{LISTING}[0.1]{{rate}}, [1.1]{{rate + other.a}} and `max(3, 4)`\n",
        '```python\n--8<-- "descent.py:a"\n```\n\nSeven.\n',
        f"{LISTING}It calls [`max(3, 4)`]{{# some other time}}.\n",
        f"{LISTING}It is kept by `key=3`.\n",
        "Words.\n",
        '```python\n--8<-- "descent.py:a"\n```\n',
        f"{LISTING}As `rate != 0.1` says.\n",
    ),
    "docs/other.md": (
        '```python\n--8<-- "other.py"\n```\n\n[1]{a}, `max(1, 2)`\n',
        "[1]{other.a}, `other.b` and `max(1, 2)`\n",
        "![A line.](figures/falling.svg)\nIt is [1]{other.a}.\n",
        "To `docs/page.md` and `snippets/other.py`.\n",
        '--8<-- "other.py"\n\nWords.\n',
        "It calls `max(1, 2)`.\n",
        None,
    ),
    "figures/falling.py": (None, FIGURE.format("other.a"), FIGURE.format("descent.best"), FIGURE.format("other.c")),
    "README.md": ("# Words\n", "<!-- book -->\n\n[1]{other.a}\n\n<!-- /book -->\n", None),
    "pyproject.toml": (
        "[tool.backprop_book]\n",
        '[tool.backprop_book.terms]\nSeven = "A name."\n',
        '[tool.backprop_book.terms]\nNine = "A name."\n',
    ),
}
"""For each file of the book what it may hold; None where there is none."""
EDITS = st.lists(
    st.sampled_from([(path, number) for path, texts in VARIANTS.items() for number in range(len(texts))]), max_size=8
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all books, so that each variant runs and is drawn once: what is remembered stays."""
    return tmp_path_factory.mktemp("edited").resolve()


def write(place: Path, text: str | None) -> None:
    if text is None:
        place.unlink(missing_ok=True)
    else:
        place.write_text(text, encoding="utf-8")


FEW = settings(max_examples=2, deadline=None)
SOME = settings(max_examples=4, deadline=None)
MANY = settings(max_examples=60, deadline=None)


@SOME
@given(EDITS)
@example([("docs/other.md", 1), ("snippets/other.py", 1)])
@example([("docs/other.md", 5), ("snippets/other.py", 1), ("snippets/other.py", 0)])
@example([("snippets/descent.py", 3), ("docs/page.md", 2), ("snippets/descent.py", 0)])
@example([("docs/page.md", 4), ("snippets/descent.py", 3), ("snippets/descent.py", 0)])
@example([("docs/page.md", 5), ("snippets/descent.py", 3), ("snippets/descent.py", 0)])
@example([("docs/page.md", 8), ("snippets/descent.py", 1), ("snippets/descent.py", 0)])
@example([("snippets/descent.md", 1), ("snippets/descent.py", 1), ("snippets/descent.py", 0)])
@example([("snippets/descent.md", 2), ("snippets/other.py", 5), ("snippets/other.py", 0)])
@example([("snippets/descent.py", 6), ("docs/page.md", 7), ("snippets/descent.py", 0), ("snippets/descent.py", 6)])
@example([("snippets/descent.py", 5), ("docs/page.md", 1), ("snippets/descent.py", 0)])
def test_edits_one_by_one_come_to_what_a_fresh_look_finds(root: Path, edits: list[tuple[str, int]]) -> None:
    edit_one_by_one(root, edits)


@pytest.mark.whole
@MANY
@given(EDITS)
def test_many_edits_one_by_one_come_to_it(root: Path, edits: list[tuple[str, int]]) -> None:
    edit_one_by_one(root, edits)


def edit_one_by_one(root: Path, edits: list[tuple[str, int]]) -> None:
    with begun(root) as session:
        for path, number in edits:
            write(root / path, VARIANTS[path][number])
            assert session.look().problems == fresh(root)


EARLY = st.lists(EDITS.map(lambda edits: edits[:3]), max_size=4)


@FEW
@given(EARLY)
@example([[("docs/other.md", 1), ("snippets/other.py", 4), ("docs/page.md", 2)]])
@example([[("snippets/other.py", 4), ("docs/page.md", 2), ("snippets/other.py", 0)], [("docs/other.md", 1)]])
def test_early_looks_come_to_it_once_all_is_known(root: Path, edits: list[list[tuple[str, int]]]) -> None:
    look_early(root, edits)


@pytest.mark.whole
@MANY
@given(EARLY)
def test_many_early_looks_come_to_it(root: Path, edits: list[list[tuple[str, int]]]) -> None:
    look_early(root, edits)


def look_early(root: Path, edits: list[list[tuple[str, int]]]) -> None:
    with begun(root) as session:
        for some in edits:
            for path, number in some:
                write(root / path, VARIANTS[path][number])
                found = session.look(early=True)
                settled = {problem for problem in found.problems if problem.path not in found.unsettled}
                assert settled == {problem for problem in fresh(root) if problem.path not in found.unsettled}
            while session.has_news():
                session.look()
            assert session.look().problems == fresh(root)


@contextmanager
def begun(root: Path) -> Iterator[EditSession]:
    """A session that has looked at the first variant of the book."""
    for folder in ("docs", "snippets", "figures"):
        shutil.rmtree(root / folder, ignore_errors=True)
        (root / folder).mkdir()
    for path in VARIANTS:
        write(root / path, VARIANTS[path][0])
    session = EditSession(root)
    try:
        session.look()
        yield session
    finally:
        session.close()


def fresh(root: Path) -> tuple[Problem, ...]:
    """What a session finds that has never looked."""
    session = EditSession(root)
    try:
        return session.look().problems
    finally:
        session.close()
