"""A source file as it was read: its text, what is wrong at an offset of it, and the front matter of a page."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from backprop_book.core.problems import Problem, ProblemKind, place


@dataclass(frozen=True, slots=True)
class TextRange:
    """A range of characters of a text."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""


@dataclass(frozen=True, slots=True)
class Source:
    """A Markdown file or a script as read. Its lines end with plain line feeds, whatever the file has."""

    path: str
    """Relative to the root of the book, with forward slashes."""
    text: str
    """The whole file, front matter included."""
    body: int
    """Offset at which the Markdown begins, after the front matter."""
    newline: str = "\n"
    """The line ending of the file, which `fix` writes back."""

    def problem(
        self,
        offset: int,
        message: str,
        *,
        found: str = "",
        expected: str = "",
        remedy: str = "",
        kind: ProblemKind = "markup",
    ) -> Problem:
        """The problem at an offset of this file. If the text there is `found`, the problem ends where that ends."""
        line, column = place(self.text, offset)
        end = place(self.text, offset + len(found)) if found and self.text.startswith(found, offset) else ()
        return Problem(self.path, line, column, message, found, expected, remedy, kind, (), end)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something that is wrong at an offset of a text; `Source.problem` adds the file, the line and the column."""

    offset: int
    message: str
    """The mistake, in one line."""
    remedy: str
    """The one thing to do."""
    found: str = ""
    """The text at the offset."""
    expected: str = ""
    """The text that should stand there."""
    kind: ProblemKind = "markup"
    """The heading under which the page of all errors lists it."""


_SHOWN = ("title", "description")
"""Keys of the front matter whose values readers see."""
_ALIKE = 0.8
"""Similarity to `book` from which a key counts as misspelt: one letter too many or too few, but not `look` or `hook`."""
_FRONT = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_CONFLICT = re.compile(r"^(?:(?P<opens><{7}|\|{7})|(?P<closes>>{7})|={7})(?![^ \n]).*$", re.MULTILINE)
"""A line with which a version control system marks a conflict between two versions. `=======` may be a heading's underline, too."""
_EATEN = re.compile(r"[ ]{0,3}[A-Za-z0-9_-]+:")
"""A first line that MkDocs takes for front matter."""


@dataclass(frozen=True, slots=True)
class Said(TextRange):
    """Words outside the prose that readers see: a value of the front matter, or the title of a fence."""

    name: str
    """The key, or `title of this fence`."""
    text: str
    """The words."""


@dataclass(frozen=True, slots=True)
class Front:
    """The front matter of a document."""

    body: int
    """Offset at which the Markdown begins."""
    listing: str | None = None
    """`book: {listing: stem}`: the snippet that names refer to before the first listing."""
    listing_at: int = 0
    """Offset of that key."""
    unchecked: str = ""
    """`book: {unchecked: "reason"}`: why bare numbers and code spans of the page are not reported."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Its mistakes."""
    title: str = ""
    """The page's title, if it is given."""
    said: tuple[Said, ...] = ()
    """The values that readers see."""


def conflicts(text: str) -> Iterator[Diagnostic]:
    """Find the markers that a merge left at the beginning of lines, also in fences and strings: both versions would be shown."""
    is_open = False
    for found in _CONFLICT.finditer(text):
        if is_open or found["opens"] or found["closes"]:
            message, remedy = "a merge left this marker", "keep one version of the lines, and remove the markers"
            yield Diagnostic(found.start(), message, remedy, found[0])
        is_open = found["opens"] is not None or (is_open and not found["closes"])


def front_matter(text: str) -> Front:
    """Read the front matter at the beginning of a document; `Front(0)` if there is none."""
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
        return Front(
            body, diagnostics=(Diagnostic(min(at, len(text)), message, "mend the syntax", kind="configuration"),)
        )
    if not isinstance(data, dict):
        # MkDocs would show it as a part of the page.
        message, remedy = "the front matter holds no keys", "write `key: value`, or remove its lines"
        shown = " ".join(found[1].split()) or found[0].strip()
        return Front(body, diagnostics=(Diagnostic(start, message, remedy, shown, "", "configuration"),))
    book = data.get("book")
    title = str(data.get("title") or "")
    diagnostics = [_misspelt(found, key) for key in data if _is_nearly_book(key)]
    if book is not None and not isinstance(book, dict):
        at, remedy = _place(found, "book"), "write `book: {listing: snippet}`"
        diagnostics.append(Diagnostic(at, "`book` is not a mapping", remedy, repr(book), "", "configuration"))
    if not isinstance(book, dict):
        return Front(body, diagnostics=tuple(diagnostics), title=title, said=said)
    values = {"listing": "", "unchecked": ""}
    for name, value in book.items():
        at = _place(found, str(name))
        if name not in values:
            message, keys = f"`book` has no key `{name}`", "listing or unchecked"
            diagnostics.append(Diagnostic(at, message, "remove or rename it", str(name), keys, "configuration"))
        elif not isinstance(value, str) or not value.strip():
            what = "the stem of a snippet" if name == "listing" else "the reason, a sentence"
            message = f"`{name}` says nothing"
            diagnostics.append(Diagnostic(at, message, "correct the value", repr(value), what, "configuration"))
        else:
            values[name] = value.strip()
    listing_at = _place(found, "listing")
    return Front(body, values["listing"] or None, listing_at, values["unchecked"], tuple(diagnostics), title, said)


def eaten(text: str) -> Diagnostic | None:
    """The diagnostic of a page without front matter whose first line MkDocs takes for it; None if there is none."""
    if not _EATEN.match(text):
        return None
    message, remedy = "MkDocs takes this line for front matter, and does not show it", "leave the line before it blank"
    return Diagnostic(0, message, remedy, text.partition("\n")[0], "", "configuration")


def _is_nearly_book(key: object) -> bool:
    """Whether a key is most likely a misspelt `book`, whose values nothing reads."""
    if not isinstance(key, str) or key == "book":
        return False
    return sorted(key.lower()) == sorted("book") or difflib.SequenceMatcher(None, key.lower(), "book").ratio() >= _ALIKE


def _misspelt(found: re.Match[str], key: str) -> Diagnostic:
    written = re.search(rf"^[\"']?{re.escape(key)}[\"']?[ \t]*:", found[1], re.MULTILINE)
    at = found.start(1) + (written.start() if written else 0)
    return Diagnostic(at, f"nothing reads the key `{key}`", "write `book:`", key, "book", "configuration")


def _place(found: re.Match[str], name: str) -> int:
    """The offset of a key below `book`. It is searched for, because the YAML parser keeps no offsets."""
    inside = found[1]
    book = re.search(r"^book[ \t]*:", inside, re.MULTILINE)
    key = re.compile(rf"\b{re.escape(name)}\b").search(inside, 0 if book is None or name == "book" else book.end())
    return found.start(1) + (key.start() if key else 0)


def _said(text: str, start: int) -> tuple[Said, ...]:
    """The values that readers see in the front matter `text`, which begins at `start`."""
    tree = yaml.compose(text, yaml.SafeLoader)
    return tuple(
        Said(start + value.start_mark.index, start + value.end_mark.index, key.value, value.value)
        for key, value in (tree.value if isinstance(tree, yaml.MappingNode) else ())
        if isinstance(value, yaml.ScalarNode) and key.value in _SHOWN
    )
