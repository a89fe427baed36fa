"""Markdown that any program shows: what only the book understands is reduced to its words."""

from pathlib import Path

import pytest

from backprop_book.scan import scan, scan_text
from backprop_book.scan.insertion_points import plain

TEXTS = {
    "Words *with* `code` and $x^2$.": "Words *with* `code` and $x^2$.",
    "It is [0.1]{rate} or [three [**x**](a.md) of]{rate == 0.1}.": "It is 0.1 or three **x** of.",
    "[175 billion]{# a figure} [[0.1, 0.2]]{[rate, 0.2]}": "175 billion [0.1, 0.2]",
    "A [link `x` [y]](../page.md#part \"title\") and [far](https://example.org/a_(b)).": (
        "A link `x` [y] and [far](https://example.org/a_(b))."
    ),
    "![alt](x.png){ width=3 } <b>b</b> [here](#there)": "alt <b>b</b> here",
    "A [word][w] and [w][].\n\n[w]: page.md": "A word and w.\n\n[w]: page.md",
    "| [a]{rate} | b |\n|---|---|\n| 0.1 | [2]{# two} |": "| a | b |\n|---|---|\n| 0.1 | 2 |",
    "- item [0.1]{rate}\n\n```text\n[x](y.md) {z}\n```\n\nEnd {: .lead }": (
        "- item 0.1\n\n```text\n[x](y.md) {z}\n```\n\nEnd"
    ),
    "> quoted [0.1\n> twice]{rate}": "> quoted 0.1\n> twice",
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_what_stays(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.backprop_book]\n", encoding="utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets/rates.py").write_text("rate = 0.1\n", encoding="utf-8")
    document = scan_text(scan(tmp_path), "docs/page.md", f"---\nbook:\n  listing: rates\n---\n\n{text}\n")
    assert plain(document, document.source.body, len(document.source.text)) == TEXTS[text]
