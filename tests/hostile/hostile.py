"""Texts that nobody would write on purpose, and how many of them are tried."""

import os

from hypothesis import strategies as st

EFFORT = int(os.environ.get("BACKPROP_BOOK_FUZZ", "1"))
"""How many times as many examples are tried as in an ordinary run."""
NASTY = (
    "</script><img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "]]>", "--></style>", "' onfocus='alert(1)", '" x="', "&lt;&#0;",
    "\u202eabc\u2066", "\x00", "\x1b[31m", "\x7f\x85\ufeff", "\u2028\u2029", "\ufdd0" "0" "\ufdd1", "\ufdd2", "\x02klzzwxh:0000\x03",
    "{{ 7 * 7 }}", "{% raw %}", "javascript:alert(1)",
)  # fmt: skip
"""Pieces that break out of careless pages, or that stand for something in the machinery."""
_PIECES = (
    "\n", "\n\n", "    ", "\t", "- ", "1. ", "> ", "# ", "## ", "|", "|---|---|\n", "| a | [b]{losses[row]} |\n", "```", "```python\n", "~~~\n",
    '--8<-- "descent.py"', '--8<-- "nowhere.py"', ';--8<-- "descent.py"', "```python\n--8<-- \"descent.py\"\n```\n", '``` title="Output"\n',
    "[", "]", "{", "}", "(", ")", "$", "$$", "`", "``", "\\", "\\(", "*", "**", "_", "~", "^", "<", ">", "<!--", "-->", "<div>", "</div>",
    "<pre>", "!!! note \"x\"\n", "[^1]", "[^1]: ", "[a]: b\n", "![x](figures/y.svg)", "[words](page.md)", "<!-- book: verification -->",
    "[0.588]{best}", "[0.589]{best}", "[it]{best +}", "[all]{loss > 0 always}", "[seven]{# a reason}", "`rate`", "`nothing`", "`0.1 + 0.1 = 0.2`",
    "`1/0 = 1`", "`best = 0.588`", "$\\frac{1}{2} = 0.5$", "$\\frca$", "$L$", "0.588", "seven", "1e999", "-0", "1,000", "175 %", "½", "٣", "−1",
    "---\n", "title: x\n", "book:\n  listing: descent\n", "words", " ", " and ", "é", "😀", "e\u0301",
)  # fmt: skip
CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cs"])
PAGES = st.lists(
    st.one_of(st.sampled_from(_PIECES), st.sampled_from(NASTY), st.text(CHARACTERS, max_size=6)), max_size=24
).map("".join)
"""Pages made of pieces of what pages are made of."""
