"""The line below a title: it is true for every sort of page."""

import pytest
from bs4 import BeautifulSoup

from backprop_book.render.verification import duration, pages, summary, times
from backprop_book.scan.document import Count
from backprop_book.verify.coverage_report import Reading

LINES = {
    "all": (Count(claims=80, tables=4), "", "all 84 numbers verified"),
    "one": (Count(equations=1), "", "its one number verified"),
    "none": (Count(), "", "no numbers to verify"),
    "none that is looked at": (Count(), "It shows what to type", "its numbers are not looked at: It shows what to type"),
    "waivers": (Count(claims=80, outputs=4, waived=1, terms=1), "", "84 of 86 numbers verified, 2 excused with a reason"),
    "only a waiver": (Count(waived=1), "", "0 of 1 number verified, 1 excused with a reason"),
    "unchecked": (Count(bare=6), "A list & no prose", "its 6 numbers not verified: A list &amp; no prose"),
    "unchecked one": (Count(bare=1), "a list", "its 1 number not verified: a list"),
    "unchecked in part": (Count(claims=2, bare=6), "a list", "2 of 8 numbers verified, the rest not looked at: a list"),
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_what_is_verified(case: str) -> None:
    count, unchecked, words = LINES[case]
    assert summary(Reading(count, 1, unchecked), "how.md") == (
        f'<p class="bb-summary" data-search-exclude="">1 minute to read ·\u00a0<a href="how.md">{words}</a></p>'
    )


def test_without_a_link() -> None:
    assert "<a" not in summary(Reading(Count(), 1, ""), "")


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (329, 1), (330, 2), (550, 3), (2200, 10)])
def test_minutes(words: int, minutes: int) -> None:
    assert summary(Reading(Count(), words, ""), "x").startswith(
        f'<p class="bb-summary" data-search-exclude="">{minutes} minute{"s" if minutes > 1 else ""} to read ·'
    )


@pytest.mark.parametrize(
    ("lines", "noted", "said"),
    [
        (0, 0, "10 minutes to read"),
        (60, 0, "12 minutes to read"),
        (60, 50, "12 minutes to read"),
        (60, 440, "12 minutes to read, 14 minutes with every note"),
        (0, 22_000, "10 minutes to read, 1 hour 50 minutes with every note"),
        (2_700, 6_600, "1 hour 40 minutes to read, 2 hours 10 minutes with every note"),
    ],
)
def test_code_takes_time_and_notes_take_more(lines: int, noted: int, said: str) -> None:
    assert times(Reading(Count(), 2200, "", lines, noted)) == said


def test_pages_have_their_minutes_and_together_those_of_all() -> None:
    first, second = Reading(Count(), 2200, "", 0, 220), Reading(Count(), 550, "", 30, 0)
    page = BeautifulSoup(pages([("One & all", "one.md", first), ("Two", "two.md", second)]), "html.parser")
    assert [item.get_text(" ") for item in page.select("ol.bb-pages > li")] == [
        "One & all   10 minutes",
        "Two   4 minutes",
    ]
    assert [link["href"] for link in page.select("a")] == ["one.md", "two.md"]
    assert page.select("p.bb-total")[0].get_text() == "Together 14 minutes to read, 15 minutes with every note."


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (99, "99 minutes"), (101, "1 hour 41 minutes"), (120, "2 hours"), (121, "2 hours 1 minute")],
)
def test_many_minutes_are_hours(minutes: int, words: str) -> None:
    assert duration(minutes) == words
