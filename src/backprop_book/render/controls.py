"""controls: HTML of what stands below the code: the output, and the controls that the script brings to life."""

from collections.abc import Sequence
from html import escape

from backprop_book.model import Trace
from backprop_book.render.drawn import visible
from backprop_book.render.moments import Moment

_BUTTONS = (
    ("first", "First step", "M2 2h2v12H2zM14 2v12L5 8z"),
    ("previous", "Previous step (p)", "M12 2v12L3 8z"),
    ("next", "Next step (n)", "M4 2v12l9-6z"),
    ("last", "Last step", "M12 2h2v12h-2zM2 2v12l9-6z"),
)


def output(moments: Sequence[Moment]) -> str:
    """HTML of all that was printed, in pieces, so that the script can show what was printed so far."""
    pieces = [(m.step.index, m.step.output) for m in moments if m.step.output]
    if not pieces:
        return ""
    spans = "".join(f'<span data-step="{index}">{escape(visible(text))}</span>' for index, text in pieces)
    return f'<div class="bb-output"><p class="bb-label">Output</p><pre class="bb-printed">{spans}</pre></div>'


def controls(trace: Trace, moments: Sequence[Moment], first: int) -> str:
    """HTML of the stepping buttons and the slider, which stands at the step with the index `first`."""
    total = len(moments)
    if total < 2:
        return ""
    at = next(i for i, m in enumerate(moments) if m.step.index == first)
    moment = moments[at]
    words = _words(moment, at, total, trace)

    buttons = {
        key: f'<button type="button" data-go="{key}" aria-label="{name}" title="{name}">'
        f'<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{path}"/></svg></button>'
        for key, name, path in _BUTTONS
    }
    return (
        f'<div class="bb-controls" role="group" aria-label="Steps of the run" data-search-exclude>{buttons["first"]}{buttons["previous"]}'
        f'<input type="range" min="0" max="{total - 1}" value="{at}" aria-label="Step" '
        f'aria-valuetext="{escape(words)}">{buttons["next"]}{buttons["last"]}'
        f'<span class="bb-where">{escape(words)}</span><span class="bb-hint">↑ ↓ lines, n p steps</span></div>'
    )


def _words(moment: Moment, at: int, total: int, trace: Trace) -> str:
    """A step in words, as the script says it too: `step 4 of 31, line 18, z1 changed`."""
    words = f"step {at + 1} of {total}, line {trace.statements[moment.step.statement].line}"
    if moment.step.skipped:
        return f"{words}, {moment.label}"
    names = [c.name for c in moment.changed]
    short = list(dict.fromkeys(name.partition(".")[0] for name in names)) if len(names) > 3 else names
    more = f" and {len(short) - 3} more" if len(short) > 3 else ""
    what = f", {', '.join(short[:3])}{more} changed" if short else ", printed" if moment.step.output else ""
    return f"{words}{f', {moment.label}' if moment.label else ''}{what}"
