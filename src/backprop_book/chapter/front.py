"""front: what the front matter of a page says about the book."""

import difflib
import re
from dataclasses import dataclass

import yaml

from backprop_book.chapter.trouble import Trouble

_SHOWN = ("title", "description")
"""Keys of what a browser, a search and a preview show."""
_ALIKE = 0.8
"""How alike a key has to be: one letter too many or too few; `look` and `hook` are words of their own."""
_FRONT = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)


_EATEN = re.compile(r"[ ]{0,3}[A-Za-z0-9_-]+:")
"""A first line that MkDocs takes for data about the page, and does not show."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words that readers see although they stand in no prose."""

    name: str
    """What they are: a key of the front matter, or the title of a fence."""
    start: int
    """Where its value begins."""
    end: int
    """Where its value ends."""
    text: str
    """What it says."""


@dataclass(frozen=True, slots=True)
class Front:
    """The front matter of a document."""

    body: int
    """Offset at which the Markdown begins."""
    listing: str | None = None
    """`book: {listing: stem}`: what the page speaks of before its first listing."""
    listing_at: int = 0
    """Where that is written."""
    unchecked: str = ""
    """`book: {unchecked: "reason"}`: why bare numbers and code spans of the page are not looked at."""
    troubles: tuple[Trouble, ...] = ()
    """What is wrong with it."""
    title: str = ""
    """The title that it gives the page, if it does."""
    said: tuple[Said, ...] = ()
    """Its words that readers see."""


def front_matter(text: str) -> Front:
    """Read the front matter at the beginning of a document, if it has one."""
    found = _FRONT.match(text)
    if found is None:
        return Front(0)
    body = found.end()
    start = found.start(1)
    try:
        data = yaml.safe_load(found[1])
        said = _said(found[1], start)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        at = start + mark.index if isinstance(mark, yaml.Mark) else start
        reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
        message = f"the front matter is no YAML: {reason}"
        return Front(body, troubles=(Trouble(min(at, len(text)), message, "mend the syntax", kind="configuration"),))
    if not isinstance(data, dict):
        # MkDocs would show it as a part of the page.
        message, remedy = "the front matter holds no keys", "write `key: value`, or remove its lines"
        shown = " ".join(found[1].split()) or found[0].strip()
        return Front(body, troubles=(Trouble(start, message, remedy, shown, "", "configuration"),))
    keys = data
    book = keys.get("book")
    title = str(keys.get("title") or "")
    misspelt = tuple(_misspelt(found, key) for key in keys if _is_nearly_book(key))
    if book is None:
        return Front(body, troubles=misspelt, title=title, said=said)
    if not isinstance(book, dict):
        remedy = "write `book: {listing: snippet}`"
        trouble = Trouble(_place(found, "book"), "`book` is not a mapping", remedy, repr(book), "", "configuration")
        return Front(body, troubles=(*misspelt, trouble), title=title, said=said)
    troubles = [*misspelt]
    values = {"listing": "", "unchecked": ""}
    for name, value in book.items():
        at = _place(found, str(name))
        if name not in values:
            message = f"`book` has no key `{name}`"
            troubles.append(
                Trouble(at, message, "remove or rename it", str(name), "listing or unchecked", "configuration")
            )
        elif not isinstance(value, str) or not value.strip():
            what = "the stem of a snippet" if name == "listing" else "the reason, a sentence"
            troubles.append(
                Trouble(at, f"`{name}` says nothing", "correct the value", repr(value), what, "configuration")
            )
        else:
            values[name] = value.strip()
    listing_at = _place(found, "listing")
    return Front(body, values["listing"] or None, listing_at, values["unchecked"], tuple(troubles), title, said)


def eaten(text: str) -> Trouble | None:
    """What is wrong with the first line of a page without front matter that MkDocs would take for some."""
    if not _EATEN.match(text):
        return None
    message, remedy = "MkDocs takes this line for front matter, and does not show it", "leave the line before it blank"
    return Trouble(0, message, remedy, text.partition("\n")[0], "", "configuration")


def _is_nearly_book(key: object) -> bool:
    """Whether a key is most likely `book`, misspelt: nothing would read what stands below it."""
    if not isinstance(key, str) or key == "book":
        return False
    return sorted(key.lower()) == sorted("book") or difflib.SequenceMatcher(None, key.lower(), "book").ratio() >= _ALIKE


def _misspelt(found: re.Match[str], key: str) -> Trouble:
    written = re.search(rf"^[\"']?{re.escape(key)}[\"']?[ \t]*:", found[1], re.MULTILINE)
    at = found.start(1) + (written.start() if written else 0)
    return Trouble(at, f"nothing reads the key `{key}`", "write `book:`", key, "book", "configuration")


def _place(found: re.Match[str], name: str) -> int:
    """Where a key is written below `book`, as far as can be told without a parser that keeps places."""
    inside = found[1]
    book = re.search(r"^book[ \t]*:", inside, re.MULTILINE)
    key = re.compile(rf"\b{re.escape(name)}\b").search(inside, 0 if book is None or name == "book" else book.end())
    return found.start(1) + (key.start() if key else 0)


def _said(text: str, start: int) -> tuple[Said, ...]:
    """The values that readers see, with their places; `text` begins at `start`."""
    tree = yaml.compose(text, yaml.SafeLoader)
    return tuple(
        Said(key.value, start + value.start_mark.index, start + value.end_mark.index, value.value)
        for key, value in (tree.value if isinstance(tree, yaml.MappingNode) else ())
        if isinstance(value, yaml.ScalarNode) and key.value in _SHOWN
    )
