"""What an author's expression asks of which run."""

import pytest

from backprop_book.core.expressions import ExpressionError, read
from backprop_book.core.model import Probe
from backprop_book.scan.question import Part, Place, Question, UnplacedError
from backprop_book.scan.question import ask as ask_runs
from backprop_book.scan.tables import fill

SNIPPETS = frozenset(("up", "down"))


def ask(expression: str, listing: str | None = "up", statement: int | None = None) -> Question:
    return ask_runs(read(expression), Place(listing, statement), SNIPPETS)


def part(snippet: str, probe: Probe) -> Part:
    """A part as it is compared: the parsed expression is left out."""
    return Part(snippet, probe, read("x"))


def asked(parts: tuple[Part, ...]) -> Question:
    """A question as it is compared: the parsed expression is left out."""
    return Question(parts, read("x"))


def parts(expression: str, listing: str | None = "up", statement: int | None = None) -> tuple[list[str], str]:
    asked = ask(expression, listing, statement)
    return [f"{part.snippet}: {part.probe.expression}" for part in asked.parts], asked.combination


def test_one_run_is_one_probe() -> None:
    assert parts("x + 1") == (["up: x + 1"], "")
    assert parts("down.x + down.y") == (["down: x + y"], "")
    assert ask("down.x when down.n == 2") == asked((part("down", Probe("x", "when", None, "n == 2")),))
    assert ask("x", "up", 3) == asked((part("up", Probe("x", "after", 3)),))
    assert ask("x > 0 never", "up", 3) == asked((part("up", Probe("x > 0", "never", 3)),))


def test_time_words_inside_of_a_string_are_no_time_words() -> None:
    for expression in ("word == 'now when then'", "'always ' + word"):
        assert ask(expression) == asked((part("up", Probe(expression)),))
    assert ask("word == 'now when then' when n == 2") == asked(
        (part("up", Probe("word == 'now when then'", "when", None, "n == 2")),)
    )


def test_a_listing_may_be_named_among_its_own_names() -> None:
    assert ask("up.x + y", "up", 3) == asked((part("up", Probe("x + y", "after", 3)),))
    assert ask("up.x when y > 1") == asked((part("up", Probe("x", "when", None, "y > 1")),))


def test_several_runs_are_combined() -> None:
    assert parts("abs(x - down.x) < 1e-6") == (["up: x", "down: x"], "abs(part_0 - part_1) < 1e-06")
    assert parts("x[0] + down.model.w[1].sum() + x[0]") == (
        ["up: x[0]", "down: model.w[1].sum()"],
        "part_0 + part_1 + part_0",
    )
    assert parts("x[down.i] + f(x, 1)") == (["up: x", "down: i", "up: f"], "part_0[part_1] + part_2(part_0, 1)")
    assert parts("series(down.x)[-1] - series(x)[0] + x") == (
        ["down: series(x)[-1]", "up: series(x)[0]", "up: x"], "part_0 - part_1 + part_2",
    )  # fmt: skip


MISTAKES = {
    "up": "`up` is a snippet, not a value",
    "x + down": "`down` is a snippet, not a value",
    "x + down.y always": "`always` can speak of one run only, and this reads several: down, x",
    "series(x + down.y)": "a series is of one run",
    "": "an expression is missing",
    "x when ": "an expression is missing",
    "'\0'": "this is not a Python expression: source code string cannot contain null bytes",
    "'\ud800'": "this is not a Python expression: "
    "'utf-8' codec can't encode character '\\ud800' in position 1: surrogates not allowed",
}


@pytest.mark.parametrize("expression", MISTAKES)
def test_mistakes(expression: str) -> None:
    with pytest.raises(ExpressionError) as error:
        ask(expression)
    assert error.value.message == MISTAKES[expression]


END = "may only stand at the end of the whole expression"
APART = "claim by itself what is asked at that moment"
MISPLACED = {
    "abs(error when step == 3)": (10, f"`when` {END}", "write {abs(error) when step == 3}"),
    "abs(down.x when down.n == max(1, 2)) < 0.1": (
        11,
        f"`when` {END}",
        "write {abs(down.x) < 0.1 when down.n == max(1, 2)}",
    ),
    "max(loss when x[step] == 3, 2)": (9, f"`when` {END}", "write {max(loss, 2) when x[step] == 3}"),
    "f('a when b' when s == ')')": (13, f"`when` {END}", "write {f('a when b') when s == ')'}"),
    "series(loss when step == 3)[0]": (12, f"`when` {END}", APART),
    "always h[0] > 0": (0, f"`always` {END}", "write {h[0] > 0 always}"),
    "(h > 0 never)": (7, f"`never` {END}", "write {(h > 0) never}"),
    "not (h > 0 never) and x": (11, f"`never` {END}", APART),
    "(loss when step == 0) - (loss when step == 3)": (
        30,
        "an expression has one moment, and this names several",
        "claim each moment by itself, or take both from one `series(...)`",
    ),
    "loss when step == 3 always": (
        20,
        "an expression has one moment, and this names several",
        "claim each moment by itself, or take both from one `series(...)`",
    ),
    "abs(error when step = 3)": (
        4,
        "this is not a Python expression: invalid syntax. Perhaps you forgot a comma?",
        "write one Python expression between the braces",
    ),
}


@pytest.mark.parametrize("expression", MISPLACED)
def test_a_time_word_inside_of_an_expression_is_told_where_it_may_stand(expression: str) -> None:
    with pytest.raises(ExpressionError) as error:
        ask(expression)
    mistake = error.value
    assert (mistake.offset, mistake.message, mistake.remedy) == MISPLACED[expression]
    if "write {" in mistake.remedy:
        assert ask(mistake.remedy[7:-1]).parts


def test_what_is_nested_too_deeply_for_python_itself_is_a_mistake() -> None:
    with pytest.raises(ExpressionError, match=r"^this is not a Python expression: "):
        ask("-" * 3999 + "1")


def test_names_without_a_listing() -> None:
    for expression, message in (("x", "this could speak of"), ("x + down.y", "`x` could belong to")):
        with pytest.raises(UnplacedError, match=message):
            ask(expression, None)
    for expression, remedy in (("x + dow.y", "did you mean `down`?"), ("series(xyzzy.mean())", "name the snippet (")):
        with pytest.raises(UnplacedError) as error:
            ask(expression, None)
        assert error.value.message.startswith(f"there is no snippet `{error.value.owner}`, and no listing above")
        assert error.value.remedy.startswith(remedy)


def test_a_row_fills_its_expression() -> None:
    assert fill(read("x[row] + cell[0] + y[0]"), 2, (7, "a")) == "x[2] + 7 + y[0]"
    assert fill(read("x[cell[1]] when n == row"), 2, (7, "a")) == "x['a'] when n == 2"
    assert fill(read("x[row] > 0 always"), 2, ()) == "x[2] > 0 always"
    assert fill(read("cell[4]"), 2, (7,)) == "cell[4]"
