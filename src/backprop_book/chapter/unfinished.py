"""unfinished: claims that miss a bracket, or hold a blank between words and braces, so that Markdown shows them as they stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backprop_book.chapter.asked import Mistake
from backprop_book.chapter.question import read

_BRACES = re.compile(r"\{([^{}]+)\}")
_IN_BRACKETS = re.compile(r"[\[(]([^\[\](){}\ufffc]+?)\\?[\])]?\s*\Z")
_WORD = re.compile(r"([^\s\[\](){}\ufffc]+)\]?\Z")
_FAR = 300
"""Characters that the words of a claim may have and still be looked for."""
_REASON = re.compile(r"#\s+\S")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What was meant as a claim, or as a waiver."""

    start: int
    """Where its words begin, their bracket included."""
    end: int
    """Where its braces end."""
    whole: str
    """How it is written."""


def unfinished(visible: str) -> Iterator[Unfinished]:
    """The unfinished claims among words in which whole ones are blotted out; their offsets are those of the words."""
    for braces in _BRACES.finditer(visible):
        asked = braces[1].strip()
        begin = max(0, braces.start() - _FAR)
        words = _IN_BRACKETS.search(visible, begin, braces.start()) or _WORD.search(visible, begin, braces.start())
        if words is None or not (_REASON.match(asked) or _is_expression(asked)):
            continue
        yield Unfinished(words.start(), braces.end(), " ".join(f"[{words[1].strip()}]{{{asked}}}".split()))


def _is_expression(text: str) -> bool:
    """Whether it can be asked; attributes of Markdown, `.class`, cannot."""
    return not isinstance(read(text), Mistake)
