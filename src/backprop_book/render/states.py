"""states: HTML of what one step changed, printed and read, and of its arithmetic."""

from collections.abc import Mapping
from html import escape

from backprop_book.errors import visible
from backprop_book.render.arithmetic import arithmetic
from backprop_book.render.moments import Moment
from backprop_book.render.values import reference, variable
from backprop_book.symbols import Symbols


def state(
    moment: Moment, symbols: Symbols, times: str = "", makers: Mapping[str, tuple[str, str]] | None = None
) -> str:
    """HTML of a step: what it changed, gave and printed, its arithmetic, and what it read.

    Args:
        moment: The step.
        symbols: Which names have a colour.
        times: Which execution of its statement this is, in words; empty if there is only one.
        makers: For names that it read: the link and the words of the place where the value is shown already.
    """
    places = makers or {}
    parts = [f'<p class="bb-times">{escape(times)}</p>'] if times else []
    if moment.changed:
        parts.append('<p class="bb-label">Result</p>')
        parts += [variable(symbols.mark(c.name), c.old, c.new, c.words) for c in moment.changed]
    if moment.said:
        parts.append(f'<p class="bb-said">{escape(moment.said)}</p>')
    if moment.step.output:
        parts.append(f'<p class="bb-label">Printed</p><pre class="bb-printed">{preformatted(moment.step.output)}</pre>')
    parts += [arithmetic(moment.arithmetic).html] if moment.arithmetic else []
    if moment.read:
        parts.append('<p class="bb-label">Read</p>')
        parts += [
            reference(symbols.mark(name), drawn, *places[name])
            if name in places
            else variable(symbols.mark(name), None, drawn)
            for name, drawn in moment.read
        ]
    return f'<section class="bb-state" data-first data-step="{moment.step.index}" data-search-exclude>{"".join(parts)}</section>'


def preformatted(text: str) -> str:
    """Text for a `<pre>`: HTML drops its first line break, so one that belongs to the text is doubled."""
    return ("\n" if text.startswith("\n") else "") + escape(visible(text))
