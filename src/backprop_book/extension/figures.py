"""figures: the drawings of a page, or what keeps them from being drawn."""

from backprop_book.chapter import Figure
from backprop_book.desk import Look
from backprop_book.errors import Problem
from backprop_book.render import box, figure


def drawn(book: Look, region: Figure, marked: set[Problem]) -> tuple[str, str]:
    """HTML of a figure of the page: what stands before its caption, and what stands after it.

    Args:
        book: The book.
        region: The figure.
        marked: The problems that are shown so far, to which those of the script are added.
    """
    script = book.chapter.scripts[region.name]
    broken = book.gallery.broken(region.name) if script.whole else ""
    problems = [problem for problem in book.problems if problem.path == script.source.path]
    if broken:
        problems += [problem for problem in book.problems if problem.path == book.chapter.snippets[broken].path]
    if not problems:
        return figure(book.gallery.drawing(region.name), region.name, region.alt)
    marked.update(problems)
    return f'<figure class="bb-figure" id="figure-{region.name}">{box(problems)}<figcaption>', "</figcaption></figure>"
