"""page_layout: the order of what a page opens with, and the columns of its tables, in the tree that Markdown made of it."""

import re
from collections.abc import Sequence
from itertools import takewhile
from xml.etree import ElementTree as ET

from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER

_STASHED = re.compile(HTML_PLACEHOLDER % "[0-9]+")
_NUMBER = re.compile(r"[-−+±≈~<>≤≥]?\s*\d[\d,\u202f]*(?P<fraction>\.\d+)?(?:e[-−+]?\d+)?(?P<unit>\s?[%×°])?")
_NOTHING = frozenset({"", "–", "—", "-"})
_ROWS = 2
"""A head, and something below it."""
_LINE = 41
"""Letters in a line of a table on a telephone. Where the longest words of its columns need more, each row is a card there."""
_TEXTS = 3
"""So many columns of words have no room beside two others, because their cells would have a word in each line."""


class Arrange(Treeprocessor):
    """Comes when the text of cells is made and no summary stands below the title yet."""

    def run(self, root: ET.Element) -> None:
        """Arrange a page."""
        mark_objectives(root)
        for table in root.iter("table"):
            arrange_table(table)


def mark_objectives(root: ET.Element) -> None:
    """Put an element around the learning objectives of a page: a list before its first section, with the words that lead to it.

    A page opens with its question. Where the objectives stand right below the title, they come after the first paragraph of the
    first section, or after the first question, if one of the paragraphs with which that section begins is one.
    """
    top = list(root)
    title = next((n for n, element in enumerate(top) if element.tag == "h1"), len(top))
    section = next((n for n in range(title + 1, len(top)) if top[n].tag == "h2"), len(top))
    before_lists = (n - 1 for n in range(title + 2, section) if top[n].tag == "ul")
    first = next((n for n in before_lists if _leads_on(top[n])), None)
    if first is None:
        return
    before = top[first - 1]
    if first == title + 1 and section < len(top):
        opening = list(takewhile(lambda element: element.tag == "p" and not _leads_on(element), top[section + 1 :]))
        asked = [element for element in opening if _text(element).endswith("?")]
        before = (asked or opening or [top[section]])[0]
    objectives = ET.Element("div", {"class": "bb-objectives"})
    for element in top[first : first + 2]:
        root.remove(element)
        objectives.append(element)
    root.insert(list(root).index(before) + 1, objectives)


def arrange_table(table: ET.Element) -> None:
    """Align the numbers of a table on their points, and name each cell of a broad one after its column."""
    rows = [list(row) for row in table.iter("tr")]
    if len(rows) < _ROWS or len({len(row) for row in rows}) > 1:
        return
    head, *body = rows
    columns = list(zip(*body, strict=True))
    of_words = [not _align(title, cells) for title, cells in zip(head, columns, strict=True)]
    letters = [_longest_word((title, *cells)) for title, cells in zip(head, columns, strict=True)]
    if sum(letters) + len(letters) > _LINE or (len(head) >= _TEXTS + 2 and sum(of_words) >= _TEXTS):
        table.set("data-cards", "")
        for title, cells in zip(head, columns, strict=True):
            for cell in cells:
                cell.set("data-title", _text(title))


def _longest_word(cells: Sequence[ET.Element]) -> int:
    """The letters of the longest word of some cells; lines are broken at hyphens, too."""
    return max((len(word) for cell in cells for word in re.split(r"\s|(?<=-)", _text(cell))), default=0)


def _align(title: ET.Element, cells: Sequence[ET.Element]) -> bool:
    """Align a column of numbers; whether it is one. What the author has aligned stays as it is."""
    found = {cell: _NUMBER.fullmatch(_text(cell)) for cell in cells if _text(cell) not in _NOTHING}
    if not found or None in found.values() or title.get("style"):
        return False
    numbers = {cell: number for cell, number in found.items() if number is not None}
    width = max(_width(number) for number in numbers.values())
    units = {number["unit"] for number in numbers.values()}
    for cell in (title, *cells):
        cell.set("class", "bb-number")
    for cell, number in numbers.items():
        if len(units) == 1 and width > _width(number):
            cell.set("style", f"--bb-after: {width - _width(number):g}ch")
    return True


def _width(number: re.Match[str]) -> float:
    """How much room a number takes from its point on, in digits; the point takes half of one."""
    return len(number["fraction"]) - 0.5 if number["fraction"] else 0


def _leads_on(element: ET.Element) -> bool:
    """Whether a paragraph ends without an end: the list below it goes on."""
    return element.tag == "p" and not _text(element).endswith((".", "?", "!"))


def _text(element: ET.Element) -> str:
    """The text that readers see, without what is put in its place later."""
    return _STASHED.sub("", "".join(element.itertext())).strip()
