"""slots: comments that stand for what the site fills in, `<!-- book: NAME -->`, and those that were meant to."""

import difflib
import re

NAMES = ("verification",)
"""What a page may hold a place for."""
_EXACT = re.compile(r"book:[ \t]*(\S+)")
_ALIKE = 0.7


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
    if found is not None and found[1] in NAMES:
        return found[1]
    words = " ".join(inside.lower().split())
    # A place holder that is overlooked would be a page without its tables, and nobody would know.
    meant = re.match(r"book[ ]*:", words) or any(
        difflib.SequenceMatcher(None, words, f"book: {name}").ratio() >= _ALIKE for name in NAMES
    )
    return "" if meant else None
