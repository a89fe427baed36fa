"""What stands beside the brackets of a claim and says something else of its number."""

import pytest

from small_book import Book

MESSAGE = "what stands beside a claim belongs to its number, and says something else of it"
SPLIT = "markup splits this number, so it is not read as it is shown"
REFUSED = {
    "It falls by –[0.588]{best}.": "–[0.588]{best}",
    "It falls by — **[0.588]{best}**, or (–[0.588]{best}).": "–[0.588]{best}",
    "It falls by –**[0.588]{best}**.": "–**[0.588]{best}",
    "It is \u2010[4]{len(losses)}.": "\u2010[4]{len(losses)}",
    "It is &minus; [4]{len(losses)}.": "&minus; [4]{len(losses)}",
    "It is − [4]{len(losses)}.": "− [4]{len(losses)}",
    "It is ±[4]{len(losses)}, or 𝑥/[4]{len(losses)}.": "±[4]{len(losses)}",
    "It is n/[4]{len(losses)}.": "/[4]{len(losses)}",
    "It is √[four steps]{len(losses) == 4}.": "√[four steps]{len(losses) == 4}",
    "It is minus [0.588]{best}.": "minus [0.588]{best}",
    "It is Negative\n[0.588]{best}.": "Negative\n[0.588]{best}",
    "It is minus [4 steps]{len(losses) == 4}.": "minus [4 steps]{len(losses) == 4}",
    "It is W[4]{len(losses)}.": "W[4]{len(losses)}",
    "It falls by\n- [0.588]{best}.": "- [0.588]{best}",
    "> It falls by\n> then\n> + [0.588]{best}.": "+ [0.588]{best}",
    "| a |\n|---|\n| – [4]{len(losses)}, –[4]{len(losses)} |": "–[4]{len(losses)}",
    "# Head\nIt falls by\n* [0.588]{best}.": "* [0.588]{best}",
    "Half of [0.588]{best} is left.": "Half of [0.588]{best}",
    "A tenth of about [0.588]{best}.": "tenth of about [0.588]{best}",
    "It is double [0.588]{best}.": "double [0.588]{best}",
    "More than [0.588]{best} remains.": "More than [0.588]{best}",
    "It is less\nthan *[0.588]{best}*.": "less\nthan *[0.588]{best}",
    "It is fewer than about [4]{len(losses)}.": "fewer than about [4]{len(losses)}",
    "It is < [0.588]{best}, so.": "< [0.588]{best}",
    "It is &lt;[0.588]{best}.": "&lt;[0.588]{best}",
    "It is != [0.588]{best}.": "!= [0.588]{best}",
    "It is [0.588]{best} squared.": "[0.588]{best} squared",
    "It is [0.588]{best} cubed is it.": "[0.588]{best} cubed",
    "It is [nine]{len(losses) + 5} halves.": "[nine]{len(losses) + 5} halves",
    "It takes [4]{len(losses)}+ steps.": "[4]{len(losses)}+",
    "It takes [4]{len(losses)} or fewer.": "[4]{len(losses)} or fewer",
    "It takes [four]{len(losses)} *or more* steps.": "[four]{len(losses)} *or more",
    "It takes [4]{len(losses)} and above.": "[4]{len(losses)} and above",
    "The [4]{len(losses)}-th.": "[4]{len(losses)}-th",
    "It is above [0.588]{best}.": "is above [0.588]{best}",
    "It exceeds about [0.588]{best}.": "exceeds about [0.588]{best}",
    "It took over about [4]{len(losses)} steps.": "took over about [4]{len(losses)}",
    "It ends after under [4]{len(losses)} steps.": "after under [4]{len(losses)}",
    "It takes nearly [4]{len(losses)} steps.": "nearly [4]{len(losses)}",
    "Almost\n**[four]{len(losses)}** steps.": "Almost\n**[four]{len(losses)}",
    "It takes [4]{len(losses)} plus one.": "[4]{len(losses)} plus one",
    "It is not [4]{len(losses)}.": "is not [4]{len(losses)}",
    "There are no [4]{len(losses)} losses.": "no [4]{len(losses)}",
    "They aren't about **[4]{len(losses)}**, so.": "aren't about **[4]{len(losses)}",
    "It stands —[0.588]{best} alone.": "—[0.588]{best}",
    "The [4]{len(losses)}th.": "[4]{len(losses)}th",
    "The **[4]{len(losses)}**th.": "[4]{len(losses)}**th",
    "The [4]{len(losses)}<sup>th</sup>.": "[4]{len(losses)}<sup>th",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_belongs_to_a_number_stands_inside(book: Book, text: str) -> None:
    book.page(text)
    problems = book.problems()
    assert {problem.message for problem in problems} == {MESSAGE}
    assert problems[0].found == REFUSED[text]
    assert all(problem.remedy for problem in problems)


@pytest.mark.parametrize(
    "text",
    [
        "[58.8]{best * 100} pct", "[58.8]{best * 100} per cent", "[4]{len(losses)} hundredths", "[4]{len(losses)}\n**million**", "[3]{len(losses) - 1} quarters",
        "[4]{len(losses)} and a half", "[four]{len(losses)} and a half", "[four]{len(losses)} hundred", "[ten]{len(losses) + 6} percent", "[2]{len(losses) - 2}-thirds",
        "half a [dozen]{len(losses) * 3}", "+[4]{len(losses)}", "-[4]{len(losses)}", "−[4]{len(losses)}", "[4]{len(losses)}k", "[4]{len(losses)}²", "[four]{len(losses)}fold", "[4]{len(losses)}\u2030",
    ],
)  # fmt: skip
def test_scale_words_behind_a_number_are_a_part_of_it(book: Book, text: str) -> None:
    book.page(f"It is {text} of it.")
    assert SPLIT in {problem.message for problem in book.problems()}


HONEST = [
    "It was so? —[0.588]{best}— Well. [4]{len(losses)} or more precisely as many; it is not [4]{len(losses)} times as many. It is not [5]{len(losses) != 5}. No. [4]{len(losses)}, no more than [4]{len(losses)}.",
    "It falls—[0.588]{best}—and rests. Range [0.588]{best}–[0.807]{losses[0]}. A dash – [0.588]{best} – as well, and - [4]{len(losses)} - too.",
    "- [4]{len(losses)} steps\n- [0.588]{best} in the end\n\n    - [4]{len(losses)} again\n",
    "It ends:\n\n- first\n  and\n- [0.588]{best}\n* [4]{len(losses)}",
    "1. It\n- [4]{len(losses)}",
    "## A list\n- [4]{len(losses)} steps",
    "!!! note\n    - [4]{len(losses)} steps",
    "(≈ [0.588]{best}), ≈[0.588]{best}, ~[0.588]{best}, “[4]{len(losses)}”, =[4]{len(losses)}, `best` = [0.588]{best}",
    "`best` - [0.588]{best}, `best` − [0.588]{best}, [0.588]{best} < [0.807]{losses[0]}",
    "[0.807]{losses[0]} minus [0.588]{best}, [0.807]{losses[0]} − [0.588]{best}, [2]{len(losses) - 2}×[2]{len(losses) / 2}",
    "[4]{len(losses)}x as many, [4]{len(losses)}× as many, a [4]{len(losses)}-step loop, [4]{len(losses)}'s, [4]{len(losses)}, [4]{len(losses)}.",
    "[4]{len(losses)} squared errors, half of the [4]{len(losses)} steps, more than the [4]{len(losses)} steps",
    "no more than [4]{len(losses)}, none is less than [4]{len(losses)}, at most [4]{len(losses)}, up to [4]{len(losses)}, above [0.588]{best} it is never below [0.588]{best}",
    "rather than [4]{len(losses)}, other than [4]{len(losses)}, ≤ [4]{len(losses)}, not [4]{len(losses)} but more",
    "less than [4 steps]{len(losses) < 5 and len(losses) == 4}, [0.588]{best} and lower than [0.807]{losses[0]}, and above all [4]{len(losses)} and above it",
    "Each of the [four]{len(losses)} halves the loss.",
    "The mean over [4]{len(losses)} steps, averaged over [4]{len(losses)}. Over [4]{len(losses)} steps, it falls. A rate above [0.1]{rate} is large.",
    "It is [nearly 0.6]{0.58 < best < 0.6}, nearly as low; almost all [4]{len(losses)}, and nearly [it falls]{best < 0.6}.",
    "The data has [two]{len(losses) - 2} parts, [four]{len(losses)} quarters and [4]{len(losses)} tenth parts.",
    "[it falls]{best < 0.6}th, –[it falls]{best < 0.6}, minus [the best]{best < 0.6}",
    "| a | b | c |\n|---|---|---|\n| minus | [4]{len(losses)} | + |",
]


@pytest.mark.parametrize("text", HONEST)
def test_honest_words_beside_a_number(book: Book, text: str) -> None:
    book.page(text)
    assert book.problems() == ()


def test_a_paragraph_may_begin_the_page(book: Book) -> None:
    book.page("")
    book.write("docs/other.md", "It falls by\n- [0.588]{descent.best}.\n")
    book.write("docs/list.md", "- It falls by\n- [0.588]{descent.best}.\n")
    assert [problem.path for problem in book.problems()] == ["docs/other.md"]


def test_the_exact_words_of_the_refusal(book: Book) -> None:
    book.page("It falls by –[0.588]{best}.")
    assert [str(problem) for problem in book.problems()] == [
        """\
docs/page.md:5:13: what stands beside a claim belongs to its number, and says something else of it
    found:    –[0.588]{best}
    remedy:   write it between the brackets, right before the digits"""
    ]
