"""controls: HTML of what stands below the code: the output, and the controls that the script brings to life."""

from collections.abc import Sequence
from html import escape

from backprop_book.errors import printed
from backprop_book.model import Trace
from backprop_book.render.drawn import UNCHANGED
from backprop_book.render.moments import Moment

_PLAY, _PAUSE = "M4 2v12l9-6z", "M3 2h4v12H3zM9 2h4v12H9z"
_BUTTONS = (
    ("first", "First moment", "M1 2h2v12H1zM12 1.5 5.5 8l6.5 6.5 1.7-1.7L8.9 8l4.8-4.8z"),
    ("previous", "Previous moment (p)", "M11 1.5 4.5 8l6.5 6.5 1.7-1.7L7.9 8l4.8-4.8z"),
    ("next", "Next moment (n)", "M5 1.5 11.5 8 5 14.5l-1.7-1.7L8.1 8 3.3 3.2z"),
    ("last", "Last moment", "M13 2h2v12h-2zM4 1.5 10.5 8 4 14.5l-1.7-1.7L7.1 8 2.3 3.2z"),
)
_KEYS = (
    '<details class="bb-keys"><summary>Keys</summary><ul>'
    "<li><kbd>n</kbd> <kbd>p</kbd> next and previous moment</li>"
    '<li class="bb-play"><kbd>k</kbd> play and pause; so does the space bar on the slider</li>'
    "<li><kbd>←</kbd> <kbd>→</kbd> <kbd>Home</kbd> <kbd>End</kbd> on the slider: moments</li>"
)
_LINE_KEYS = "<li><kbd>↑</kbd> <kbd>↓</kbd> <kbd>Home</kbd> <kbd>End</kbd> on the line numbers: lines with a note</li>"


def output(moments: Sequence[Moment]) -> str:
    """HTML of all that was printed, in pieces, so that the script can show what was printed so far."""
    pieces = [(m.step.index, m.step.output) for m in moments if m.step.output]
    if not pieces:
        return ""
    spans = "".join(f'<span data-step="{index}">{escape(printed(text))}</span>' for index, text in pieces)
    return f'<div class="bb-output"><p class="bb-label">Output</p><pre class="bb-printed">{spans}</pre></div>'


def controls(trace: Trace, moments: Sequence[Moment], first: int, *, explained: bool) -> str:
    """HTML of the stepping buttons and the slider.

    Args:
        trace: The run.
        moments: The steps that are shown.
        first: Index of the step at which the slider stands.
        explained: Whether there are notes, and so lines that the arrow keys go through.
    """
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
    play = (
        '<button type="button" class="bb-play" data-play aria-label="Play" title="Play (k)">'
        f'<svg viewBox="0 0 16 16" aria-hidden="true"><path class="bb-go" d="{_PLAY}"/><path class="bb-halt" d="{_PAUSE}"/></svg></button>'
    )
    keys = f"{_KEYS}{_LINE_KEYS}" if explained else _KEYS
    return (
        '<div class="bb-controls" role="group" aria-label="Moments of the run" data-search-exclude>'
        f"{buttons['first']}{buttons['previous']}{play}{buttons['next']}{buttons['last']}"
        f'<input type="range" min="0" max="{total - 1}" value="{at}" aria-label="Moment" aria-valuetext="{escape(words)}">'
        f'<span class="bb-where" role="status">{escape(words)}</span>{keys}</ul></details></div>'
    )


def _words(moment: Moment, at: int, total: int, trace: Trace) -> str:
    """A step in words, as the script says it too: `moment 4 of 31, line 18, z1 changed`. Readers know *step* as one of training."""
    words = f"moment {at + 1} of {total}, line {trace.statements[moment.step.statement].line}"
    if moment.step.skipped:
        return f"{words}, {moment.label}"
    names = [c.name for c in moment.changed if c.words != UNCHANGED]
    short = list(dict.fromkeys(name.partition(".")[0] for name in names)) if len(names) > 3 else names
    more = f" and {len(short) - 3} more" if len(short) > 3 else ""
    what = f", {', '.join(short[:3])}{more} changed" if short else ", printed" if moment.step.output else ""
    # The picker says what else there is to say of an iteration; here it would leave no room.
    which = moment.label.partition(" · ")[0]
    return f"{words}{f', {which}' if which else ''}{what}"
