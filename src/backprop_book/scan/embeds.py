"""embeds: listings, outputs, other fences, included files, figures and placeholders. The scanner calls these functions."""

import difflib
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from markdown import Markdown
from markdown.util import BLOCK_LEVEL_ELEMENTS
from pymdownx.snippets import SnippetExtension, SnippetMissingError, SnippetPreprocessor

from backprop_book.core.config import Config
from backprop_book.core.problems import legible
from backprop_book.numbers import numerals
from backprop_book.scan.block_parser import (
    READING_TIME,
    Block,
    Fence,
    Include,
    include_at,
    lines,
    placeholder_arguments,
)
from backprop_book.scan.book import Chapter
from backprop_book.scan.collector import Collector
from backprop_book.scan.document import Figure, Listing, Placeholder
from backprop_book.scan.inline_parser import TAG, trimmed
from backprop_book.scan.source import Diagnostic

_LINES = re.compile(r"-?[0-9]*(?:[:,]-?[0-9]*)*")
_NEARLY_INCLUDE = re.compile(
    r"""^[ \t>]*(?P<line>(?:[-–—]+[ \t]*8[ \t]*[<>]|8[ \t]*[<>][ \t]*[-–—])[-–—<> \t]*"""
    r"""["'“”„‘’`]*(?P<target>[\w./-]*\w\.\w+(?::\w+)?)["'“”‘’`]*)[ \t]*$""",
    re.MULTILINE,
)
"""A line with a misspelt `--8<--` and the name of a file."""
_FIGURE_FORM = "![what it shows, in words](figures/NAME.svg), and the caption in the same paragraph"
_RAW_ELEMENTS = frozenset(BLOCK_LEVEL_ELEMENTS) - {"hr"}
"""HTML elements in which Python-Markdown reads no Markdown."""


def is_listing(chapter: Chapter, fence: Fence, found: tuple[Include, ...]) -> bool:
    """Whether a fence with these includes is meant as a listing: its first include means a snippet, and no other file of the project."""
    if not found or fence.language not in ("python", "py"):
        return False
    path = found[0].target.partition(":")[0]
    return bool(_meant(chapter, path)) or (path.endswith(".py") and not chapter.has(path, ""))


def read_listing(
    collector: Collector, text: str, fence: Fence, found: tuple[Include, ...], alone: bool
) -> Listing | None:
    """Read a fence as a listing.

    Args:
        collector: Collects what is wrong.
        text: The document.
        fence: The fence.
        found: Its includes.
        alone: Whether it holds nothing else.

    Returns:
        The listing; None if it names no snippet.
    """
    chapter = collector.chapter
    include = found[0]
    if not alone or len(found) > 1:
        message, remedy = "this fence holds more than one include", "give the include a fence of its own"
        collector.diagnose(include.start, message, remedy, text[include.start : include.end].strip(), "", "listing")
        return None
    if (wrong := _wrong_listing(chapter, include)) is not None:
        collector.found.diagnostics.append(wrong)
        return None
    path, _, section = include.target.partition(":")
    stem = chapter.files[f"{chapter.config.snippets}/{path}"]
    title = legible(fence.title or path.rpartition("/")[2])
    return Listing(fence.start, fence.end, stem, section or None, title)


def _meant(chapter: Chapter, path: str) -> str:
    """The path of the snippet that an include means, which may be written with the folder or without `.py`; empty for none."""
    folder = f"{chapter.config.snippets}/"
    inside = posixpath.normpath(path).removeprefix(folder)
    return next((each for each in (inside, f"{inside}.py") if f"{folder}{each}" in chapter.files), "")


def _wrong_listing(chapter: Chapter, include: Include) -> Diagnostic | None:
    path, _, section = include.target.partition(":")
    folder = f"{chapter.config.snippets}/"
    stem = chapter.files.get(f"{folder}{path}")
    at = include.start
    if stem is None and (meant := _meant(chapter, path)):
        message, remedy = "this is not how a listing names its snippet", f"name the file by its path in {folder}"
        return Diagnostic(at, message, remedy, path, meant, "listing")
    if stem is None:
        near = nearest(path, tuple(name.removeprefix(folder) for name in chapter.files))
        return Diagnostic(
            at, "there is no such snippet", f"correct the name, or add {folder}{path}", path, near, "listing"
        )
    snippet = chapter.snippets.get(stem)
    if section and _LINES.fullmatch(section):
        message = "a part of a snippet is shown by line number"
        remedy = "mark a section in the snippet, `# --8<-- [start:name]` to `# --8<-- [end:name]`, and show that"
        return Diagnostic(at, message, remedy, include.target, f"{path}:name", "listing")
    if section and snippet is not None and section not in snippet.sections:
        message = f"{snippet.path} has no section `{section}`"
        remedy = f"correct the name, or mark the section in the snippet with `# --8<-- [start:{section}]`"
        return Diagnostic(at, message, remedy, section, ", ".join(snippet.sections), "listing")
    return None


def nearest(name: str, names: tuple[str, ...]) -> str:
    """The names most similar to one that does not exist, for a message; the first few where none is similar."""
    return ", ".join(difflib.get_close_matches(name, names, 3, 0.5)) or ", ".join(sorted(names)[:5])


def check_include(chapter: Chapter, include: Include) -> Diagnostic | None:
    """The diagnostic of an include that is not a listing: its file is missing, or the site cannot include it."""
    if include.escaped or not include.target:
        return None
    path = re.split(r":(?=[-0-9A-Za-z_,:]*\Z)", include.target, maxsplit=1)[0]
    config = chapter.config
    if chapter.has(path, config.snippets, ""):
        reason = _refusal(config, include.target)
        message, remedy = f"this cannot be included: {reason}", "correct the include, or the file"
        return Diagnostic(include.start, message, remedy, include.target, "", "listing") if reason else None
    remedy = f"correct the path; it starts in {config.snippets}/ or in the root of the book"
    return Diagnostic(include.start, f"there is no file {path} to include", remedy, include.target, "", "listing")


def _refusal(config: Config, target: str) -> str:
    """The reason for which the extension that includes files at the build refuses this one; empty if it accepts it."""
    folders = [str(config.root / config.snippets), str(config.root)]
    extension = SnippetExtension(base_path=folders, check_paths=True)
    try:
        SnippetPreprocessor(extension.getConfigs(), Markdown()).run([f'--8<-- "{target}"'])
    except (SnippetMissingError, UnicodeError) as error:
        return str(error)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def check_all_includes(chapter: Chapter, text: str, start: int, end: int) -> Iterator[Diagnostic]:
    """Check the includes of a page from `start` to `end`.

    The site includes files before it reads any Markdown, so it also does so in comments, in HTML, and between two lines `--8<--`,
    which hold one file a line.
    """
    is_block = False
    for first, stop in lines(text, start, end):
        if not is_block and "8<" not in text[first:stop]:
            continue
        at = stop - len(text[first:stop].lstrip(" \t"))
        include = include_at(text, at, stop)
        target = text[at:stop].strip()
        if include is not None and not (include.target or include.escaped):
            is_block = not is_block
            continue
        if is_block and include is None and target and not target.startswith(";"):
            include = Include(at, stop, target, escaped=False)
        elif is_block:
            continue
        if include is not None and (wrong := check_include(chapter, include)) is not None:
            yield wrong


def unchecked_include(text: str, include: Include) -> Diagnostic:
    """The diagnostic of an include whose content nothing checks."""
    shown = text[include.start : include.end].strip()
    remedy = "write it here, or show a snippet in a fence"
    return Diagnostic(include.start, "nothing checks what is included here", remedy, shown, "", "unchecked")


def misspelt_include(text: str, fence: Fence) -> Diagnostic | None:
    """The diagnostic of a fence without includes in which a line looks like one and would be shown as it stands."""
    found = _NEARLY_INCLUDE.search(text, fence.text_start, fence.text_end)
    if found is None:
        return None
    message, remedy = "this looks like an include, and includes nothing", f'write --8<-- "{found["target"]}"'
    return Diagnostic(found.start("line"), message, remedy, found["line"], "", "listing")


def unchecked_fence(fence: Fence) -> Diagnostic | None:
    """The diagnostic of a fence that is neither a listing nor an output, and holds Python or numbers."""
    if fence.language in ("python", "py"):
        remedy = "put it in a snippet and include that, or a section of it"
        return Diagnostic(fence.mark, "this code is run by nothing", remedy, "", "", "unchecked")
    if numbers := numerals(fence.text):
        remedy = 'give the fence the title "Output" if a listing prints it; else move the numbers to the prose'
        message = "the numbers in this fence are checked by nothing"
        return Diagnostic(fence.mark, message, remedy, numbers[0].text, "", "unchecked")
    return None


def read_figure(collector: Collector, block: Block) -> Figure | None:
    """Read a paragraph as a figure; None if it does not begin with the image of one. What is wrong with its images is reported."""
    chapter, clean = collector.chapter, collector.clean
    figure: Figure | None = None
    for image in _images(chapter).finditer(clean, block.start, block.end):
        shown = _one_line(image[0])
        if image.start() != block.start or block.level:
            remedy = f"write a paragraph: {_FIGURE_FORM}"
            collector.diagnose(image.start(), "a figure begins its paragraph", remedy, shown, "", "figure")
            continue
        name = image["name"]
        caption, end = trimmed(clean, image.end(), block.end)
        figure = Figure(block.start, end, name, _one_line(image["alt"]), caption)
        collector.found.diagnostics += _wrong_alt(image)
        if image["title"] is not None:
            remedy = "say it in the caption"
            collector.diagnose(image.start("title"), "a figure takes no title", remedy, image["title"], "", "figure")
        if clean.startswith("{", image.end()):
            remedy = "remove it: the script says what the drawing looks like"
            collector.diagnose(image.end(), "a figure takes no attributes", remedy, kind="figure")
        elif caption == end:
            message, remedy = "this figure has no caption", f"write {_FIGURE_FORM}"
            collector.diagnose(block.start, message, remedy, shown, "", "figure")
        if name not in chapter.scripts:
            remedy = f"correct the name, or add {chapter.config.figures}/{name}.py"
            near = nearest(name, tuple(chapter.scripts))
            collector.diagnose(image.start("name"), "there is no such figure", remedy, name, near, "figure")
    return figure


def refuse_figures(collector: Collector, block: Block, where: str) -> None:
    """Report figures in notes or in a file that is no page; `where` names it."""
    for image in _images(collector.chapter).finditer(collector.clean, block.start, block.end):
        message = f"a figure stands in {where}"
        collector.diagnose(image.start(), message, "show it on a page", _one_line(image[0]), kind="figure")


def _images(chapter: Chapter) -> re.Pattern[str]:
    folder = re.escape(chapter.config.figures)
    return re.compile(
        rf"!\[(?P<alt>(?:[^\[\]]|\[[^\[\]]*\])*)\]\([ \t]*(?:\.\./)*{folder}/(?P<name>[^/\s()]+)\.svg"
        rf"(?:[ \t]+(?P<title>\"[^\"]*\"|'[^']*'))?[ \t]*\)"
    )


def _wrong_alt(image: re.Match[str]) -> list[Diagnostic]:
    alt, start = image["alt"], image.start("alt")
    if not alt.strip():
        message, remedy = "this figure says nothing to those who cannot see it", "say in words what the drawing shows"
        return [Diagnostic(start, message, remedy, _one_line(image[0]), "", "figure")]
    remedy = "leave it to the caption, where claims are checked, and to the table of the data"
    if markup := re.search(r"[\[{`$]", alt):
        message = "the words for those who cannot see it hold more than words"
        return [Diagnostic(start + markup.start(), message, remedy, "", "", "figure")]
    message = "the words for those who cannot see it state a number"
    return [Diagnostic(start + each.start, message, remedy, each.text, "", "figure") for each in numerals(alt)]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def read_placeholder(collector: Collector, path: str, found: Placeholder, shown: str) -> Placeholder | None:
    """Read the snippets or pages that a placeholder names.

    Args:
        collector: Collects what is wrong. The pages are checked when all documents are read.
        path: The document's path.
        found: The placeholder as the block parser found it.
        shown: The comment as written.

    Returns:
        The placeholder; None if a snippet that it names is missing or broken.
    """
    named = placeholder_arguments(shown)
    if found.name == READING_TIME:
        folder = posixpath.dirname(path)
        words = list(re.finditer(r"\S+", shown.removesuffix("-->")))[-len(named) :] if named else ()
        pages = ((found.mark + each.start(), posixpath.normpath(posixpath.join(folder, each[0]))) for each in words)
        return replace(found, pages=tuple(pages))
    known = tuple(collector.chapter.files.values())
    for stem in named:
        if stem not in known:
            at, near = found.mark + shown.index(stem), nearest(stem, known)
            collector.diagnose(at, "there is no such snippet", "correct the name", stem, near, "link")
    return replace(found, stems=named) if all(stem in collector.chapter.snippets for stem in named) else None


def enclosing_element(collector: Collector, blocks: Iterable[Block]) -> str:
    """The name of an HTML element that some blocks leave open and in which no Markdown is read; empty if there is none."""
    opened: list[tuple[str, bool]] = []
    for block in blocks:
        for span in collector.stretch(block.start, block.end).spans:
            tag = TAG.fullmatch(collector.clean, span.start, span.end) if span.kind == "hidden" else None
            name = tag["name"].lower() if tag is not None else ""
            if tag is None or name not in _RAW_ELEMENTS or tag[0].endswith("/>"):
                continue
            if not tag[0].startswith("</"):
                if opened or span.start == block.start:
                    opened.append((name, re.search(r"\smarkdown\b", tag[0]) is not None))
            elif name in [each for each, _ in opened]:
                while opened.pop()[0] != name:
                    pass
    return next((name for name, is_read in opened if not is_read), "")
