"""Outputs whose characters are not all plain: what ends a line, what is looked at, and what `fix` writes."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_book.scan import scan, scan_text
from backprop_book.scan.book import Chapter
from backprop_book.verify.outputs import judge_output
from backprop_book.verify.verdict import Judgement
from small_book import Book

ENDS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What ends a line for `str.splitlines`, and for no editor."""
BEFORE = '```python\n--8<-- "descent.py"\n```\n\n```text title="Output"\n'


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    root = tmp_path_factory.mktemp("outputs")
    Path(root, "pyproject.toml").write_text("[tool.backprop_book]\nverified = []\n", encoding="utf-8")
    for folder in ("docs", "snippets"):
        Path(root, folder).mkdir()
    Path(root, "snippets/descent.py").write_text("best = 1\n", encoding="utf-8")
    return scan(root)


def judged(chapter: Chapter, fence: str, stdout: str) -> tuple[str, Judgement]:
    """The text of a page with a fence, and what is said of it."""
    text = f"{BEFORE}{fence}```\n"
    document = scan_text(chapter, "docs/page.md", text)
    return text, judge_output(document.source, document.outputs[0], stdout)


@pytest.mark.parametrize(
    ("fence", "stdout"),
    [
        ("bold\n", "\x1b[1mbold\x1b[0m\n"),
        ("\x1b[1mbold\x1b[0m\n", "\x1b[1mbold\x1b[0m\n"),
        ("red and blue\n", "\x1b[38;5;196mred\x1b[m and \x1b[38:2::0:0:255mblue\x1b[0m\n"),
        ("a,b\n1,2\n", "a,b\r\n1,2\r\n"),
        ("10%\\r20%\n", "10%\r20%\n"),
        ("bell\\x07, page\\x0cbreak\n", "bell\x07, page\x0cbreak\n"),
        ("a\u2028b\n", "a\u2028b\n"),
        ("a\\u2028b\n", "a\u2028b\n"),
        ("a\nb  \n", "a  \nb\n"),
    ],
)
def test_what_a_terminal_does_not_show_as_a_character_is_written_out_or_left_out(
    chapter: Chapter, fence: str, stdout: str
) -> None:
    assert not judged(chapter, fence, stdout)[1]


@pytest.mark.parametrize(
    ("fence", "stdout", "expected"),
    [
        ("10%\n20%\n", "10%\r20%\n", "10%\\r20%"),
        ("page\nbreak\n", "page\fbreak\n", "page\\x0cbreak"),
        ("  a\n", "b\n", "b"),
        ("bold\n", "\x1b[2Kbold\n", "\\x1b[2Kbold"),
    ],
)
def test_what_is_not_shown_as_it_was_printed_is_refused(
    chapter: Chapter, fence: str, stdout: str, expected: str
) -> None:
    problem = judged(chapter, fence, stdout)[1].problem
    assert problem is not None
    assert f"    expected: {expected}\n" in str(problem)
    assert problem.remedy == "copy what it prints"


@settings(deadline=None)
@given(st.lists(st.text("ab 0\u00a0\x1b" + ENDS, max_size=8), max_size=4), st.text("ab" + ENDS, max_size=8))
def test_the_line_is_named_and_mended_that_an_editor_shows(chapter: Chapter, before: list[str], words: str) -> None:
    lines = [*before, f"{words}x = 7y"]
    stdout = "".join(f"{line}\n" for line in lines)
    assert not judged(chapter, stdout, stdout)[1]
    text, judgement = judged(chapter, stdout.replace("x = 7y", "x = 8y"), stdout)
    problem = judgement.problem
    assert problem is not None
    assert (problem.line, problem.column) == (BEFORE.count("\n") + len(lines), 1)
    (edit,) = judgement.edits
    mended = text[: edit.start] + edit.text + text[edit.end :]
    assert not judged(chapter, mended.removeprefix(BEFORE).removesuffix("```\n"), stdout)[1]


@given(st.text("ab \n" + ENDS, max_size=20), st.sampled_from(["docs/page.md", "snippets/descent.md"]))
def test_a_place_in_the_prose_is_that_of_an_editor(chapter: Chapter, words: str, path: str) -> None:
    text = f"Some\n\nz{words}. A bare 77.\n"
    document = scan_text(chapter, path, text)
    before = text[: text.index("77")].split("\n")
    assert [(p.line, p.column) for p in document.problems if p.message == "bare number"] == [
        (len(before), len(before[-1]) + 1)
    ]


def test_fix_mends_the_right_line_of_an_output_with_line_separators(book: Book) -> None:
    book.write("snippets/lines.py", 'print("a\\u2028b\\x0bc")\nprint("end 7")\n')
    place = book.write("docs/page.md", BEFORE.replace("descent", "lines") + "a\u2028b\\x0bc\nend 8\n```\n")
    (verdict,) = book.verdicts()
    assert verdict.problem is not None
    assert (verdict.problem.line, verdict.problem.column) == (7, 1)
    assert [str(origin) for origin in verdict.problem.origins] == ['snippets/lines.py:2: print("end 7")']
    (edit,) = verdict.edits
    assert place.read_text(encoding="utf-8")[edit.start : edit.end] == "end 8"
    assert edit.text == "end 7"


def test_the_place_of_a_byte_that_is_no_text_is_that_of_an_editor(book: Book) -> None:
    (book.root / "docs/page.md").write_bytes("\ufeffä\r\rä\u2028ä".encode() + b"\xff")
    assert [(p.line, p.column, p.found) for p in book.problems()] == [(3, 4, "b'\\xff'")]
