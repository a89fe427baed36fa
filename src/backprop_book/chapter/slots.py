"""slots: comments that stand for what the site fills in, `<!-- book: NAME -->`, and those that were meant to."""

import difflib
import re

from backprop_book.chapter.trouble import Trouble

FORMS = (
    "<!-- book: verification -->",
    "<!-- book: beside first_snippet second_snippet -->",
    "<!-- book: reading-time first-page.md second-page.md -->",
)
"""What a page may hold a place for."""
_EXACT = re.compile(r"book:[ \t]*(\S+)((?:[ \t]+\S+)*)")
READING_TIME = "reading-time"
"""The place for a list of pages with their minutes; with no page, for the minutes of all pages that are listed so."""
_NAMED = {"verification": range(1), "beside": range(2, 3), READING_TIME: range(1000)}
"""How many snippets, or pages, are named after it."""
_ALIKE = 0.7


def words_of(comment: str) -> tuple[str, ...]:
    """The words of a comment in small letters, each colon at the end of one: ours begin with `book:`."""
    inside = comment.strip().removeprefix("<!--").removesuffix("-->")
    return tuple(re.sub(r"\s*:\s*", ": ", inside.lower()).split())


def is_like(words: str, form: str) -> bool:
    """Whether words that are not those of a form may be meant as them."""
    return difflib.SequenceMatcher(None, words, form).ratio() >= _ALIKE


def slot_stems(comment: str) -> tuple[str, ...]:
    """The snippets, or the pages, that a place holder names."""
    return tuple(comment.removeprefix("<!--").removesuffix("-->").split()[2:])


def slot_name(comment: str) -> str | None:
    """What a comment holds a place for.

    Args:
        comment: The comment, with its delimiters.

    Returns:
        One of `NAMES`; an empty string if the comment is meant as a place holder but is misspelt; None for any other comment,
        which is nobody's business.
    """
    inside = comment.removeprefix("<!--").removesuffix("-->").strip()
    found = _EXACT.fullmatch(inside)
    if found is not None and len(found[2].split()) in _NAMED.get(found[1], ()):
        return found[1]
    # A place holder that is overlooked would be a page without its tables, and nobody would know. What it names says nothing of it.
    words = words_of(comment)
    said = (" ".join(words), " ".join(words[:2]))
    is_meant = words[:1] == ("book:",) or any(is_like(each, f"book: {name}") for each in said for name in _NAMED)
    return "" if is_meant else None


def slot_trouble(offset: int, comment: str, name: str) -> Trouble:
    """What is wrong with a comment that is meant as a place holder: its spelling, or its place in a line of text."""
    if name:
        return Trouble(offset, "a place holder stands in a line of text", "give it a line of its own", comment)
    expected = f"{', '.join(FORMS[:-1])} or {FORMS[-1]}"
    return Trouble(offset, "this comment holds a place for nothing", "correct it, or remove it", comment, expected)
