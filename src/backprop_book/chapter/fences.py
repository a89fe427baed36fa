"""fences: fenced code, its title, and the includes of files."""

import re
from dataclasses import dataclass

_OPENING = re.compile(r"(`{3,})([^`\n]*)$|(~{3,})([^\n]*)$", re.MULTILINE)
_LANGUAGE = re.compile(r"[ \t]*\{?[ \t]*\.?([\w#.+-]+)(?![\w=\"'])")
_TITLE = re.compile(r"""(?<![\w-])title=(?:"([^"\n]*)"|'([^'\n]*)')""")
_INCLUDE = re.compile(r"""(;*)-+8<-+(?:[ \t]+(?:"((?:\\"|[^"\n])+)"|'((?:\\'|[^'\n])+)')[ \t]*)?$""", re.MULTILINE)
_PREFIX = re.compile(r"[ \t>]*")


@dataclass(frozen=True, slots=True)
class Include:
    """A line that includes a file."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    target: str
    """The file and, after colons, its section or lines, as written; empty for the line that begins or ends a block of includes."""
    escaped: bool
    """Whether a semicolon makes it plain text."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Fenced code."""

    start: int
    """Start of the line of the opening fence."""
    end: int
    """End of the closing fence, without its newline."""
    mark: int
    """Offset of its first backtick or tilde."""
    ticks_end: int
    """Offset after its last backtick or tilde."""
    text_start: int
    """Start of the first line inside."""
    text_end: int
    """End of the last line inside, its newline included."""
    language: str
    """The language in lower case, or an empty string."""
    title: str | None
    """The title, if it has one."""
    title_start: int
    """Offset of its first character; without meaning if there is none."""
    indent: int
    """How many characters stand before the fence: indentation and quotation marks."""
    text: str
    """The lines inside, without what stands before the fence."""
    closed: bool
    """Whether there is a closing fence."""


def fence_at(text: str, start: int, at: int, end: int) -> Fence | None:
    """The fence that begins on the line at `start`, whose content begins at `at`; it ends before `end`."""
    stop = text.find("\n", at, end)
    found = _OPENING.match(text, at, end if stop < 0 else stop)
    if found is None:
        return None
    ticks = found[1] or found[3]
    info = found[2] or found[4] or ""
    inside = min(found.end() + 1, end)
    closing = re.compile(rf"^[ \t>]*{re.escape(ticks)}[ \t]*$", re.MULTILINE).search(text, inside, end)
    text_end = closing.start() if closing else end
    indent = at - start
    language = _LANGUAGE.match(info)
    title = _TITLE.search(info)
    return Fence(
        start, closing.end() if closing else end, at, at + len(ticks), min(inside, text_end), text_end,
        language[1].lower() if language else "", (title[1] or title[2] or "") if title else None,
        at + len(ticks) + (title.start(title.lastindex or 0) if title else 0), indent,
        "".join(_stripped(line, indent) for line in re.split(r"(?<=\n)", text[inside:text_end])), closing is not None,
    )  # fmt: skip


def include_at(text: str, at: int, stop: int) -> Include | None:
    """The include that is written on the line from `at` to `stop`, if it is one."""
    found = _INCLUDE.match(text, at, stop)
    if found is None:
        return None
    return Include(at, stop, found[2] or found[3] or "", bool(found[1]))


def includes(text: str, fence: Fence) -> tuple[tuple[Include, ...], bool]:
    """The includes inside a fence, and whether the fence holds anything else."""
    found = []
    other = False
    at = fence.text_start
    while at < fence.text_end:
        stop = text.find("\n", at, fence.text_end)
        stop = fence.text_end if stop < 0 else stop
        prefix = _PREFIX.match(text, at, stop)
        assert prefix is not None, "the pattern matches nothing, too"
        include = include_at(text, prefix.end(), stop)
        if include is not None and not include.escaped:
            found.append(include)
        elif prefix.end() < stop:
            other = True
        at = stop + 1
    return tuple(found), other


def _stripped(line: str, indent: int) -> str:
    prefix = _PREFIX.match(line[:indent])
    return line[prefix.end() :] if prefix else line
