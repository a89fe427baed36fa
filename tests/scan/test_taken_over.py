"""What is taken over from an earlier scan is what a scan of everything reads, and what an edit cannot concern is not read again."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backprop_book.core.cache import Memo
from backprop_book.scan import scan
from backprop_book.scan.book import Chapter
from small_book import FIGURE

CODE = "rate = 0.1\nloss = max(3, 4)\n\n\ndef half(value):\n    kept = value / 2\n    return kept\n"
VARIANTS: dict[str, tuple[str | None, ...]] = {
    "snippets/descent.py": (
        CODE,
        CODE.replace("0.1", "0.2"),
        CODE.replace("rate", "pace"),
        CODE.replace("kept", "rate"),
        CODE.replace("rate = 0.1", "import rate"),
        CODE.replace("rate", "fi"),
        f"other = 1\n{CODE}",
        f"# --8<-- [start:a]\n{CODE}# --8<-- [end:a]\n",
        CODE.replace("max(3, 4)", "4"),
        f"{CODE}= 1\n",
        None,
        CODE.replace("kept", "fi"),
    ),
    "snippets/other.py": (
        "a = 1\nb = min(1, 2)\n",
        "import descent\na = descent.rate\n",
        "from descent import rate\nb = max(3, 4)\n",
        "a = = 1\n",
        None,
        "b = min(1, 2)\na = 1\n",
    ),
    "snippets/rate.py": (None, "a = 1\nb = max(3, 4)\n", "rate = min(1, 2)\n", "a = (\n"),
    "snippets/early/descent.py": (None, CODE, "rate = 1\n"),
    "snippets/descent.md": (
        None,
        "## `rate = 0.1`: the rate\n\nIt is [0.1]{rate}, as in `half`.\n",
        "## `rate = 0.1`: the rate\n\nIn `other`: `a = 1`. [The same]{other.a == rate * 10}.\n",
        "## `rate = 0.1`: the rate\n\nIn `oter`: `a = 1`. [The same]{other.a == rate * 10}.\n",
    ),
    "docs/page.md": (
        '```python\n--8<-- "descent.py"\n```\n\n[0.1]{rate}\n',
        '```python\n--8<-- "descent.py:a"\n```\n\n`max(3, 4)` and `loss`\n',
        '```python\n--8<-- "descent.py"\n```\n\n[`rate`]{# a word}, `kept` and `loss = max(3, 5)`.\n',
        '```python\n--8<-- "descent.py"\n```\n\n[1]{other.a}, [1]{rate.a}, `rate = 0.1`, `rate=0.1` and `ﬁ`.\n',
        '```python\n--8<-- "descent.py"\n```\n\n| step | loss {loss[row]} |\n|---|---|\n| one | 4 |\n',
        '```python\n--8<-- "snippets/descent"\n```\n',
        "Words.\n",
        None,
        '```python\n--8<-- "descent.py"\n```\n\n`ﬁ`.\n',
        '```python\n--8<-- "descent.py"\n```\n\n[1]{rate.a}\n',
    ),
    "docs/other.md": (
        "---\nbook: {listing: other}\n---\n\n[1]{a}, `min(1, 2)` and `b`.\n",
        '---\nbook: {listing: "\\x6fther"}\n---\n\n[1]{a} and `b`.\n',
        "[1]{other.a + rate.a} and `rate`.\n",
        "To `docs/page.md`, `snippets/other.py`, `early/` and `descent.py`.\n",
        "<!-- book: beside descent other -->\n",
        "![A line.](figures/falling.svg)\nIt falls to [`max(3, 4)`]{# some other time}.\n",
        '--8<-- "other.py"\n\nWords and `descent`.\n',
        '```python\n--8<-- "early/descent.py"\n```\n\nIt calls `min(1, 2)`, not [`min(2, 1)`]{# no}.\n',
        None,
        "It calls `min(2, 1)`.\n",
        "[1]{ｏther.a}\n",
    ),
    "figures/falling.py": (None, FIGURE.format("other.a"), FIGURE.format("descent.rate"), "= 1\n"),
    "README.md": ("# Words\n", "<!-- book: other -->\n\n[1]{a}\n\n<!-- /book -->\n", None),
    "pyproject.toml": ("[tool.backprop_book]\n", '[tool.backprop_book.terms]\nSeven = "A name."\n'),
}
"""For each file of the book what it may hold; None where there is none."""
EDITS = st.lists(
    st.sampled_from([(path, number) for path, texts in VARIANTS.items() for number in range(len(texts))]), max_size=12
)


def write(root: Path, files: Mapping[str, str | None]) -> None:
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            place.unlink(missing_ok=True)
        else:
            place.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("book")


@settings(max_examples=150, deadline=None)
@given(EDITS)
@example([("docs/other.md", 3), ("snippets/other.py", 4)])
@example([("docs/other.md", 1), ("snippets/other.py", 4)])
@example([("docs/other.md", 1), ("snippets/other.py", 3), ("snippets/other.py", 0)])
@example([("docs/page.md", 3), ("snippets/descent.py", 5), ("snippets/descent.py", 0)])
@example([("docs/page.md", 1), ("snippets/descent.py", 8), ("snippets/descent.py", 9), ("snippets/descent.py", 8)])
@example([("docs/other.md", 5), ("snippets/rate.py", 3), ("snippets/descent.py", 8), ("snippets/rate.py", 0)])
@example([("docs/page.md", 3), ("snippets/rate.py", 1), ("snippets/descent.py", 3), ("snippets/descent.py", 4)])
@example([("docs/other.md", 7), ("snippets/early/descent.py", 1), ("snippets/descent.py", 10)])
@example([("docs/page.md", 1), ("snippets/descent.py", 7), ("snippets/descent.py", 0)])
@example([("snippets/descent.md", 2), ("snippets/other.py", 3), ("snippets/other.py", 0)])
@example([("snippets/descent.md", 2), ("snippets/other.py", 5)])
@example([("docs/page.md", 2), ("snippets/descent.py", 8)])
@example([("snippets/rate.py", 3), ("docs/other.md", 9), ("snippets/rate.py", 1)])
@example([("docs/other.md", 3), ("docs/page.md", 7)])
@example([("docs/other.md", 10), ("snippets/other.py", 4)])
@example([("docs/page.md", 8), ("snippets/descent.py", 11), ("snippets/descent.py", 0)])
@example([("snippets/rate.py", 1), ("snippets/descent.py", 4), ("docs/page.md", 9), ("snippets/descent.py", 0)])
def test_edits_one_by_one_are_read_like_all_at_once(root: Path, edits: list[tuple[str, int]]) -> None:
    write(root, {path: texts[0] for path, texts in VARIANTS.items()})
    memo = Memo()
    scan(root, memo)
    for path, number in edits:
        memo.forget()
        write(root, {path: VARIANTS[path][number]})
        known, fresh = scan(root, memo), scan(root)
        assert known.problems == fresh.problems
        assert known.documents == fresh.documents


BOOK = {
    "pyproject.toml": "[tool.backprop_book]\n",
    "snippets/descent.py": CODE,
    "snippets/other.py": "a = 1\n",
    "figures/falling.py": FIGURE.format("other.a"),
    "docs/rate.md": '```python\n--8<-- "descent.py"\n```\n\n[0.1]{rate}\n',
    "docs/half.md": '```python\n--8<-- "descent.py"\n```\n\n`half`\n',
    "docs/call.md": "`max(3, 4)`\n",
    "docs/other.md": "[1]{other.a}\n",
    "docs/file.md": "`snippets/other.py` and `docs/call.md`\n",
    "docs/words.md": "Words.\n\n![A line.](figures/falling.svg)\nIt falls.\n",
    "docs/wrong.md": "Seven.\n",
}
"""A book of which each page depends on something else."""


@pytest.mark.parametrize(
    ("edit", "again"),
    [
        ({}, ""),
        ({"docs/words.md": "Others.\n"}, "words"),
        ({"snippets/descent.py": CODE.replace("0.1", "0.2")}, "half rate"),
        ({"snippets/descent.py": CODE.replace("rate", "pace")}, "half rate"),
        ({"snippets/descent.py": CODE.replace("max(3, 4)", "4")}, "call half rate"),
        ({"snippets/descent.py": f"{CODE}= 1\n"}, "call half rate"),
        ({"snippets/third.py": "c = 1\n"}, "call file half other rate words wrong"),
        ({"docs/call.md": None}, "file"),
        ({"figures/falling.py": FIGURE.format("other.b")}, ""),
        ({"figures/rising.py": FIGURE.format("other.a")}, "call file half other rate words wrong"),
        (
            {"pyproject.toml": '[tool.backprop_book.terms]\nSeven = "A name."\n'},
            "call file half other rate words wrong",
        ),
    ],
)
def test_what_an_edit_cannot_concern_is_not_read_again(tmp_path: Path, edit: dict[str, str | None], again: str) -> None:
    write(tmp_path, BOOK)
    memo = Memo()
    before = scan(tmp_path, memo)
    write(tmp_path, edit)
    assert read_again(before, scan(tmp_path, memo)) == again


def read_again(before: Chapter, after: Chapter) -> str:
    """The pages that were read again, by their names; not those that are new or gone."""
    old = {document.source.path: document for document in before.documents}
    pairs = [(old[each.source.path], each) for each in after.documents if each.source.path in old]
    return " ".join(Path(one.source.path).stem for one, other in pairs if one is not other)
