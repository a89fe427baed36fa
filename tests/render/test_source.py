"""Code as lines of highlighted HTML."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.core.symbols import Symbols
from backprop_book.render.source import lines


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


@given(st.text(alphabet=st.characters(exclude_characters="\r", exclude_categories=["Cs"])))
def test_the_text_of_the_lines_is_the_source(source: str) -> None:
    shown = lines(source, Symbols())
    assert "".join(map(text, shown)) == source
    assert [line.count("\n") for line in shown[:-1]] == [1] * (len(shown) - 1 if shown else 0)


def test_a_string_over_several_lines_stays_a_string() -> None:
    first, second, third = lines('a = """x\n  # not a comment\n"""\n', Symbols())
    assert first == 'a = <span class="bb-back">&quot;&quot;&quot;x</span>\n'
    assert second == '<span class="bb-back">  # not a comment</span>\n'
    assert third == '<span class="bb-back">&quot;&quot;&quot;</span>\n'


def test_comments_keywords_and_texts_stand_back_and_nothing_else() -> None:
    (line,) = lines('if a is not None and f"{b + 1} of 2" in [3.0, True]: raise E(~b)  # why', Symbols())
    back = ["if", "is", "not", "and", "f&quot;{", "} of 2&quot;", "in", "raise", "# why"]
    assert re.findall(r'<span class="bb-back">(.*?)</span>', line) == back
    assert line.count("<span") == len(back)


def test_blank_lines_are_lines() -> None:
    assert lines("a\n\nb", Symbols()) == ("a\n", "\n", "b")


@pytest.mark.parametrize(
    ("character", "name"),
    [("\u202e", "\\u202e"), ("\x0c", "\\x0c"), ("\u2028", "\\u2028"), ("\U000e0041", "\\U000e0041")],
)
def test_characters_that_hide_are_named(character: str, name: str) -> None:
    (line,) = lines(f"# {character}", Symbols())
    assert f'<span class="bb-odd" data-odd="{name}">{character}</span>' in line
