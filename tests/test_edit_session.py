"""A book that is being edited: what is read, run and judged again after a save, and what is not."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backprop_book.core.model import Answer
from backprop_book.core.problems import BookError
from backprop_book.figures import Drawing
from backprop_book.run import DroppedError
from backprop_book.site.edit_session import EditSession, Look
from small_book import FIGURE, SNIPPET, Book, until

OTHER = '```python\n--8<-- "other.py"\n```\n\n[1]{a}\n'
DRAWN = FIGURE.replace("data.value])", "data.value], color='loss')")


@pytest.fixture
def session(book: Book) -> Iterator[EditSession]:
    book.write("snippets/other.py", "a = 1\n")
    book.write("docs/other.md", OTHER)
    book.page("[0.588]{best}")
    found = EditSession(book.root)
    yield found
    found.close()


def ran(session: EditSession) -> list[str]:
    """Look, and say which snippets were run for that."""
    before = len(session.tracer.ran)
    session.look()
    return [Path(name).stem for name in session.tracer.ran[before:]]


def children_of(session: EditSession) -> str:
    """The processes that run now."""
    server = session.tracer.connection.process
    assert server is not None
    return Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="ascii")


def test_what_did_not_change_is_neither_read_nor_run_nor_judged_again(session: EditSession, book: Book) -> None:
    before = session.look()
    assert session.look() is before
    book.write("docs/own.css", "p { color: teal }\n")
    assert session.look() is before
    book.page("[0.589]{best}")
    after = session.look()
    assert [problem.path for problem in after.problems] == ["docs/page.md"]
    old, new = ({document.source.path: document for document in look.chapter.documents} for look in (before, after))
    assert [path for path in old if new[path] is not old[path]] == ["docs/page.md"]
    assert after.verifier.runs.identities() == before.verifier.runs.identities()
    assert before.verifier.verdicts(old["docs/other.md"]) is after.verifier.verdicts(new["docs/other.md"])
    assert after.chapter.snippets["descent"] is before.chapter.snippets["descent"]


def test_only_a_snippet_that_is_asked_something_new_runs_again(session: EditSession, book: Book) -> None:
    assert ran(session) == ["descent", "other"]
    book.page("It ends at [0.588]{best}.")
    assert ran(session) == []
    book.page("It ends at [0.588]{best}, at [0.1]{rate}.")
    assert ran(session) == ["descent"]
    book.page("It ends at [0.588]{best}.")
    assert ran(session) == []
    book.write("figures/falling.py", FIGURE.format("other.a + 1"))
    assert ran(session) == ["other"]
    book.write("figures/falling.py", FIGURE.format("other.a + 2"))
    assert ran(session) == ["other"]


def test_code_that_changed_runs_once_though_what_is_said_of_it_changes_with_it(
    session: EditSession, book: Book
) -> None:
    book.write("snippets/third.py", "import other\nb = other.a + 1\n")
    assert ran(session) == ["descent", "other", "third"]
    book.write("snippets/other.py", "a = 1  # as before\n")
    assert ran(session) == ["other", "third"]
    book.write("snippets/other.py", "a = 1 / 0\n")
    assert ran(session) == ["other", "third"]
    # Asked for more, the run that began before the page was read is of no use, and ends.
    book.write("snippets/other.py", "a = c = 1\n")
    book.write("docs/other.md", f"{OTHER}And [1]{{c}}.\n")
    session.look()
    assert session.look().problems == ()
    until(lambda: not session.has_news() and not children_of(session))


def test_code_that_cannot_be_run_is_told_where_it_stands(session: EditSession, book: Book) -> None:
    session.look()
    for code, message in {
        b"a = 1\n# --8<-- [start:a]\n": "the section `a` does not end",
        b"a = \xff\n": "this file is not UTF-8",
        b"a = = 1\n": "this is not Python: invalid syntax",
    }.items():
        (book.root / "snippets/other.py").write_bytes(code)
        assert [problem.message for problem in session.look().problems if problem.path == "snippets/other.py"] == [
            message
        ]
        book.write("snippets/other.py", "a = 1\n")
        assert session.look().problems == ()


def test_a_snippet_that_failed_runs_again_if_it_is_asked_anything_else(session: EditSession, book: Book) -> None:
    book.write("snippets/descent.py", f"{SNIPPET}raise ValueError\n")
    book.page("[0.588]{best} and [0.1]{rate}")
    assert ran(session) == ["descent", "other"]
    book.page("[0.588]{best} and then [0.1]{rate}")
    assert ran(session) == []
    # The question that is gone may have been what ended it.
    book.page("[0.588]{best}")
    assert ran(session) == ["descent"]


def test_a_snippet_that_is_removed_is_missed(session: EditSession, book: Book) -> None:
    assert session.look().problems == ()
    (book.root / "snippets/other.py").unlink()
    assert {problem.path for problem in session.look().problems} == {"docs/other.md"}
    book.write("snippets/other.py", "a = 2\n")
    assert [problem.message for problem in session.look().problems] == ["this number is not what other.py gives"]


def test_a_call_that_is_quoted_without_its_snippet_is_missed_and_found_again(session: EditSession, book: Book) -> None:
    book.write("snippets/third.py", "top = max(3, 4)\n")
    book.page("It calls `max(3, 4)`.")
    assert session.look().problems == ()
    book.write("snippets/third.py", "top = max(3, 5)\n")
    assert [problem.found for problem in session.look().problems] == ["max(3, 4)"]
    book.write("snippets/third.py", "top = max(3, 4)\n")
    assert session.look().problems == ()


def test_a_claim_over_several_runs_follows_each_of_them(session: EditSession, book: Book) -> None:
    book.page("[1.588]{best + other.a} and [0.588]{best}")
    assert session.look().problems == ()
    book.page("[1.588]{best + other.a} and then [0.588]{best}")
    assert session.look().problems == ()
    book.write("snippets/other.py", "a = 1.7\n")
    assert [problem.found for problem in session.look().problems] == ["1", "1.588"]
    book.write("snippets/other.py", "a = 1 / 0\n")
    assert [problem.path for problem in session.look().problems] == ["snippets/other.py"]


def test_a_file_that_is_no_text_is_told_until_it_is_one(session: EditSession, book: Book) -> None:
    for path in ("docs/page.md", "snippets/other.md"):
        (book.root / path).write_bytes(b"\xff")
        assert [problem.message for problem in session.look().problems] == ["this file is not UTF-8"]
        book.page("It ends at [0.588]{best}.")
        (book.root / "snippets/other.md").unlink(missing_ok=True)
        assert session.look().problems == ()


def test_after_a_look_that_failed_the_book_is_looked_at_whole(session: EditSession, book: Book) -> None:
    session.look()
    config = book.root / "pyproject.toml"
    before = config.read_text()
    config.write_text("[tool.backprop_book")
    with pytest.raises(BookError):
        session.look()
    book.page("[0.589]{best}")
    with pytest.raises(BookError):
        session.look()
    config.write_text(before)
    assert {problem.path for problem in session.look().problems} == {"docs/page.md"}


def test_other_folders_are_looked_at_whole(session: EditSession, book: Book) -> None:
    session.look()
    config = book.root / "pyproject.toml"
    book.write("pages/page.md", "[0.589]{descent.best}\n")
    config.write_text('[tool.backprop_book]\ndocs = "pages"\nverified = []\n')
    assert {problem.path for problem in session.look().problems} == {"pages/page.md"}


def test_what_is_saved_while_nothing_runs_interrupts_nothing(session: EditSession, book: Book) -> None:
    session.look()
    session.saved()
    book.page("It ends at [0.588]{best}, at [0.1]{rate}.")
    assert session.look().problems == ()


@pytest.mark.parametrize("code", [SNIPPET, None])
def test_a_snippet_that_ran_away_ends_once_its_code_is_what_it_was_or_is_gone(
    session: EditSession, book: Book, apart: Path, code: str | None
) -> None:
    session.look()
    begun, beats = apart / "begun", apart / "beats"
    endless = f"import pathlib, time\npathlib.Path({str(begun)!r}).touch()\nwhile True:\n    pathlib.Path({str(beats)!r}).touch()\n"
    endless = f"{SNIPPET}{endless}    time.sleep(0.01)\n"
    book.write("snippets/descent.py", endless)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(session.look)
        until(begun.exists)
        book.page("It ends at [0.588]{best}.")
        session.saved()
        assert isinstance(waiting.exception(timeout=60), DroppedError)
    for _ in range(2):
        assert [problem.message for problem in session.look().problems] == [
            "the snippet still runs, so nothing is checked that is said of it"
        ]
        book.write("snippets/descent.py", endless)  # saved again as it is, it runs on
    assert not session.has_news()
    if code is None:
        (book.root / "snippets/descent.py").unlink()
    else:
        book.write("snippets/descent.py", code)
    assert (session.look().problems == ()) is (code is not None)

    def is_still() -> bool:
        beats.unlink(missing_ok=True)
        time.sleep(0.1)
        return not beats.exists()

    until(is_still)


def test_a_configuration_that_breaks_ends_the_wait_for_a_run(session: EditSession, book: Book, apart: Path) -> None:
    session.look()
    begun = apart / "begun"
    book.write("snippets/descent.py", f"open({str(begun)!r}, 'w').close()\nimport time\ntime.sleep(100)\n")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(session.look)
        until(begun.exists)
        book.write("pyproject.toml", "[tool.backprop_book")
        session.saved()
        assert isinstance(waiting.exception(timeout=60), DroppedError)


def test_an_early_look_waits_for_what_was_saved_and_not_for_what_imports_it(
    session: EditSession, book: Book, apart: Path
) -> None:
    here, go = apart / "run", apart / "run.go"
    book.write(
        "snippets/third.py",
        f"import pathlib, time\nimport other\nhere = pathlib.Path({str(here)!r})\n"
        "while other.a == 2 and not here.with_suffix('.go').exists():\n    time.sleep(0.01)\nb = other.a + 1\n",
    )
    book.write("docs/third.md", '```python\n--8<-- "third.py"\n```\n\n[2]{b}\n')
    book.write("figures/falling.py", DRAWN.format("other.a"))
    book.write("docs/figure.md", "![A line.](figures/falling.svg)\nIt falls.\n")
    assert session.look().problems == ()
    book.write("snippets/other.py", "a = 2\n")
    early = session.look(early=True)
    assert [problem.path for problem in early.problems] == ["docs/other.md"]
    assert early.unsettled == {"docs/third.md", "snippets/third.py", "figures/falling.py"}
    # What is saved meanwhile is told, and nobody waits for more by accident.
    book.page("[0.589]{best}")
    early = session.look(early=True)
    assert [problem.path for problem in early.problems] == ["docs/other.md", "docs/page.md"]
    assert early.unsettled == {"docs/third.md", "snippets/third.py", "figures/falling.py"}
    assert session.look() is early
    go.touch()
    assert session.has_news()
    whole = session.look()
    assert [problem.path for problem in whole.problems] == ["docs/other.md", "docs/page.md", "docs/third.md"]
    assert (whole.unsettled, whole.gallery.postponed) == (frozenset(), set())
    assert not session.has_news()
    assert [Path(name).stem for name in session.tracer.ran] == ["descent", "other", "third", "other", "third"]
    # Where nothing else depends on what was saved, an early look finds everything.
    book.page("[0.588]{best}")
    assert session.look(early=True).unsettled == frozenset()


def test_an_early_look_at_a_file_that_snippets_read_waits_for_them(session: EditSession, book: Book) -> None:
    book.write("snippets/other.py", "a = int(open(__file__[:-8] + 'a.txt').read())\n")
    numbers = book.write("snippets/a.txt", "1")
    assert session.look().problems == ()
    numbers.write_text("2")
    early = session.look(early=True)
    assert ([problem.path for problem in early.problems], early.unsettled) == (["docs/other.md"], frozenset())


SLOW = "import pathlib, time\nhere = pathlib.Path({!r})\nwhile not here.with_suffix('.go').exists():\n    time.sleep(0.01)\n"
"""Code that goes on until a file is there."""


def test_only_what_is_new_is_asked_of_code_that_has_run(session: EditSession, book: Book) -> None:
    book.write("docs/other.md", f"{OTHER}\nAnd [0.1]{{descent.rate}}.\n")
    before = session.look()
    book.page("[0.588]{best}, from [0.89625]{losses[0] / (1 - rate)}, as [it should]{losses[0] < loss + other.a}.")
    after = session.look()
    assert ([Path(name).stem for name in session.tracer.ran[2:]], after.problems) == (["descent"], ())
    assert after.verifier.runs.identities() == before.verifier.runs.identities()
    old, new = (
        next(each for each in look.chapter.documents if "other" in each.source.path) for look in (before, after)
    )
    assert before.verifier.verdicts(old) is after.verifier.verdicts(new)
    # Now it has answered all of it.
    book.page("From [0.89625]{losses[0] / (1 - rate)} to [0.588]{best}.")
    assert (ran(session), session.look().problems) == ([], ())


def test_a_run_that_was_only_asked_more_goes_on_and_what_it_did_before_stays_known(
    session: EditSession, book: Book, apart: Path
) -> None:
    go = apart / "run.go"
    go.touch()
    book.write("snippets/other.py", f"{SLOW.format(str(apart / 'run'))}a = 1\nb = 2\n")
    book.write("docs/same.md", "[1]{other.a}\n")
    before = session.look()
    assert before.problems == ()
    go.unlink()
    book.write("docs/other.md", f"{OTHER}And [3]{{b}}.\n")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(session.look)
        until(lambda: len(session.tracer.ran) == 3)
        book.page("[0.589]{best}")
        session.saved()
        assert isinstance(waiting.exception(timeout=60), DroppedError)
    for _ in range(2):
        found = [(problem.path, problem.message) for problem in session.look().problems]
        assert [path for path, _ in found] == ["docs/page.md", "snippets/other.py"]
        assert found[1][1] == "the snippet still runs, so nothing is checked that is said of it"
        book.page("It is [0.589]{best}.")
    go.touch()
    until(session.has_news)
    after = session.look()
    assert [problem.found for problem in after.problems] == ["3", "0.589"]
    assert after.verifier.runs.identities() == before.verifier.runs.identities()
    assert [Path(name).stem for name in session.tracer.ran] == ["descent", "other", "other"]


@pytest.mark.parametrize("times", [1, 2])
def test_where_a_run_fails_that_was_only_asked_more_all_is_asked_again(
    session: EditSession, book: Book, apart: Path, times: int
) -> None:
    fails = apart / "fails"
    book.write(
        "snippets/other.py",
        f"import pathlib\nhere = pathlib.Path({str(fails)!r})\nleft = int(here.read_text())\n"
        "if left:\n    here.write_text(str(left - 1))\n    raise ValueError(left)\na = 1\nb = 2\n",
    )
    fails.write_text("0")
    assert session.look().problems == ()
    fails.write_text(str(times))
    book.write("docs/other.md", f"{OTHER}And [2]{{b}}.\n")
    assert [problem.message for problem in session.look().problems] == ["the snippet did not finish: ValueError: 1"] * (
        times - 1
    )
    assert [Path(name).stem for name in session.tracer.ran] == ["descent", "other", "other", "other"]
    book.page("It is [0.588]{best}.")
    assert (ran(session), len(session.look().problems)) == ([], times - 1)


@pytest.mark.parametrize("is_asked_more", [False, True])
def test_code_that_is_asked_less_than_before_runs_once(
    session: EditSession, book: Book, apart: Path, is_asked_more: bool
) -> None:
    book.write("docs/other.md", f"{OTHER}And [2]{{a + 1}}.\n")
    session.look()
    book.write("docs/other.md", OTHER)
    book.write("snippets/other.py", f"a = 1\n{SLOW.format(str(apart / 'run'))}")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(session.look)
        until(lambda: len(session.tracer.ran) == 3)
        time.sleep(0.2)
        book.page("[0.589]{best}")
        session.saved()
        assert isinstance(waiting.exception(timeout=60), DroppedError)
    for _ in range(2):
        assert [problem.path for problem in session.look().problems] == ["docs/page.md", "snippets/other.py"]
        book.page("It is [0.589]{best}.")
    assert [Path(name).stem for name in session.tracer.ran] == ["descent", "other", "other"]
    if is_asked_more:
        book.write("docs/other.md", f"{OTHER}And [3]{{a + 1}}, not [3]{{a + 2}}.\n")
        session.look()
    (apart / "run.go").touch()
    until(session.has_news)
    found = [problem.path for problem in session.look().problems]
    assert found == [*(["docs/other.md"] if is_asked_more else []), "docs/page.md"]
    assert len(session.tracer.ran) == 3 + is_asked_more


def test_a_question_that_is_not_asked_any_more_is_not_to_blame(session: EditSession, book: Book) -> None:
    book.write("snippets/other.py", "things = iter('ab')\na = 1\n")
    book.write("docs/other.md", f"{OTHER}And [it]{{next(things) == 'a' when a == 1}}.\n")
    assert session.look().problems == ()
    book.write("docs/other.md", OTHER)
    book.write("snippets/other.py", "things = iter('ab')\na = 1\nassert next(things) == 'a'\n")
    assert (ran(session), session.look().problems) == (["other", "other"], ())


def test_an_early_look_after_code_is_gone_does_not_wait_for_what_others_are_asked_instead(
    session: EditSession, book: Book
) -> None:
    gone = book.write("snippets/gone.py", "c = 1\n")
    book.page("[1]{gone.c}")
    book.write("docs/descent.md", "[0.588]{descent.best}\n")
    book.write("figures/falling.py", DRAWN.format("other.a"))
    book.write("docs/figure.md", "![A line.](figures/falling.svg)\nIt falls.\n")
    before = session.look()
    assert before.problems == ()
    gone.unlink()
    early = session.look(early=True)
    assert early.problems == ()
    assert early.unsettled == {"docs/page.md"}
    assert len(session.tracer.ran) == 3
    assert session.has_news()
    # What is asked in prose that is saved meanwhile is told, and still nobody waits for the other answers.
    book.page("[0.589]{best} and [1]{gone.c}")
    book.write("docs/other.md", "[3]{other.a + 1}\n")
    early = session.look(early=True)
    assert [problem.found for problem in early.problems] == ["3", "0.589"]
    assert early.unsettled == {"docs/page.md"}
    assert session.has_news()
    whole = session.look()
    assert [problem.path for problem in whole.problems] == ["docs/other.md", "docs/page.md", "docs/page.md"]
    assert (whole.unsettled, [Path(name).stem for name in session.tracer.ran[3:]]) == (
        frozenset(),
        ["other", "descent"],
    )
    ran = before.verifier.runs.identities()
    assert {**ran, **whole.verifier.runs.identities()} == ran
    # A figure waits like a page.
    book.write("snippets/third.py", "d = 4\n")
    session.look()
    book.write("snippets/third.py", "d = 5\n")
    book.write("figures/falling.py", DRAWN.format("other.a + 2"))
    assert session.look(early=True).unsettled == {"figures/falling.py"}
    assert session.has_news()
    assert isinstance(session.look().gallery.drawing("falling"), Drawing)


def test_what_several_runs_give_together_is_put_together_again_only_if_one_of_them_gives_something_else(
    session: EditSession, book: Book
) -> None:
    book.write("snippets/third.py", "import descent\nc = 1\n")
    book.page("[1]{other.a * third.c}")

    def given(look: Look) -> Answer | str:
        page = next(each for each in look.chapter.documents if each.source.path == "docs/page.md")
        return look.verifier.answers(page.combined)[0]

    before = given(session.look())
    book.write("docs/other.md", f"{OTHER}And more.\n")
    assert given(session.look()) is before
    book.write("snippets/other.py", "a = 1\nb = 2\n")
    assert given(session.look()) is before
    # The importing snippet is waited for later; until then nobody knows.
    book.write("snippets/descent.py", f"{SNIPPET}rest = 1\n")
    early = session.look(early=True)
    assert "docs/page.md" in early.unsettled
    assert session.has_news()
    assert given(session.look()) is before
    book.write("snippets/other.py", "a = 2\nb = 2\n")
    assert [problem.path for problem in session.look().problems] == ["docs/other.md", "docs/page.md"]
