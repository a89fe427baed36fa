"""What expressions over several runs give is remembered, by all that it depends on, and never asked of a process twice."""

from dataclasses import replace
from pathlib import Path

from backprop_book.core.model import Probe, Run, Value
from backprop_book.run import Request, Tracer
from backprop_book.scan import scan
from backprop_book.verify import Verifier
from backprop_book.verify.cross_run import evaluated
from small_book import Book


def _values(book: Book) -> tuple[Value, Value]:
    book.write("snippets/two.py", "a = 2\nb = 3.5\n")
    run: Run = book.tracer.run([Request(book.root / "snippets/two.py", (Probe("a"), Probe("b")))])[0]
    first, second = (answer.value for answer in run.answers)
    assert first is not None
    assert second is not None
    return first, second


def _entries(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*")}


def test_what_is_remembered_is_not_asked_again(book: Book, tmp_path: Path) -> None:
    a, b = _values(book)
    memory = tmp_path / "memory"
    asked = [("a + b", {"a": a, "b": b}), ("a < b", {"a": a, "b": b})]
    first = evaluated(book.tracer, memory, asked)
    assert [answer.value.data for answer in first if answer.value] == [5.5, True]
    assert len(_entries(memory)) == 1
    with Tracer(tmp_path, python=tmp_path / "no/such/python") as unable:
        assert evaluated(unable, memory, asked) == first


def test_other_values_and_other_expressions_are_asked(book: Book, tmp_path: Path) -> None:
    a, b = _values(book)
    memory = tmp_path / "memory"
    evaluated(book.tracer, memory, [("a + b", {"a": a, "b": b})])
    for asked in ([("a - b", {"a": a, "b": b})], [("a + b", {"a": b, "b": a})], [("a + b", {"a": a, "b": a})]):
        known = _entries(memory)
        assert evaluated(book.tracer, memory, asked) == book.tracer.evaluate(asked)
        assert len(_entries(memory)) == len(known) + 1


def test_what_an_expression_does_not_give_is_not_remembered(book: Book, tmp_path: Path) -> None:
    a, _ = _values(book)
    memory = tmp_path / "memory"
    (answer,) = evaluated(book.tracer, memory, [("a / 0", {"a": a})])
    assert answer.error == "ZeroDivisionError: division by zero"
    assert _entries(memory) == set()


def test_a_damaged_memory_is_asked_again(book: Book, tmp_path: Path) -> None:
    a, b = _values(book)
    memory = tmp_path / "memory"
    asked = [("a + b", {"a": a, "b": b})]
    first = evaluated(book.tracer, memory, asked)
    (entry,) = memory.glob("*")
    entry.write_text("{", encoding="ascii")
    assert evaluated(book.tracer, memory, asked) == first


def test_nothing_is_remembered_without_a_place_for_it(book: Book, tmp_path: Path) -> None:
    a, b = _values(book)
    assert len(evaluated(book.tracer, None, [("a + b", {"a": a, "b": b})])) == 1
    assert evaluated(book.tracer, tmp_path / "memory", []) == ()
    assert not (tmp_path / "memory").exists()


def test_a_verifier_remembers_claims_over_two_runs(book: Book, tmp_path: Path) -> None:
    book.write("snippets/other.py", "rate = 0.2\n")
    book.page("[twice the rate]{other.rate == 2 * descent.rate}\n".replace("twice", "more than"))
    memory = tmp_path / "memory"
    first, second = (Verifier(scan(book.root), book.tracer, memory=memory) for _ in range(2))
    assert first.problems() == second.problems() == ()
    assert len(_entries(memory)) == 1
    document = next(each for each in second.chapter.documents if each.claims)
    (verdict,) = second.verdicts(document)
    assert verdict.answer is not None
    assert replace(verdict.answer, probe=Probe("")).error == ""
