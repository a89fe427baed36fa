"""figure: a drawing with its caption and tables of its data, as HTML. Which width shows, the stylesheet decides."""

from collections.abc import Iterable
from html import escape

from backprop_book.core.problems import visible
from backprop_book.figures import DataTable, Drawing, Picture

_DIGITS = 4


def figure(drawing: Drawing, name: str, alt: str) -> tuple[str, str]:
    """HTML of a figure.

    Args:
        drawing: The drawing at both widths, and its data.
        name: Its name, which no other figure of the page has.
        alt: Text alternative.

    Returns:
        The HTML before the caption and the HTML after it.
    """
    ident = escape(f"figure-{name}")
    pictures = "".join(
        _picture(picture, f"{ident}-{kind}", kind, drawing.title, alt)
        for kind, picture in (("wide", drawing.wide), ("narrow", drawing.narrow))
    )
    before = f'<figure class="bb-figure" id="{ident}"><div class="bb-plate">{pictures}</div><figcaption>'
    return before, data(drawing.title, drawing.tables)


def data(title: str, tables: Iterable[DataTable]) -> str:
    """HTML after the caption of a figure: its tables, closed until they are asked for."""
    shown = "".join(_table(each, title) for each in tables)
    return f'</figcaption><details class="bb-data" data-search-exclude><summary>The data</summary>{shown}</details></figure>'


def _picture(picture: Picture, ident: str, kind: str, title: str, alt: str) -> str:
    return (
        f'<svg class="bb-drawing bb-drawing-{kind}" viewBox="0 0 {picture.width:g} {picture.height:g}" role="img" '
        f'aria-labelledby="{ident}-title" aria-describedby="{ident}-desc" data-search-exclude>'
        f'<title id="{ident}-title">{escape(title)}</title><desc id="{ident}-desc">{escape(alt)}</desc>{picture.body}</svg>'
    )


def _table(table: DataTable, title: str) -> str:
    label = escape(f"{title}: {table.caption}" if table.caption else title)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    top = "".join(f'<th scope="col">{escape(header)}</th>' if header else "<td></td>" for header in table.headers)
    lines = "".join(
        f'<tr><th scope="row">{_cell(row[0])}</th>{"".join(f"<td>{_cell(cell)}</td>" for cell in row[1:])}</tr>'
        for row in table.rows
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
