"""claims: words of the prose with the value that stands behind them."""

from html import escape


def claim(
    words_html: str,
    *,
    expression: str,
    value: str,
    source: str,
    step: int | None,
    ident: str,
    href: str = "",
) -> str:
    """HTML of an inline claim: only the words show, until they are pointed at or focused.

    Args:
        words_html: The words, rendered.
        expression: The expression of the probe, as written.
        value: The value at full precision, as text.
        source: The stem of the snippet it was computed by.
        step: Index of the step in whose state the value was seen; None for the end of the run.
        ident: An id that no other element of the page has.
        href: Where the step can be seen; by default the step of the listing `source` on the same page.

    The explanation is a description of the words (read once, when they get the focus) and stays hidden otherwise, so
    it is not read a second time with the text around it.
    """
    target = href or (f"#{source}-t{step}" if step is not None else "")
    snippet = f"{escape(source)}.py"
    where = (
        f'<a class="bb-jump" href="{escape(target)}" aria-label="Show in the listing {snippet}">{snippet}</a>'
        if target
        else f'<span class="bb-jump">{snippet}</span>'
    )
    return (
        f'<span class="bb-claim"><span class="bb-words" tabindex="0" aria-describedby="{escape(ident)}">{words_html}</span>'
        f'<small class="bb-tip" data-search-exclude><span id="{escape(ident)}"><code>{escape(expression)}</code> '
        f'<span class="bb-is">= <code>{escape(value)}</code></span></span> {where}</small></span>'
    )
