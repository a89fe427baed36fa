"""listings: snippets shown on a page, and files that are included."""

import difflib
import posixpath
import re
from collections.abc import Iterator

from markdown import Markdown
from pymdownx.snippets import SnippetExtension, SnippetMissingError, SnippetPreprocessor

from backprop_book.chapter.book import Chapter, has
from backprop_book.chapter.fences import Fence, Include, include_at, includes
from backprop_book.chapter.regions import Listing
from backprop_book.chapter.trouble import Trouble
from backprop_book.config import Config
from backprop_book.errors import legible

_LINES = re.compile(r"-?[0-9]*(?:[:,]-?[0-9]*)*")


def read_listing(chapter: Chapter, text: str, fence: Fence) -> tuple[Listing | None, bool, tuple[Trouble, ...]]:
    """Read a fence as a listing.

    Returns:
        The listing, if it is one and its snippet parses; whether it is meant as one; what is wrong with the fence.
    """
    found, other = includes(text, fence)
    if not found:
        return None, False, ()
    if fence.language not in ("python", "py") or not _is_snippet(chapter, found[0].target):
        return None, False, tuple(trouble for include in found for trouble in check_include(chapter, include))
    if other or len(found) > 1:
        remedy = "give the include a fence of its own"
        shown = text[found[0].start : found[0].end].strip()
        return (
            None,
            True,
            (Trouble(found[0].start, "this fence holds more than one include", remedy, shown, "", "listing"),),
        )
    include = found[0]
    trouble = _wrong(chapter, include)
    if trouble is not None:
        return None, True, (trouble,)
    path, _, section = include.target.partition(":")
    stem = chapter.files[f"{chapter.config.snippets}/{path}"]
    title = legible(fence.title or path.rpartition("/")[2])
    return Listing(fence.start, fence.end, stem, section or None, title), True, ()


def check_include(chapter: Chapter, include: Include) -> tuple[Trouble, ...]:
    """What is wrong with an include that is no listing: the file does not exist, or the build could not include it."""
    if include.escaped or not include.target:
        return ()
    path = re.split(r":(?=[-0-9A-Za-z_,:]*\Z)", include.target, maxsplit=1)[0]
    config = chapter.config
    if has(chapter, path, config.snippets, ""):
        reason = _refusal(config, include.target)
        message, remedy = f"this cannot be included: {reason}", "correct the include, or the file"
        return (Trouble(include.start, message, remedy, include.target, "", "listing"),) if reason else ()
    remedy = f"correct the path; it starts in {config.snippets}/ or in the root of the book"
    return (Trouble(include.start, f"there is no file {path} to include", remedy, include.target, "", "listing"),)


def unseen_includes(chapter: Chapter, text: str, start: int, end: int) -> Iterator[Trouble]:
    """What is wrong with the includes from `start` to `end`, a page, wherever they are written.

    The site includes files before it reads any Markdown, so that it also does so in comments, in HTML and between two lines `--8<--`,
    which hold one file a line.
    """
    is_block = False
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        at = start + len(text[start:stop]) - len(text[start:stop].lstrip(" \t"))
        include = include_at(text, at, stop)
        target = text[at:stop].strip()
        if include is not None and not (include.target or include.escaped):
            is_block = not is_block
        elif is_block and include is None and target and not target.startswith(";"):
            yield from check_include(chapter, Include(at, stop, target, escaped=False))
        elif include is not None and not is_block:
            yield from check_include(chapter, include)
        start = stop + 1


def _refusal(config: Config, target: str) -> str:
    """Why the extension that includes files when the site is built would not include this one; empty if it would."""
    folders = [str(config.root / config.snippets), str(config.root)]
    extension = SnippetExtension(base_path=folders, check_paths=True)
    try:
        SnippetPreprocessor(extension.getConfigs(), Markdown()).run([f'--8<-- "{target}"'])
    except (SnippetMissingError, UnicodeError) as error:
        return str(error)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def nearest(stem: str, stems: "tuple[str, ...]") -> str:
    """The stems that resemble one that does not exist."""
    return ", ".join(difflib.get_close_matches(stem, stems, 3, 0.5)) or ", ".join(sorted(stems)[:5])


def _is_snippet(chapter: Chapter, target: str) -> bool:
    """Whether an include means a snippet: a Python file that is no other file of the project."""
    path = target.partition(":")[0]
    if _meant(chapter, path):
        return True
    return path.endswith(".py") and not has(chapter, path, "")


def _meant(chapter: Chapter, path: str) -> str:
    """The path, below their folder, of the snippet that an include means, also with the folder or without `.py`; empty for none."""
    folder = f"{chapter.config.snippets}/"
    inside = posixpath.normpath(path).removeprefix(folder)
    return next((each for each in (inside, f"{inside}.py") if f"{folder}{each}" in chapter.files), "")


def _wrong(chapter: Chapter, include: Include) -> Trouble | None:
    """What is wrong with the include of a listing."""
    path, _, section = include.target.partition(":")
    stem = chapter.files.get(f"{chapter.config.snippets}/{path}")
    at = include.start
    if stem is None and (meant := _meant(chapter, path)):
        remedy = f"name the file by its path in {chapter.config.snippets}/"
        return Trouble(at, "this is not how a listing names its snippet", remedy, path, meant, "listing")
    if stem is None:
        remedy = f"correct the name, or add {chapter.config.snippets}/{path}"
        known = tuple(name.removeprefix(f"{chapter.config.snippets}/") for name in chapter.files)
        return Trouble(at, "there is no such snippet", remedy, path, nearest(path, known), "listing")
    snippet = chapter.snippets.get(stem)
    if section and _LINES.fullmatch(section):
        remedy = "mark a section in the snippet, `# --8<-- [start:name]` to `# --8<-- [end:name]`, and show that"
        return Trouble(
            at, "a part of a snippet is shown by line number", remedy, include.target, f"{path}:name", "listing"
        )
    if section and snippet is not None and section not in snippet.sections:
        remedy = f"correct the name, or mark the section in the snippet with `# --8<-- [start:{section}]`"
        return Trouble(
            at, f"{snippet.path} has no section `{section}`", remedy, section, ", ".join(snippet.sections), "listing"
        )
    return None
