"""The first sentence of an explanation, and the rest."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.render.listing import lead


@pytest.mark.parametrize(
    ("html", "first", "rest"),
    [
        ("<p>One sentence.</p>", "<p>One sentence.</p>", ""),
        ("<p>One. Two. Three.</p>\n<p>Four.</p>", "<p>One.</p>", "<p>Two. Three.</p>\n<p>Four.</p>"),
        ("<p>Is it? Yes.</p>", "<p>Is it?</p>", "<p>Yes.</p>"),
        ("<p>It is 0.5 of it, e.g. Here. Next.</p>", "<p>It is 0.5 of it, e.g. Here.</p>", "<p>Next.</p>"),
        ("<p>It is (so.) “Then” that.</p>", "<p>It is (so.)</p>", "<p>“Then” that.</p>"),
        ("<p>Rounded. <code>x</code> stays.</p>", "<p>Rounded.</p>", "<p><code>x</code> stays.</p>"),
        (
            '<p>A <span title="a > b. C">claim. With</span> more. Rest.</p>',
            '<p>A <span title="a > b. C">claim. With</span> more.</p>',
            "<p>Rest.</p>",
        ),
        ("<p>Line<br>and. More.</p>", "<p>Line<br>and.</p>", "<p>More.</p>"),
        ("<p>No end:</p><ul><li>One. Two.</li></ul>", "<p>No end:</p>", "<ul><li>One. Two.</li></ul>"),
        ("<ul><li>One. Two.</li></ul>", "", "<ul><li>One. Two.</li></ul>"),
        ("<pre>One. Two.</pre>", "", "<pre>One. Two.</pre>"),
        ("<p>Open", "", "<p>Open"),
        ("", "", ""),
    ],
)
def test_the_first_sentence(html: str, first: str, rest: str) -> None:
    assert lead(html) == (first, rest)


WORDS = st.lists(
    st.sampled_from(["A", "b.", "<code>C. D</code>", "e.g.", "F!", "<br>", '<i title="G. > H">i</i>']), min_size=1
)


@given(st.lists(WORDS, min_size=1))
def test_nothing_is_lost_and_elements_stay_whole(paragraphs: list[list[str]]) -> None:
    html = "".join(f"<p>{' '.join(words)}</p>" for words in paragraphs)
    first, rest = lead(html)
    plain = re.compile(r"</?p>|\s+")
    assert plain.sub("", first + rest) == plain.sub("", html)
    for part in (first, rest):
        assert part.count("<p>") == part.count("</p>")
        assert part.count("<code>") == part.count("</code>")
