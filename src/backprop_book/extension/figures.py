"""figures: the drawings of a page, or what keeps them from being drawn."""

from backprop_book.chapter import Document, Figure
from backprop_book.desk import Look
from backprop_book.errors import Problem
from backprop_book.figure import Drawing, Graph, Rounds
from backprop_book.render import box, figure, graph, loop, network
from backprop_book.symbols import Symbols


def drawn(book: Look, page: Document, region: Figure, symbols: Symbols, marked: set[Problem]) -> tuple[str, str]:
    """HTML of a figure of the page: what stands before its caption, and what stands after it.

    Args:
        book: The book.
        page: The page.
        region: The figure.
        symbols: Which names have a colour.
        marked: The problems that are shown so far, to which those of the script are added.
    """
    script = book.chapter.scripts[region.name]
    broken = book.gallery.broken(region.name) if script.whole else ""
    problems = [problem for problem in book.problems if problem.path == script.source.path]
    if broken:
        problems += [problem for problem in book.problems if problem.path == book.chapter.snippets[broken].path]
    if problems:
        marked.update(problems)
        return (
            f'<figure class="bb-figure" id="figure-{region.name}">{box(problems)}<figcaption>',
            "</figcaption></figure>",
        )
    shown = book.gallery.drawing(region.name)
    if isinstance(shown, Drawing):
        return figure(shown, region.name, region.alt)
    snippet = shown.network.snippet if isinstance(shown, Graph) else shown.snippet
    whole = any(each.snippet == snippet and not each.section for each in page.listings)
    listing = snippet if whole else ""
    if isinstance(shown, Rounds):
        return loop(shown, region.name, region.alt, listing)
    if isinstance(shown, Graph):
        return graph(shown.network, region.name, region.alt, listing, symbols)
    return network(shown, region.name, region.alt, listing, symbols)
