"""drawings: images on pages that scripts draw."""

import re

from backprop_book.chapter.blocks import Block
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.listings import nearest
from backprop_book.chapter.regions import Figure
from backprop_book.chapter.span import trimmed
from backprop_book.chapter.trouble import Trouble
from backprop_book.digits import numerals

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
