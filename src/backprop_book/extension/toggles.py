"""toggles: the line that opens a block, as of a question that asks why.

Such a line is a control, and a control must not hold others: its claims show what stands behind them to those who point at
them, but take no focus of their own and lead nowhere.
"""

import re

_SUMMARY = re.compile(r"<summary>.*?</summary>", re.DOTALL)
_FOCUS = re.compile(
    r'(<span class="bb-words") role="button" tabindex="0" aria-expanded="false" aria-describedby="[^"]*"'
)
_JUMP = re.compile(r'<a class="bb-jump"[^>]*>(.*?)</a>')


def still_toggles(html: str) -> str:
    """Take the focus and the links of claims out of every line that opens a block; the rest of the HTML stays as it is."""
    return _SUMMARY.sub(lambda found: _still(found[0]), html)


def _still(summary: str) -> str:
    return _JUMP.sub(r'<span class="bb-jump">\1</span>', _FOCUS.sub(r"\1", summary))
