"""Changes of the code: which there are, and which of them a sentence notices."""

from pathlib import Path

import pytest

from backprop_book.core.problems import BookError
from backprop_book.run import Tracer
from backprop_book.source import parse
from backprop_book.tools.mutate import Ideas, code_mutants, find_ideas
from small_book import Book


def changed_lines(text: str) -> list[str]:
    """The first line of each mutant of a script of one line, or the line that differs."""
    found = []
    for mutant in code_mutants(parse("s.py", text)):
        pairs = zip(text.split("\n"), mutant.source.split("\n"), strict=True)
        (line,) = (number for number, (old, new) in enumerate(pairs, 1) if old != new)
        assert line == mutant.line
        assert text.split("\n")[line - 1][mutant.column - 1 :].startswith(mutant.found)
        found.append(mutant.source.split("\n")[line - 1])
    return found


CHANGES = {
    "x = 1": ["x = 2"],
    "x = 0.1": ["x = 0.2"],
    "x = 9.9": ["x = 10.0"],
    "x = .5": ["x = .6"],
    "x = 1.": ["x = 2."],
    "x = 1e-6": ["x = 2e-6"],
    "x = 1_000": ["x = 1001"],
    "x = 0x1F": [],
    "x = True": [],
    "x = '1 + 1'": [],
    "x = 2j": [],
    "x = a + b": ["x = a - b"],
    "x = a - b": ["x = a + b"],
    "x = a * b": ["x = a / b"],
    "x = a / b": ["x = a * b"],
    "x = a // b": ["x = a * b"],
    "x = a % b": ["x = a * b"],
    "x = a ** b": ["x = a * b"],
    "x = a @ b": [],
    "x += a": ["x -= a"],
    "x @= a": [],
    "x = -a": [],
    "x = (a) + (b)": ["x = (a) - (b)"],
    "é = 'é' + b": ["é = 'é' - b"],
    "x = f(*a, **b)": [],
    "x = f'{a + 1}'": [],
    "x = a < b <= c": ["x = a <= b <= c", "x = a < b < c"],
    "x = a > b >= c": ["x = a >= b >= c", "x = a > b > c"],
    "x = a == b != c": ["x = a != b != c", "x = a == b == c"],
    "x = a is None": ["x = a is not None"],
    "x = a in b": ["x = a not in b"],
    "x = a not in b": [],
    "x = (a  # one +\n + b)": [" - b)"],
}


@pytest.mark.parametrize("text", CHANGES)
def test_changes_of_a_script(text: str) -> None:
    assert changed_lines(text) == CHANGES[text]


def ideas(book: Book, tmp_path: Path, *stems: str) -> tuple[Ideas, ...]:
    told: list[tuple[str, int, int]] = []
    with Tracer(tmp_path) as tracer:
        found = find_ideas(book.verifier(), tracer, stems, 60, lambda *each: told.append(each))
    for each in found:
        assert (each.path, each.tried, each.tried) in told
    return found


def unnoticed(found: Ideas) -> list[tuple[int, str, str]]:
    return [(mutant.line, mutant.found, mutant.becomes) for mutant in found.unnoticed]


def test_claims_outputs_and_mentions_notice(book: Book, tmp_path: Path) -> None:
    book.write("snippets/descent.py", "x = 1\ny = 2\nif y > 1:\n    z = 3\nprint(x + 4)\n")
    book.page('[1]{x} and `z`\n\n```text title="Output"\n5\n```\n')
    (found,) = ideas(book, tmp_path, "descent")
    assert (found.tried, found.left) == (7, 0)
    assert unnoticed(found) == [(2, "2", "3"), (3, ">", ">="), (4, "3", "4")]


def test_claims_of_several_runs_notice(book: Book, tmp_path: Path) -> None:
    book.write("snippets/descent.py", "x = 1\ny = 2\n")
    book.write("snippets/other.py", "x = 1\n")
    book.page("[both agree]{descent.x == other.x}, and `1 + 1 = 2`")
    first, second = ideas(book, tmp_path, "descent", "other")
    assert unnoticed(first) == [(2, "2", "3")]
    assert (second.tried, unnoticed(second)) == (1, [])


def test_a_run_that_fails_or_does_not_end_is_noticed(book: Book, tmp_path: Path) -> None:
    book.write("snippets/descent.py", "n = [0]\nwhile n[0] != 0:\n    pass\n")
    book.page("`n`")
    (found,) = ideas(book, tmp_path, "descent")
    assert found.tried == 4
    assert unnoticed(found) == []


def test_a_book_with_a_broken_snippet_has_no_ideas(book: Book, tmp_path: Path) -> None:
    book.write("snippets/descent.py", "raise ValueError('no')\n")
    with pytest.raises(BookError, match="the snippet did not finish: ValueError: no"):
        ideas(book, tmp_path, "descent")
