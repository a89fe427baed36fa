"""Blocks of a page that are not prose: listings, outputs, other fences, included files, figures and placeholders."""

import difflib
import posixpath
import re
from collections.abc import Iterable, Iterator

from markdown import Markdown
from markdown.util import BLOCK_LEVEL_ELEMENTS
from pymdownx.snippets import SnippetExtension, SnippetMissingError, SnippetPreprocessor

from backprop_book.chapter.block_parser import (
    READING_TIME,
    Block,
    Fence,
    Hole,
    Include,
    include_at,
    includes,
    slot_stems,
)
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.context import Place, has
from backprop_book.chapter.document import Figure, Listing, Output, Slot
from backprop_book.chapter.inline_parser import TAG, spans, trimmed
from backprop_book.chapter.source import Trouble
from backprop_book.config import Config
from backprop_book.digits import numerals
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


def read_output(fence: Fence, place: Place) -> tuple[tuple[Output, ...], tuple[Trouble, ...]]:
    """Read a fence titled "Output".

    Returns:
        The region, unless there is nothing that could print it, and what is wrong.
    """
    if place.silent:
        return (), ()
    if place.listing is None:
        remedy = "show the listing above it, or give the fence another title"
        message = "there is no listing above whose output this could be"
        return (), (Trouble(fence.mark, message, remedy, "", "", "output"),)
    output = Output(fence.start, fence.end, fence.text_start, fence.text_end, fence.text, fence.indent, place.listing)
    return (output,), ()


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


_WRITTEN = "![what it shows, in words](figures/NAME.svg), and the caption in the same paragraph"


def read_figure(chapter: Chapter, clean: str, block: Block) -> tuple[Figure | None, tuple[Trouble, ...]]:
    """Read a paragraph as a figure.

    Args:
        chapter: Knows the scripts.
        clean: The document, with spaces in place of what is no prose.
        block: The paragraph.

    Returns:
        The figure, if the paragraph begins with an image of one, and what is wrong with it, or with images elsewhere in it.
    """
    troubles: list[Trouble] = []
    figure: Figure | None = None
    for image in _images(chapter).finditer(clean, block.start, block.end):
        if image.start() != block.start or block.level:
            remedy = f"write a paragraph: {_WRITTEN}"
            shown = _one_line(image[0])
            troubles.append(Trouble(image.start(), "a figure begins its paragraph", remedy, shown, "", "figure"))
            continue
        name = image["name"]
        caption, end = trimmed(clean, image.end(), block.end)
        figure = Figure(block.start, end, name, _one_line(image["alt"]), caption)
        troubles += _wrong_alt(image)
        if image["title"] is not None:
            remedy = "say it in the caption"
            troubles.append(
                Trouble(image.start("title"), "a figure takes no title", remedy, image["title"], "", "figure")
            )
        if clean.startswith("{", image.end()):
            remedy = "remove it: the script says what the drawing looks like"
            troubles.append(Trouble(image.end(), "a figure takes no attributes", remedy, "", "", "figure"))
        elif caption == end:
            troubles.append(
                Trouble(
                    block.start, "this figure has no caption", f"write {_WRITTEN}", _one_line(image[0]), "", "figure"
                )
            )
        if name not in chapter.scripts:
            folder = chapter.config.figures
            remedy = f"correct the name, or add {folder}/{name}.py"
            at = image.start("name")
            near = nearest(name, tuple(chapter.scripts))
            troubles.append(Trouble(at, "there is no such figure", remedy, name, near, "figure"))
    return figure, tuple(troubles)


def misplaced(chapter: Chapter, clean: str, block: Block, where: str) -> tuple[Trouble, ...]:
    """Images of figures where none can be shown."""
    found = _images(chapter).finditer(clean, block.start, block.end)
    remedy = "show it on a page"
    return tuple(
        Trouble(image.start(), f"a figure stands in {where}", remedy, _one_line(image[0]), "", "figure")
        for image in found
    )


def _images(chapter: Chapter) -> re.Pattern[str]:
    """Images whose target is a drawing."""
    folder = re.escape(chapter.config.figures)
    return re.compile(
        rf"!\[(?P<alt>(?:[^\[\]]|\[[^\[\]]*\])*)\]\([ \t]*(?:\.\./)*{folder}/(?P<name>[^/\s()]+)\.svg"
        rf"(?:[ \t]+(?P<title>\"[^\"]*\"|'[^']*'))?[ \t]*\)"
    )


def _wrong_alt(image: "re.Match[str]") -> list[Trouble]:
    alt, start = image["alt"], image.start("alt")
    if not alt.strip():
        remedy = "say in words what the drawing shows"
        return [
            Trouble(
                start, "this figure says nothing to those who cannot see it", remedy, _one_line(image[0]), "", "figure"
            )
        ]
    remedy = "leave it to the caption, where claims are checked, and to the table of the data"
    for found in re.finditer(r"[\[{`$]", alt):
        return [
            Trouble(
                start + found.start(),
                "the words for those who cannot see it hold more than words",
                remedy,
                "",
                "",
                "figure",
            )
        ]
    return [
        Trouble(
            start + numeral.start,
            "the words for those who cannot see it state a number",
            remedy,
            numeral.text,
            "",
            "figure",
        )
        for numeral in numerals(alt)
    ]


def _one_line(text: str) -> str:
    return " ".join(text.split())


_ELEMENTS = frozenset(BLOCK_LEVEL_ELEMENTS) - {"hr"}
"""Elements whose content Markdown leaves as it is."""


def enclosing(clean: str, blocks: Iterable[Block], references: frozenset[str]) -> str:
    """The name of the element of HTML that is still open after some blocks and whose content is no Markdown; empty without one."""
    opened: list[tuple[str, bool]] = []
    for block in blocks:
        for span in spans(clean, block.start, block.end, references)[0]:
            tag = TAG.fullmatch(clean, span.start, span.end) if span.kind == "hidden" else None
            name = tag["name"].lower() if tag is not None else ""
            if tag is None or name not in _ELEMENTS or tag[0].endswith("/>"):
                continue
            if not tag[0].startswith("</"):
                if opened or span.start == block.start:
                    opened.append((name, re.search(r"\smarkdown\b", tag[0]) is not None))
            elif name in [each for each, _ in opened]:
                while opened.pop()[0] != name:
                    pass
    return next((name for name, is_read in opened if not is_read), "")


def misplaced_slot(at: int, shown: str, element: str) -> Trouble:
    """What is wrong with a place holder inside of an element of HTML."""
    message, remedy = "this place holder stands inside HTML, where nothing is filled in", "move it out of the element"
    return Trouble(at, message, remedy, shown, f"no open <{element}> before it")


def read_slot(chapter: Chapter, path: str, hole: Hole, shown: str) -> tuple[tuple[Slot, ...], tuple[Trouble, ...]]:
    """Read a place holder that is written as `shown` in the document at `path`.

    Returns:
        The region, unless a snippet that it names is missing or broken, and what is wrong. Whether there are pages that it
        names is known when all of them are read.
    """
    stems = slot_stems(shown)
    if hole.name == READING_TIME:
        folder = posixpath.dirname(path)
        names = list(re.finditer(r"\S+", shown.removesuffix("-->")))[-len(stems) :] if stems else ()
        pages = tuple((hole.mark + name.start(), posixpath.normpath(posixpath.join(folder, name[0]))) for name in names)
        return (Slot(hole.start, hole.end, hole.mark, hole.name, (), pages),), ()
    known = tuple(chapter.files.values())
    troubles = tuple(
        Trouble(
            hole.mark + shown.index(stem),
            "there is no such snippet",
            "correct the name",
            stem,
            nearest(stem, known),
            "link",
        )
        for stem in stems
        if stem not in known
    )
    if all(stem in chapter.snippets for stem in stems):
        return (Slot(hole.start, hole.end, hole.mark, hole.name, stems),), troubles
    return (), troubles
