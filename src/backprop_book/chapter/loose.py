"""loose: what a page shows although nothing checks it: fences that are no listing, and files that are included."""

import re
from collections.abc import Iterator

from backprop_book.chapter.fences import Fence, Include, includes
from backprop_book.chapter.trouble import Trouble
from backprop_book.digits import numerals

_NEARLY = re.compile(
    r"""^[ \t>]*(?P<line>(?:[-–—]+[ \t]*8[ \t]*[<>]|8[ \t]*[<>][ \t]*[-–—])[-–—<> \t]*"""
    r"""["'“”„‘’`]*(?P<target>[\w./-]*\w\.\w+(?::\w+)?)["'“”‘’`]*)[ \t]*$""",
    re.MULTILINE,
)
"""A line with scissors, `--8<--`, or something like them, and the name of a file."""


def unseen(text: str, include: Include) -> Trouble:
    """That an include brings in what nobody sees where it stands."""
    remedy = "write it here, or show a snippet in a fence"
    shown = text[include.start : include.end].strip()
    return Trouble(include.start, "nothing checks what is included here", remedy, shown, "", "unchecked")


def misspelt(text: str, fence: Fence) -> Trouble | None:
    """The first line of a fence that looks like an include, where none of its lines is one: it would show as it stands."""
    found = None if includes(text, fence)[0] else _NEARLY.search(text, fence.text_start, fence.text_end)
    if found is None:
        return None
    remedy = f'write --8<-- "{found["target"]}"'
    return Trouble(
        found.start("line"), "this looks like an include, and includes nothing", remedy, found["line"], "", "listing"
    )


def loose(text: str, fence: Fence) -> Iterator[Trouble]:
    """A fence that nothing checks may hold neither Python nor numbers, nor bring in what nobody sees here."""
    if found := includes(text, fence)[0]:
        yield unseen(text, found[0])
    elif fence.language in ("python", "py"):
        remedy = "put it in a snippet and include that, or a section of it"
        yield Trouble(fence.mark, "this code is run by nothing", remedy, "", "", "unchecked")
    elif numbers := numerals(fence.text):
        remedy = 'give the fence the title "Output" if a listing prints it; else move the numbers to the prose'
        message = "the numbers in this fence are checked by nothing"
        yield Trouble(fence.mark, message, remedy, numbers[0].text, "", "unchecked")
