"""What `backprop-book fix` lists for a person to read again."""

import json

import pytest
from click.testing import CliRunner, Result

from backprop_book.tools.cli import main
from small_book import Book

SNIPPET = """\
import math

a = 0.5
b = 0.25
c = -0.125
tiny = 0.004
rows = [0.3, 0.2, 0.1]
lost = math.nan
print(f"a: {a}")
print(f"c: {c}")
"""


@pytest.fixture
def here(book: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    book.write("snippets/descent.py", SNIPPET)
    monkeypatch.chdir(book.root)
    return book


def fix(*words: str) -> Result:
    return CliRunner().invoke(main, ["fix", *words], catch_exceptions=False)


def reread(here: Book, body: str) -> list[str]:
    """The passages that are listed for a body, without the diff and the counts."""
    here.page(body)
    result = fix()
    lines = result.output.splitlines()
    first = next((n for n, line in enumerate(lines) if ": reread this: " in line), None)
    return [] if first is None else [line for line in lines[first:] if not line.endswith(".") or line.startswith(" ")]


CASES = {
    "A number alone, [0.4]{a}.": [],
    "It begins. The second is [0.125]{c}, and so on. It ends.": [
        "docs/page.md:5:12: reread this: the sign is another one: 0.125 → -0.125",
        "    old:      The second is 0.125, and so on.",
        "    new:      The second is -0.125, and so on.",
    ],
    "From [0.25]{a} to [0.25]{b}.": [
        "docs/page.md:5:1: reread this: the order is another one: 0.25 = 0.25, now 0.50 > 0.25; it claims, too: `b`",
        "    old:      From 0.25 to 0.25.",
        "    new:      From 0.50 to 0.25.",
    ],
    "From [0.20]{a} to [0.30]{b}.": [
        "docs/page.md:5:1: reread this: the order is another one: 0.20 < 0.30, now 0.50 > 0.25",
        "    old:      From 0.20 to 0.30.",
        "    new:      From 0.50 to 0.25.",
    ],
    "From [0.6]{rows[0]} to [0.7]{rows[0] + 0.01}.": [
        "docs/page.md:5:1: reread this: the order is another one: 0.6 < 0.7, now 0.3 = 0.3; if the values differ, write more digits",
        "    old:      From 0.6 to 0.7.",
        "    new:      From 0.3 to 0.3.",
    ],
    "First [0.20]{a}, [0.20]{a} again, [0.30]{b} and [0.30]{b}.": [
        "docs/page.md:5:1: reread this: the order is another one: 0.20 < 0.30, now 0.50 > 0.25; it compares: first",
        "    old:      First 0.20, 0.20 again, 0.30 and 0.30.",
        "    new:      First 0.50, 0.50 again, 0.25 and 0.25.",
    ],
    "A rate of [0.4 %]{a}.": [
        "docs/page.md:5:1: reread this: the magnitude is another one: 0.4 % → 50.0 %",
        "    old:      A rate of 0.4 %.",
        "    new:      A rate of 50.0 %.",
    ],
    "Still [0.4]{a} without an end": [
        "docs/page.md:5:1: reread this: it compares: still",
        "    old:      Still 0.4 without an end",
        "    new:      Still 0.5 without an end",
    ],
    "1. First, [still. Now 0.4]{a}. And more.": [
        "docs/page.md:5:4: reread this: it compares: first, still",
        "    old:      First, still. Now 0.4.",
        "    new:      First, still. Now 0.5.",
    ],
    "- One item.\n- This is still [0.4]{a}, `b = 0.25`, but [175 billion]{# of them} are\n  larger.\n- More.": [
        "docs/page.md:6:3: reread this: it compares: still, larger; it claims, too: `b`",
        "    old:      This is still 0.4, `b = 0.25`, but 175 billion are larger.",
        "    new:      This is still 0.5, `b = 0.25`, but 175 billion are larger.",
    ],
    "Here [0.4]{a}, e.g. in one step, [so]{a > b} it is! Next.": [
        "docs/page.md:5:1: reread this: it claims, too: `a > b`",
        "    old:      Here 0.4, e.g. in one step, so it is!",
        "    new:      Here 0.5, e.g. in one step, so it is!",
    ],
    "| row | [a]{rows[row]} |\n|---|---|\n| first | 0.3 |\n| second | 0.4 |\n| third | 0.1 |\n": [
        "docs/page.md:8:1: reread this: the order is another one: 0.3 < 0.4, now 0.3 > 0.2",
        "    old:      | second | 0.4 |",
        "    new:      | second | 0.2 |",
    ],
    "| [a]{rows[row]} | [b]{-rows[row]} |\n|---|---|\n| 0.3 | -0.3 |\n| 0.2 | 0.2 |\n": [
        "docs/page.md:8:1: reread this: the sign is another one: 0.2 → -0.2",
        "    old:      | 0.2 | 0.2 |",
        "    new:      | 0.2 | -0.2 |",
    ],
    '```text title="Output"\na: 0.4\nc: 0.125\n```\n': [
        "docs/page.md:7:1: reread this: the sign is another one: 0.125 → -0.125",
        "    old:      c: 0.125",
        "    new:      c: -0.125",
    ],
    '```text title="Output"\na: 0.4 4\nc: -0.125\n```\n': [],
    "It is [0.3]{a} now. Then it is [0.4]{-c * 3.2}, a larger one. And [0.1]{b}.\n\nIn all, [0.2]{b}.": [
        "docs/page.md:5:1: reread this: the order is another one: 0.3 < 0.4, now 0.5 > 0.4",
        "    old:      It is 0.3 now.",
        "    new:      It is 0.5 now.",
    ],
    "There are [a dozen]{a * 22} of them.": [
        "docs/page.md:5:1: reread this: an article stands before it: a dozen, now eleven",
        "    old:      There are a dozen of them.",
        "    new:      There are a eleven of them.",
    ],
    "It has an **[8]{a * 22}**-step.": [
        "docs/page.md:5:1: reread this: an article stands before it: an 8, now 11",
        "    old:      It has an **8**-step.",
        "    new:      It has an **11**-step.",
    ],
    "It has [3]{a * 2} steps, `a = 0.4`.": [
        "docs/page.md:5:1: reread this: one takes other words than several: 3 → 1",
        "    old:      It has 3 steps, `a = 0.4`.",
        "    new:      It has 1 steps, `a = 0.5`.",
    ],
    "Both of the [two]{a * 18} speak; neither of the [two]{a * 18} is alone. Each other one of a pair, and a second pair.": [
        "docs/page.md:5:1: reread this: it counts in words: both, neither, pair",
        "    old:      Both of the two speak; neither of the two is alone.",
        "    new:      Both of the nine speak; neither of the nine is alone.",
    ],
    "There are [two]{a * 18} others. Either speaks.\n\nOther paragraphs have both.": [
        "docs/page.md:5:1: reread this: it counts in words: either, others",
        "    old:      There are two others.",
        "    new:      There are nine others.",
    ],
    "No part is [0.99]{a * 2.02} of [9.9]{a * 20.2} and [0.005]{tiny}.": [
        "docs/page.md:5:1: reread this: it compares: no",
        "    old:      No part is 0.99 of 9.9 and 0.005.",
        "    new:      No part is 1.01 of 10.1 and 0.004.",
    ],
}


@pytest.mark.parametrize("body", CASES)
def test_passages_to_reread(here: Book, body: str) -> None:
    assert reread(here, body) == CASES[body]


def test_what_only_the_new_digits_make_wrong_is_listed(here: Book) -> None:
    """A title repeats a number of the page, and a column is asked with the cell to its left."""
    here.write(
        "docs/page.md",
        '---\ntitle: The 0.4\n---\n\n```python\n--8<-- "descent.py"\n```\n\nIt is [0.4]{a}, not [**4** %]{tiny}.\n\n'
        "| [a]{rows[row]} | [b]{int(cell[0] * 10)} | [c]{rows[row] > 0} |\n|---|---|---|\n| 0.2 | 2 | no |\n",
    )
    result = fix("--write")
    assert result.exit_code == 1
    assert [line for line in result.output.splitlines() if line[:1] != " "] == [
        "docs/page.md:9:1: reread this: it claims, too: `tiny`",
        "docs/page.md:2:12: nothing on this page checks this number of the title",
        "docs/page.md:9:24: markup splits this number, so it is not read as it is shown",
        "docs/page.md:9:24: this number is not what descent.py gives",
        "docs/page.md:13:9: this number is not what descent.py gives",
        "docs/page.md:13:13: this is not what descent.py gives",
        "2 places rewritten.",
        "1 passage for a person to reread.",
        "5 problems for a person to decide.",
    ]


def test_what_follows_waits_for_a_snippet_that_does_not_finish(here: Book) -> None:
    here.write("snippets/broken.py", "level = 1\nraise ValueError\n")
    here.page(
        "| [a]{rows[row]} | [b]{broken.level + cell[0]} | [c]{rows[row] + broken.level} |\n|---|---|---|\n| 0.2 | 2 | 1 |\n"
    )
    assert [line for line in fix().output.splitlines() if line[:1].isalpha()] == [
        "snippets/broken.py:2:1: the snippet did not finish: ValueError",
        "Nothing was written: the same command with --write writes this.",
    ]


def test_no_color_is_respected(here: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    here.page("A number, [0.4]{a}.")
    assert "\033[31m-" in CliRunner().invoke(main, ["fix"], color=True).output
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033" not in CliRunner().invoke(main, ["fix"], color=True).output


def test_the_most_pressing_comes_first(here: Book) -> None:
    here.page("Still [0.4]{a}.\n\nNow [0.1]{c}.")
    here.page("From [0.20]{a} to [0.30]{b}.", name="other")
    again = [line.split(": ")[0] for line in fix().output.splitlines() if ": reread this: " in line]
    assert again == ["docs/page.md:7:1", "docs/other.md:5:1", "docs/page.md:5:1"]


def test_json_holds_all_of_it(here: Book) -> None:
    page = here.page("Still [0.4]{a}, and [rising]{a < b}.")
    before = page.read_text()
    result = fix("--json")
    assert result.exit_code == 1
    given = json.loads(result.output)
    assert given["written"] is False
    assert given["edits"] == [{"path": "docs/page.md", "line": 5, "column": 8, "old": "0.4", "new": "0.5"}]
    assert given["reread"] == [
        {
            "path": "docs/page.md", "line": 5, "column": 1, "old": "Still 0.4, and rising.", "new": "Still 0.5, and rising.",
            "reasons": [
                {"kind": "comparison", "text": "it compares: still"},
                {"kind": "claims", "text": "it claims, too: `a < b`"},
            ],
        }
    ]  # fmt: skip
    assert [(each["line"], each["message"]) for each in given["problems"]] == [(5, "descent.py does not bear this out")]
    assert page.read_text() == before


def test_json_says_what_was_written(here: Book) -> None:
    page = here.page("A number, [0.4]{a}.")
    given = json.loads(fix("--json", "--write").output)
    assert (given["written"], len(given["edits"]), given["reread"], given["problems"]) == (True, 1, [], [])
    assert "[0.5]{a}" in page.read_text()
    assert json.loads(fix("--json").output) == {"written": False, "edits": [], "reread": [], "problems": []}
