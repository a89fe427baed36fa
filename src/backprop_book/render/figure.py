"""figure: a drawing with its caption and its data, as HTML. Which width shows, the stylesheet decides."""

from html import escape

from backprop_book.errors import visible
from backprop_book.figure import Cells, Drawing, Picture

_DIGITS = 4


def figure(drawing: Drawing, name: str, alt: str) -> tuple[str, str]:
    """HTML of a figure.

    Args:
        drawing: What was drawn.
        name: Its name, which no other figure of the page has.
        alt: What it shows, in words.

    Returns:
        What stands before the caption, and what stands after it.
    """
    ident = escape(f"figure-{name}")
    pictures = "".join(
        _picture(picture, f"{ident}-{kind}", kind, drawing.title, alt)
        for kind, picture in (("wide", drawing.wide), ("narrow", drawing.narrow))
    )
    grids = "".join(_grid(grid, drawing.title) for grid in drawing.grids)
    before = f'<figure class="bb-figure" id="{ident}"><div class="bb-plate">{pictures}</div><figcaption>'
    after = f'</figcaption><details class="bb-data" data-search-exclude><summary>The data</summary>{grids}</details></figure>'
    return before, after


def _picture(picture: Picture, ident: str, kind: str, title: str, alt: str) -> str:
    return (
        f'<svg class="bb-drawing bb-drawing-{kind}" viewBox="0 0 {picture.width:g} {picture.height:g}" role="img" '
        f'aria-labelledby="{ident}-title" aria-describedby="{ident}-desc" data-search-exclude>'
        f'<title id="{ident}-title">{escape(title)}</title><desc id="{ident}-desc">{escape(alt)}</desc>{picture.body}</svg>'
    )


def _grid(grid: Cells, title: str) -> str:
    """A table; where it is too wide it scrolls by itself, and the keyboard reaches it."""
    label = escape(f"{title}: {grid.caption}" if grid.caption else title)
    caption = f"<caption>{escape(grid.caption)}</caption>" if grid.caption else ""
    top = "".join(f'<th scope="col">{escape(header)}</th>' for header in grid.headers)
    lines = "".join(
        f'<tr><th scope="row">{_cell(row[0])}</th>{"".join(f"<td>{_cell(cell)}</td>" for cell in row[1:])}</tr>'
        for row in grid.rows
    )
    return (
        f'<div class="bb-grid" tabindex="0" role="group" aria-label="{label}"><table class="bb-table">{caption}'
        f"<thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _cell(content: bool | int | float | str) -> str:
    if isinstance(content, str):
        return escape(visible(content))
    if isinstance(content, bool):
        return "yes" if content else "no"
    text = f"{content:.{_DIGITS}g}" if isinstance(content, float) else str(content)
    return text.replace("-", "−")
