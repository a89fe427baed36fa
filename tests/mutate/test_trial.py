"""Every mutant is judged as if its whole document had been scanned and verified again, and survivors are told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_book.core.cache import Memo
from backprop_book.core.problems import BookError
from backprop_book.run import Tracer
from backprop_book.scan import scan, scan_text
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Document
from backprop_book.tools.mutate import MUTANT_KINDS, Mutant, mutants, try_all
from backprop_book.verify import Verifier
from backprop_book.verify.verdict import regions
from small_book import Book

EVERYTHING = Path(__file__).parent / "samples" / "everything"


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return scan(EVERYTHING)


@pytest.fixture(scope="module")
def verifier(chapter: Chapter) -> Iterator[Verifier]:
    with Tracer(EVERYTHING) as tracer:
        yield Verifier(chapter, tracer)


def whole(chapter: Chapter, document: Document, start: int, end: int, text: str) -> Document:
    """The changed document, scanned as a whole."""
    old = document.source.text
    return scan_text(chapter, document.source.path, f"{old[:start]}{text}{old[end:]}")


@pytest.mark.parametrize("share", [6, pytest.param(1, marks=pytest.mark.whole)])
def test_survivors_are_those_of_a_whole_scan_and_a_whole_verification(
    chapter: Chapter, verifier: Verifier, share: int
) -> None:
    """All that one mutant of so many asks is asked anew: nothing is derived from what the run gave before."""
    assert chapter.problems == ()
    trials = try_all(verifier, chapter.documents)
    survived = [mutant for trial in trials for mutant in trial.survivors]
    made = [(trial.document, mutant) for trial in trials for mutant in trial.mutants]
    tried = [each for number, each in enumerate(made) if number % share == 0 or each[1] in survived]
    changed = [whole(chapter, document, mutant.start, mutant.end, mutant.text) for document, mutant in tried]
    named = [
        replace(each, source=replace(each.source, path=f"{each.source.path}#{number}"))
        for number, each in enumerate(changed)
    ]
    with Tracer(EVERYTHING) as tracer:
        again = Verifier(replace(chapter, documents=tuple(named)), tracer)
        survivors = {
            mutant
            for (_, mutant), document in zip(tried, named, strict=True)
            if not document.problems and all(verdict.status == "holds" for verdict in again.verdicts(document))
        }
    assert set(survived) == survivors
    assert [(mutant.found, mutant.becomes) for mutant in survived] == [("1", "2"), ("2", "3")]
    assert {mutant.kind for _, mutant in tried} == set(MUTANT_KINDS)
    assert {type(region).__name__ for document in chapter.documents for region in regions(document)} == {
        "Claim", "Equation", "Mention", "Output"
    }  # fmt: skip


FRAGMENTS = (
    "0", "7", "10", " ", "\n", "\n\n", "`", "``", "|", "[", "]", "{", "}", "]{x}", "$", "$$", "#", "\n# ", "\n## `rate = 0.1`\n", "> ",
    "- ", "\n\n    ", "```", "\n```\n", "<!--", "-->", "1. ", "\n2. ", "!!! ", "*", "best", "two", "[reference]: x\n", "---\n",
    "<pre>", "\\", "'", "![x](figures/x.svg)",
)  # fmt: skip


TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=3).map("".join)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 999), st.integers(0, 9999), st.integers(0, 3), TEXTS)
def test_a_change_of_one_place_is_read_as_if_all_were_read_again(
    chapter: Chapter, number: int, place: int, length: int, text: str
) -> None:
    document = chapter.documents[number % len(chapter.documents)]
    body, whole_length = document.source.body, len(document.source.text)
    start = body + place % (whole_length - body + 1)
    end = min(whole_length, start + length)
    memo = Memo()
    scan_text(chapter, document.source.path, document.source.text, memo=memo)
    old = document.source.text
    changed = scan_text(chapter, document.source.path, f"{old[:start]}{text}{old[end:]}", memo=memo)
    assert changed == whole(chapter, document, start, end, text)


def test_survivors_are_problems_at_their_place(book: Book) -> None:
    book.page(
        "Between [step 2 and 4]{losses[2] < losses[0] and losses[3] < 4}\n\n| [a]{cell[0] + 0 * best} |\n|---|\n| 0.99 |\n"
    )
    verifier = book.verifier()
    (trial,) = try_all(verifier, verifier.chapter.documents)
    assert "\n".join(map(str, trial.problems)) == PROBLEMS


PROBLEMS = """\
docs/page.md:5:15: nothing notices when this digit is another one
    found:    2
    expected: a check that fails with 3
    remedy:   claim the number with an expression that gives it
docs/page.md:9:3: nothing notices when this digit is another one
    found:    0.99
    expected: a check that fails with 1.99
    remedy:   claim the number with an expression that gives it
docs/page.md:9:3: nothing notices when this number is another one
    found:    0.99
    expected: a check that fails with 1.00
    remedy:   claim the number with an expression that gives it
docs/page.md:9:5: nothing notices when this digit is another one
    found:    0.99
    expected: a check that fails with 0.09
    remedy:   claim the number with an expression that gives it
docs/page.md:9:6: nothing notices when this digit is another one
    found:    0.99
    expected: a check that fails with 0.90
    remedy:   claim the number with an expression that gives it"""


def test_a_book_that_does_not_hold_is_not_tried(book: Book) -> None:
    book.page("[0.5]{best} and seven")
    verifier = book.verifier()
    with pytest.raises(BookError) as raised:
        try_all(verifier, verifier.chapter.documents)
    assert [problem.message for problem in raised.value.problems] == [
        "this number is not what descent.py gives", "bare number"
    ]  # fmt: skip


def test_a_broken_snippet_is_not_tried(book: Book) -> None:
    book.write("snippets/descent.py", "best = 0.588\nraise ValueError('no')\n")
    book.page("[0.588]{best}")
    verifier = book.verifier()
    with pytest.raises(BookError, match="the snippet did not finish: ValueError: no"):
        try_all(verifier, verifier.chapter.documents)


def test_all_mutants_take_no_run_of_their_own_or_one_after_the_chapter_has_run(book: Book, tmp_path: Path) -> None:
    book.page(
        "`best`, `losses`, `rate`\n\n| [a]{losses[row]} | [b]{losses[cell[0] > 0]} |\n|---|---|\n| 0.81 | 0.73 |\n"
    )
    with Tracer(tmp_path) as tracer:
        verifier = Verifier(scan(tmp_path), tracer)
        (trial,) = try_all(verifier, verifier.chapter.documents)
        assert trial.survivors == ()
        assert len(trial.mutants) > 8
        assert len(tracer.ran) == 1
    with Tracer(tmp_path) as tracer:
        verifier = Verifier(scan(tmp_path), tracer)
        assert verifier.problems() == ()
        assert try_all(verifier, verifier.chapter.documents) == (trial,)
        assert len(tracer.ran) == 2


def test_a_run_that_does_not_finish_when_it_is_asked_more_is_an_error(book: Book, apart: Path) -> None:
    book.write("snippets/descent.py", f"import os\nimport pathlib\nflag = pathlib.Path({str(apart)!r}, 'flag')\n"
               "if flag.exists():\n    os._exit(3)\nflag.write_text('')\nbest = 0.588\n")  # fmt: skip
    book.page("[0.588]{best} is `best`")
    verifier = book.verifier()
    assert verifier.problems() == ()  # from here on, no run is the first one
    with pytest.raises(BookError, match="the process ended with status 3 without finishing"):
        try_all(verifier, verifier.chapter.documents)


def changes(book: Book, body: str) -> list[tuple[str, str, str]]:
    """Kind, what was found and what it becomes, of each mutant of a page that says `body`."""
    book.page(body)
    verifier = book.verifier()
    (document,) = verifier.chapter.documents
    assert verifier.problems() == ()
    made: tuple[Mutant, ...] = mutants(verifier.chapter, document, verifier.verdicts(document))
    return [(mutant.kind, mutant.found, mutant.becomes) for mutant in made]


def test_digits_and_numbers_of_claims(book: Book) -> None:
    assert changes(book, "[0.59]{best}, [59 %]{best}, [four]{len(losses)}, [−0.9]{rate - 1}") == [
        ("digit", "0.59", "1.59"), ("number", "0.59", "0.60"), ("digit", "0.59", "0.69"), ("digit", "0.59", "0.50"),
        ("digit", "59", "69"), ("number", "59 %", "60 %"), ("digit", "59", "50"),
        ("number", "four", "five"),
        ("number", "−0.9", "−0.8"), ("digit", "0.9", "1.9"), ("digit", "0.9", "0.0"),
    ]  # fmt: skip


def test_digits_and_numbers_of_equations_and_outputs(book: Book) -> None:
    assert changes(book, '`9 + 1 = 10`\n\n```text title="Output"\nbest: 0.5880\n...\n```\n') == [
        ("digit", "9", "0"), ("number", "9", "10"), ("digit", "1", "2"), ("digit", "10", "20"), ("digit", "10", "11"),
        ("digit", "0.5880", "1.5880"), ("digit", "0.5880", "0.6880"), ("digit", "0.5880", "0.5980"),
        ("digit", "0.5880", "0.5890"), ("digit", "0.5880", "0.5881"),
    ]  # fmt: skip


def test_booleans_are_turned_around_at_their_moment(book: Book) -> None:
    book.write("snippets/descent.py", "flag = True\nfor step in range(3):\n    loss = 3 - step\n")
    claims = "[so]{flag}, [so]{loss > 0 always}, [so]{loss > 9 never}, [so]{loss == 2 when step == 1}, `flag = True`"
    assert changes(book, f"{claims}\n\n| [so]{{row < 9}} | [no]{{row}} |\n|---|---|\n| yes | 0 |\n| yes | 1 |\n") == [
        ("negation", "flag", "not (flag)"), ("negation", "loss > 0 always", "not (loss > 0) always"),
        ("negation", "loss > 9 never", "not (loss > 9) never"),
        ("negation", "loss == 2 when step == 1", "not (loss == 2) when step == 1"), ("negation", "True", "False"),
        ("negation", "row < 9", "not (row < 9)"), ("digit", "0", "1"), ("digit", "1", "2"),
    ]  # fmt: skip


def test_names_get_a_letter_that_makes_them_unknown(book: Book) -> None:
    book.write("snippets/descent.py", "import math\nx = 1\nq = math.floor(x)\nd = {'a': q}\n_ = 2\nB1 = str(x)\n")
    assert changes(book, "`x`, `math.floor(x)`, `d['a']`, `_`, `B1`, `str()`") == [
        ("name", "x", "z"), ("name", "math", "matq"), ("name", "floor", "flooq"), ("name", "x", "z"), ("name", "d", "z"),
        ("name", "_", "_q"), ("name", "B1", "Q1"), ("name", "str", "stq"),
    ]  # fmt: skip


def test_names_in_the_quotes_of_headings(book: Book) -> None:
    book.write(
        "snippets/descent.md", "## `for step in range(4): › loss = ...`, `best = min(losses)`: what\n\nNothing.\n"
    )
    book.page("")
    verifier = book.verifier()
    notes = next(document for document in verifier.chapter.documents if document.kind == "notes")
    made = mutants(verifier.chapter, notes, verifier.verdicts(notes))
    assert [(mutant.kind, mutant.found, mutant.becomes) for mutant in made] == [
        ("quote", "step", "steq"), ("quote", "range", "rangq"), ("quote", "loss", "losq"),
        ("quote", "best", "besq"), ("quote", "min", "miq"), ("quote", "losses", "losseq"),
    ]  # fmt: skip
