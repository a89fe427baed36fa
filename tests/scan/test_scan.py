"""What the scanner finds in a book, what it refuses, and that it does neither with a traceback, whatever the text."""

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backprop_book.core.model import Probe
from backprop_book.scan import scan, scan_text
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Document
from small_book import Book

SNIPPET = """\
import math


def half(value):
    inner = value / 2
    return inner


rate = 0.1
losses = [4.0, 2.0]
for step in range(2):
    loss = half(losses[step])
    print(loss)
# --8<-- [start:last]
loss = rate * 3
# --8<-- [end:last]
"""
PYPROJECT = """\
[project]
name = "small"

[tool.backprop_book]
docs = "docs"
snippets = "snippets"
verified = []

[tool.backprop_book.terms]
"2×2 image" = "a shape"
"""
LISTING = '```python title="Half"\n--8<-- "halves.py"\n```\n\n'


def write(root: Path, path: str, text: str | bytes) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())


def make(root: Path) -> Path:
    write(root, "pyproject.toml", PYPROJECT)
    write(root, "snippets/halves.py", SNIPPET)
    write(root, "snippets/broken.py", "1 +\n")
    write(root, "docs/index.md", "A 2×2 image.\n")
    return root


@pytest.fixture(scope="session")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    return scan(make(tmp_path_factory.mktemp("chapter")))


def page(chapter: Chapter, body: str) -> Document:
    return scan_text(chapter, "docs/page.md", LISTING + body)


SPLIT = "markup splits this number, so it is not read as it is shown"
PROBLEMS = {
    # bare numbers and what covers them
    "There are 7.": ["5:11: bare number"],
    "The slope is $2e$ of $e^2$.": ["5:15: bare number"],
    "# Title with 7\n": ["5:14: bare number"],
    "The ７, [٧]{loss > 0} and ½.": [f"5:{column}: no check can read this number" for column in (5, 9, 26)],
    "| [a Ⅶ]{loss} |\n|---|\n| 0.3 |": ["5:6: no check can read this number"],
    "Neither `⑦` nor x² nor W₁ nor 三.": ["5:10: nothing checks this code"],
    '[a](x.md "has 7") and [b](y.md \'has 8\').': ["5:15: bare number", "5:37: bare number"],
    '<span title="7 dogs" data-x="8">a</span>, ![a](b.png){ alt=\'9\' }': ["5:14: bare number", "5:61: bare number"],
    '[a](7.md "a 2×2 image") <a href="8">b</a> {#x9}': [],
    "- seven items": ["5:3: bare number"],
    "1. first\n2. second": [],
    "> a quoted 7": ["5:12: bare number"],
    '!!! note "Title with 3"\n    And 4.': ["5:22: bare number", "6:9: bare number"],
    '=== "Tab 3"\n    Words.': ["5:10: bare number"],
    "A note[^1].\n\n[^1]: It says 5.": ["7:15: bare number"],
    "The value (1) here, and (2).\n{ .annotate }\n\n1. one\n\n    still it\n\n2. other\n\nEnd (1).": ["14:6: bare number"],
    "The value (3) here, (0), (2).\n{ .annotate }\n\n1. one\n\n```\n```\n\n2. other": ["5:12: bare number", "5:22: bare number"],
    "No list (1).\n{ .annotate }": ["5:10: bare number"],
    "No mark (1).\n\n1. one": ["5:10: bare number"],
    "H~2~O, x^2^ and x~i~, but 10^3^, 10~4~ and a~5~~.": [
        "5:27: bare number", "5:30: bare number", "5:34: bare number", "5:36: bare number", "5:45: bare number",
    ],
    "++f5++, ++ctrl+1++ and ++ctrl+alt+2++, but ++9++ and {++8++}.": ["5:46: bare number", "5:57: bare number"],
    "`#!python loss`, `:::python rate` and `#!python 3`": ["5:49: bare number"],
    "[see 3](https://x.org/4 \"5\"){ .x-6 }": ["5:26: bare number", "5:6: bare number"],
    "![alt 3](x4.png){ width=300 }": ["5:7: bare number"],
    "[a][r7]\n\n[r7]: https://x.org/8 '9'": ["7:24: bare number"],
    '[r]: u "7"\n[s]: u (&frac12;)\n[t]: u "words"\n[u]: <u>\n': [
        "5:9: bare number", "6:9: no check can read this number",
    ],
    '[[a](b "3")]{loss > 0} [[a](b "3")]{# known} [[a](b "c")]{# known}': [
        "5:46: this waiver excuses nothing", "5:9: bare number",
    ],
    "| [a](x '7'){ .b } | [[a](b '3')]{losses[row]} |\n|---|---|\n| x | [4.0](y '5') |": [
        "5:10: bare number", "5:30: bare number", "7:16: bare number",
    ],
    "a\n\n[^1]: [^2]: words\n[^3]: [^1] words": ["7:7: a footnote begins inside a footnote"],
    "<b title=\"3\">x</b> <!-- 4 --> &#39; :one-2: https://x.org/7 <https://x.org/8> x<sub>1</sub>": ["5:11: bare number"],
    "<!-- many\n\n3\n-->\n<svg>\n4\n\n</svg> 5": ["12:8: bare number"],
    "    code 3\n": ["5:5: nothing checks what is indented as code"],
    "> x\n\n    code\n\n    more": ["7:5: nothing checks what is indented as code"],
    "<pre>\n3 is\n</pre>\n\n3": ["5:1: nothing checks what stands in <pre>", "9:1: bare number"],
    "<textarea>3</textarea>": ["5:1: nothing checks what stands in <textarea>"],
    "- item\n\n    prose 3\n\n        code 4": ["7:11: bare number", "9:9: nothing checks what is indented as code"],
    "```\n3\n```\n~~~~\n4\n~~~~": [
        "5:1: the numbers in this fence are checked by nothing",
        "8:1: the numbers in this fence are checked by nothing",
    ],
    "```text\nno numbers\n```": [],
    "```python\nx\n```": ["5:1: this code is run by nothing"],
    "Term: 2×2 image, and 2×2 imagery.": ["5:22: bare number", "5:24: bare number"],
    "$W_1 x^2 \\in \\mathbb{R}^{4}$ and $\\frac{1}{4}$": ["5:41: bare number", "5:44: bare number"],
    "$$\nx_1 = 3\n$$": ["6:7: bare number"],
    "*[HTML3]: words": [],
    "`0.1` and `[1, 2]`": ["5:2: bare number", "5:12: bare number"],
    "Text\n***\n": [],
    "A title\n=======\n": [],
    "{: .lead }\n": [],
    "Escaped \\[3\\] here": ["5:11: bare number"],
    # what is read is what is shown
    "&#55; dogs, &frac12;, [&minus;0.3]{loss}, 5&nbsp;&percnt; a&nbsp;&lt;&nbsp;b": [
        "5:13: no check can read this number", *(f"5:{column}: {SPLIT}" for column in (1, 24, 43)),
    ],
    "[0.3]{loss}**8**, [0.3**8**]{[loss, 8]}, [0.3**8**]{# known}, −[0.3]{loss}, ≈ [0.3]{loss}, **[0.3]{loss}** %": [
        f"5:{column}: {SPLIT}" for column in (2, 20, 63, 95)
    ],
    "1<b>6</b> 1<!-- -->6 1<br>6 1<sup>6</sup> 1`6` 1$6$ 1:six:6 1<https://x.org>6": [
        f"5:1: {SPLIT}", f"5:11: {SPLIT}",
        *(f"5:{column}: bare number" for column in (22, 27, 29, 35, 43, 48, 50, 53, 59, 61, 77)),
        "5:45: bare number",
    ],
    "a [1](x)6 ![1](x)6 [1][r]6 [1][q]6 1{ .x }6\n\n[r]: u": [
        f"5:4: {SPLIT}", "5:13: bare number", "5:18: bare number", f"5:21: {SPLIT}", "5:29: bare number", "5:34: bare number",
        f"5:36: {SPLIT}",
    ],
    "0\\.5 twenty-**one** 2*3 and 4*5 1_2_3 1 _2_3 1~~2~~ 7 ** 8 **9": [
        *(f"5:{column}: {SPLIT}" for column in (1, 6, 21, 29, 46)), *(f"5:{column}: bare number" for column in (33, 39, 42, 53, 58, 62)),
    ],
    "$\\text{seven neurons}$, $n = \\mathrm{two}$, $x_{\\text{two}}$, $\\text{7 ms}$": [
        f"5:{column}: bare number" for column in (8, 38, 70)
    ],
    "10k parameters in 7ms, thousands of steps, 0.5² and 3rd": [
        f"5:{column}: bare number" for column in (1, 19, 24, 44)
    ],
    "[4.0]{losses[0]}k and √[4.0]{losses[0]} and [4.0]{losses[0]} percent": [
        f"5:{column}: {SPLIT}" for column in (2, 23, 46)
    ],
    "[4]{4} and [ ]{losses} and [4 lines]{'4'}": [
        "5:5: this expression asks nothing of the run", "5:12: nothing stands between these brackets",
        "5:38: this expression asks nothing of the run",
    ],
    **{
        f"[so]{{{settled}}}": ["5:6: this expression asks nothing of the run"]
        for settled in (
            "4 == 4", "1 + 1 == 2", "len([1, 2, 3, 4])", "round(2.5) == 2 always", "not 3 < 2", "'loss' in globals()", "4 when step == 1",
            "True or loss > 9", "loss > 0 and True", "loss > 0 and 1 + 1 == 2",
        )
    },
    **{
        f"[so]{{{same}}}": ["5:6: this compares a value with itself, which comes out alike in every run"]
        for same in (
            "loss == loss", "losses[0] <= losses[0]", "loss < 9 <= loss", "all(n == n for n in losses)",
            "np.allclose(losses, losses)", "np.isin(losses, losses).all()", "torch.le(loss, loss)", "loss.equal(loss)",
            "loss == loss always", "loss + rate == rate + loss", "np.array_equal(2 * loss, loss * 2)", "+loss == loss",
            "(loss < rate) == (rate > loss)", "(loss == rate) is (rate == loss)", "(loss and rate) == (rate and loss)",
            "len(losses) == len(losses)", "losses.sum() >= losses.sum()", "abs(loss - loss) < rate", "loss / loss < 2",
        )
    },
    **{
        f"[so]{{{settled}}}": ["5:6: this is true of any value, so no run could make it fail"]
        for settled in (
            "loss < 1 or loss >= 1", "not (loss < 1 and loss > 2)", "loss is None or loss is not None",
            "rate < loss or loss <= rate", "loss in (1, 2) or loss not in (1, 2)", "all(n < 1 or n >= 1 for n in losses)",
        )
    },
    **{
        f"[so]{{{pinned}}}": ["5:6: the condition after `when` says already what is claimed, so no run could make it fail"]
        for pinned in (
            "step when step == 1", "step when 1 == step", "step == 1 when step == 1 and loss < 1", "2 * step when step == 1",
            "loss < 1 when loss < 1", "step > 5 when step > 10", "step in (1, 2) when step == 1", "not step > 1 when step < 1",
        )
    },
    **{
        f"[0.3]{{{failing}}}": []
        for failing in (
            "next(losses) == next(losses)", "loss + rate - rate == loss", "(loss + 1) + rate == loss + (1 + rate)",
            "loss != 3", "loss != rate", "(loss, rate) != (1, 2)", "sum({1: loss})", "loss is not {1: 2}",
            "loss when step == 1", "step when step > 1", "[loss, step] when step == 1", "loss < 1 when step == 1",
            "step == 1 and loss < 1 when step == 1", "losses[0] != losses[1]", "half(3) == 1.5", "loss - rate == rate - loss",
            "rate != loss != step != losses[0] != losses[1] or losses[2] != losses[3] != losses[4]",
            "loss < 'a' or loss > 1", "loss in losses", "0 < loss in (1, 2)", "loss in {loss: 1}", "loss != {loss: 1}",
            "loss < 1e999", "loss > 10**400", "loss != [1, 2]", "loss not in {1: 2}",
            "loss when loss < 1 and loss > 2",
        )
    },
    "| [a]{cell[0]} | [b]{float(cell[-1])} | [c]{cell[3]} | [d]{cell[2] + row} | [e]{cell[row]} |\n|---|---|---|---|---|": [
        f"5:{column}: this column is compared with itself" for column in (7, 22, 45, 81)
    ],
    "| [a]{4} | [b]{losses[row] == losses[row]} |\n|---|---|\n| 4 | so |": [
        "5:7: this expression asks nothing of the run",
        "5:16: this compares a value with itself, which comes out alike in every run",
    ],
    "`rate = 0.1 # 5`": ["5:2: nothing checks this code"],
    '<meter aria-valuenow="7" aria-valuemax=8></meter> <table summary="9">': [
        f"5:{column}: bare number" for column in (23, 40, 67)
    ],
    "| [a]{losses[row]} |\n|---|\n| **4.0** |\n| 2&#46;0 |": [f"8:3: {SPLIT}"],
    '<input value=7 placeholder="8"> <b title=9>x</b> [a](b){ title=6 label=5 }': [
        f"5:{column}: bare number" for column in (14, 29, 42, 64, 72)
    ],
    '```text title="7 of 0.3 and ½"\nx\n```\n\n~~~ { .text title=\'3\' }\nx\n~~~\n\n[0.3]{loss} `1 + 2 = 3`': [
        "5:16: nothing on this page checks this number of the title of this fence", "5:29: no check can read this number",
    ],
    # claims and waivers
    "[0.3]{loss} [[4.0, 2.0]]{losses} [a `x` $1$ \\] b]{'}' != rate and {1: 2}[1] == rate}": [],
    "[0.3]{loss\n}": [],
    "[0.3]{loss": ["5:6: this brace is left open", "5:2: bare number"],
    "a } b": ["5:3: this } closes nothing"],
    "a {.open": ["5:3: this brace is left open"],
    "[3]{}": ["5:1: nothing stands between these braces"],
    "[3]{# it's known}": [],
    "[3]{#}": ["5:5: this waiver has no reason"],
    "[3]{#known}": ["5:5: a waiver needs a space and a reason after its #"],
    "[words]{# known}": ["5:1: this waiver excuses nothing"],
    "[`rate`]{# known}": ["5:1: this waiver excuses nothing"],
    "[`rete`]{# known} [$3$]{# known} [`pip install`]{# a command}": [],
    "[a [3]{loss} b]{rate}": ["5:1: a claim stands inside the words of another"],
    "[0.3]{loss +}": ["5:13: this is not a Python expression: invalid syntax"],
    "[3]{halves}": ["5:5: `halves` is a snippet, not a value"],
    "[3]{broken.x} and [4]{nothing.x}": [],
    "`broken.x`, `broken.x = 3`, `broken.x()`": [],
    "[words]{: .x } [words]{ .x }": [],
    # code
    "`loss` `losses[0]` `losses.append` `half(losses[step])` `half()` `half` `inner` `for` `True` `range(2)`": [],
    "`halves.loss` `halves.py` `snippets/halves.py` `docs/index.md` `halves` `2×2 image`": [],
    "`return inner` `value / 2` `loss = rate * ...`": [],
    "`a + b`": ["5:2: nothing checks this code"],
    # It might stand in broken.py, of which that it does not parse is told.
    "`half(loss)` [`range(3)`]{# another one}": [],
    "`1 + 1 = 2`, `loss = 0.3`, `rate`": [],
    "`loss = 0.1 × 4 = 0.3`": ["5:17: this equation does not hold"],
    # fences and includes
    "```python\nopen": ["5:1: this fence is left open"],
    '```python\n--8<-- "halvs.py"\n```': ["6:1: there is no such snippet"],
    '```python\n--8<-- "halves"\n```\n\n[3]{loss}': ["6:1: this is not how a listing names its snippet"],
    '```python\n--8<-- "snippets/halves.py:first"\n```': ["6:1: this is not how a listing names its snippet"],
    '```python\n--8<-- "halves.py:3:7"\n```': ["6:1: a part of a snippet is shown by line number"],
    '```python\n--8<-- "halves.py:first"\n```': ["6:1: snippets/halves.py has no section `first`"],
    '```python\n--8<-- "halves.py:last"\n```': [],
    '```python\n--8<-- "halves.py"\nx = 1\n```': ["6:1: this fence holds more than one include"],
    '```python\n;--8<-- "nothing.py"\n```': ["5:1: this code is run by nothing"],
    '```text\n--8<-- "nothing.txt"\n```\n--8<-- "none.md"': [
        "6:1: there is no file nothing.txt to include", "8:1: there is no file none.md to include",
    ],
    '```text\n--8<-- "halves.py"\n```': ["6:1: nothing checks what is included here"],
    '```python\n--8<-- "pyproject.toml"\n```': ["6:1: nothing checks what is included here"],
    '--8<-- "halves.py"\n\n;--8<-- "halves.py"\n': ["5:1: nothing checks what is included here"],
    '--8<--\nhalves.py\n--8<--': [
        "5:1: nothing checks what is included here", "7:1: nothing checks what is included here",
    ],
    '```python\n--8<-- "broken.py"\n```\n\n[3]{x} `y` `z = 3`\n\n``` {.text title="Output"}\n3\n```': [],
    "<!-- open": ["5:1: this comment is left open"],
    "<pre>\n3": ["5:1: this element <pre> is left open", "6:1: bare number"],
    # tables
    "| [a]{losses[row]} | b |\n|---|---|\n| 4.0 | x |\n| 2.0 | `a|b` \\| 5 |": [
        "8:10: nothing checks this code", "8:18: bare number",
    ],
    "| a | [b]{losses[cell[0]]} |\n|---|---|\n| [0]{# row} | 4.0 |\n| 1 | |": [
        "8:3: bare number", "8:6: this cell of the bound column `losses[cell[0]]` is empty",
    ],
    "| [b]{losses[} |\n|---|\n| 1 |\n| 2 |": ["5:13: this is not a Python expression: '[' was never closed"],
    # corners
    "> quote\n\n> - item\n>\n>     more 3\n\nplain 4": ["9:12: bare number", "11:7: bare number"],
    "    code 3\n\n    code 4\n\n5": ["5:5: nothing checks what is indented as code", "9:1: bare number"],
    "\\[\n3\n\\]": ["6:1: bare number"],
    "\\(x = 3\\) and \\( open": ["5:7: bare number"],
    "\\begin{align}\nx = 3\n\\end{align}": ["6:5: bare number"],
    "\\begin{align}\nx": [],
    "[a][b 3] [a](b (c) d <e> open": ["5:7: bare number"],
    "[a](b (c 3) 'd') [e](f": [],
    "[3]{# a {nested} reason} $$": [],
    "`def half(value):` `@` `dtype=3`": ["5:21: nothing checks this code"],
    "`losses[step]` `losses[half(1)]` `%s`" % ("x." * 150 + "y"): ["5:17: nothing checks this code", "5:35: nothing checks this code"],
    "[`1 + 1 = 2`]{# why} [`inner`]{# why}": ["5:1: this waiver excuses nothing", "5:22: this waiver excuses nothing"],
    "[$1 = 1$]{# why} [$x$]{# why} [<b>]{# why}": [
        "5:1: this waiver excuses nothing", "5:18: this waiver excuses nothing", "5:31: this waiver excuses nothing",
    ],
    "a | b\n--|--\n1 | 2": ["7:1: bare number", "7:5: bare number"],
    "| a | b |\n|---|\n": [],
    "| [a]{rate | x |\n|---|---|": ["5:6: this brace is left open"],
    "| **[a]{rate}** | [a]{#} | x [0.1]{rate} |\n|---|---|---|\n| 0.1 |": ["5:23: this waiver has no reason"],
    "| n | [a]{losses[cell[0] - 1_000]} |\n|---|---|\n| 1,000 | 4.0 |\n| 1.5 | 2.0 |": ["7:3: bare number", "8:3: bare number"],
    "| a | [b]{len(cell[0])} |\n|---|---|\n| %s | 4.0 |" % ("y" * 4000): [
        "5:11: this expression is longer than 4000 characters",
    ],
    "[0.3]{loss when step == 1 +}": ["5:28: this is not a Python expression: invalid syntax"],
    "[0.3]{(y := 3)}": ["5:8: a claim only looks: it may not assign, await or yield"],
    "[0.3]{halves.loss when }": ["5:19: this is not a Python expression: invalid syntax"],
    "[0.3]{%sx}" % ("-" * 70): ["5:7: this is not a Python expression: it is nested too deeply"],
    "[0.3]{%s}" % ("x" * 4001): ["5:7: this expression is longer than 4000 characters"],
    "[0.3]{'when ' + str(loss) == 'when 0.3'} [0.3]{halves.losses[0] / 4 when step == 1} [a]{loss < 9 always}": [],
}  # fmt: skip


@pytest.mark.parametrize("body", PROBLEMS)
def test_what_is_wrong(chapter: Chapter, body: str) -> None:
    found = [str(problem).splitlines()[0].removeprefix("docs/page.md:") for problem in page(chapter, body).problems]
    assert sorted(found) == sorted(PROBLEMS[body])


CONFLICT = "<<<<<<< HEAD\n{}\n||||||| base\n{}\n=======\n{}\n>>>>>>> other\n"


@pytest.mark.parametrize(
    "around", ["{}", "words\n\n{}\nwords", "```text\n{}```", "Title\n=======\n\n{}\nTitle\n=======\n"]
)
@pytest.mark.parametrize("path", ["docs/page.md", "snippets/halves.md", "README.md"])
def test_the_markers_of_a_merge_are_told_one_by_one(chapter: Chapter, path: str, around: str) -> None:
    text = around.format(CONFLICT.format("a", "b", "c"))
    found = [each for each in scan_text(chapter, path, text).problems if each.message == "a merge left this marker"]
    assert [each.found for each in found] == ["<<<<<<< HEAD", "||||||| base", "=======", ">>>>>>> other"]
    lines = text.split("\n")
    assert [(lines[each.line - 1], each.column) for each in found] == [(each.found, 1) for each in found]


@pytest.mark.parametrize(
    "line", ["Title\n=======", "> > > > > > > deep", "<<<<<<<< eight", " <<<<<<< HEAD", "a <<<<<<< b", ">>>>>>>>"]
)
def test_what_is_no_marker_of_a_merge_is_left_alone(chapter: Chapter, line: str) -> None:
    assert "a merge left this marker" not in [each.message for each in page(chapter, line).problems]


def test_the_markers_of_a_merge_are_told_in_a_snippet_also_where_they_are_a_text(tmp_path: Path) -> None:
    root = make(tmp_path)
    write(root, "snippets/merged.py", 'text = """\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n"""\n')
    found = [each for each in scan(root).problems if each.path == "snippets/merged.py"]
    assert [(each.line, each.message) for each in found] == [(line, "a merge left this marker") for line in (2, 4, 6)]


@pytest.mark.parametrize("before", ["", "# Head\n\n", "---\ntitle: T\n---\n\n# Head\n\n"])
@pytest.mark.parametrize(
    "digit",
    ["&#55;", "&#x37;", "&#X37;", "&#0055;", "t&#119;o", "&#55;<b>&#56;</b>", "**&#55;**", "- &#55;", "> &#x37;"],
)
def test_an_entity_of_a_digit_is_refused_wherever_it_stands(chapter: Chapter, before: str, digit: str) -> None:
    found = scan_text(chapter, "docs/page.md", f"{before}It took\n\n{digit} steps\n").problems
    assert [problem.message for problem in found] == [SPLIT]


def test_emphasis_hides_no_number(chapter: Chapter) -> None:
    found = scan_text(
        chapter, "docs/page.md", "It took _4_ steps, _two or three_, and __five__; x_4 and _x_4.\n"
    ).problems
    assert [problem.found for problem in found if problem.message == "bare number"] == ["4", "two", "three", "five"]


def test_calls_that_stand_in_no_snippet(tmp_path: Path) -> None:
    write(make(tmp_path), "snippets/broken.py", "mended = 1\n")
    document = page(scan(tmp_path), "`half(loss)` `half(value=1)` `range(3)` `half( )` `range(2)`")
    assert [(problem.column, problem.message) for problem in document.problems] == [
        (2, "nothing checks this code"),
        (15, "nothing checks this code"),
        (31, "nothing checks this code"),
    ]


def test_every_problem_has_one_remedy(chapter: Chapter) -> None:
    for body in PROBLEMS:
        assert all(problem.remedy for problem in page(chapter, body).problems), body


UNFINISHED = {
    "[0.3{loss}": "[0.3]{loss}",
    "[0.3{losses[1]}": "[0.3]{losses[1]}",
    "(0.3){loss}": "[0.3]{loss}",
    "[0.3] {losses[0] + 1}": "[0.3]{losses[0] + 1}",
    "(0.3 {loss})": "[0.3]{loss}",
    "0.3{loss}": "[0.3]{loss}",
    "0.3]{loss}": "[0.3]{loss}",
    "At \\[0.3\\]{loss}": "[0.3]{loss}",
    "At [about\n0.3 and 7] {losses when step == 1}": "[about 0.3 and 7]{losses when step == 1}",
    "[it stays low] {loss < 4 always}": "[it stays low]{loss < 4 always}",
    "[7] {# known}": "[7]{# known}",
    "| a |\n|---|\n| [0.3] {loss} |": "[0.3]{loss}",
}


@pytest.mark.parametrize("body", UNFINISHED)
def test_an_unfinished_claim_is_told_once_and_how_it_is_written(chapter: Chapter, body: str) -> None:
    (problem,) = page(chapter, body).problems
    assert problem.message == "bare number"
    assert problem.remedy == (
        f"if it is claimed, write {UNFINISHED[body]}: words in square brackets, braces right behind them"
    )
    assert page(chapter, UNFINISHED[body]).problems == ()


def test_an_unfinished_claim_without_a_number_is_told_too(chapter: Chapter) -> None:
    """It would stand on the page with its braces, and be checked by nothing."""
    (problem,) = page(chapter, "Here [it stays low] {loss > best}, (so) {loss}, and [a link](b.md) {loss}.").problems
    assert (problem.message, problem.column, problem.found) == (
        "this looks like a claim, and is none",
        6,
        "[it stays low] {loss > best}",
    )
    assert problem.remedy.startswith("write [it stays low]{loss > best}: ")
    assert page(chapter, "Here [it stays low]{loss > best}.").problems == ()


def test_what_is_no_unfinished_claim_is_a_bare_number(chapter: Chapter) -> None:
    for body in ("7 {loss}", "[7]{.wide}", "7{.wide}", "(7) {: #id }", "[7] {#id}", "[7] {a set}", "[0.3]{loss} 7"):
        (problem,) = page(chapter, body).problems
        assert problem.remedy.startswith("claim it, [words]{expression}; "), body


INCLUDES = {
    '--8< "halves.py"': "halves.py",
    '8<-- "halves.py"': "halves.py",
    "--8<-- halves.py": "halves.py",
    '--8<--"halves.py"': "halves.py",
    '--8<-- "halves.py': "halves.py",
    "–8<– “halves.py:last”": "halves.py:last",
    '-- 8 >-- "more/halves.py"': "more/halves.py",
}


@pytest.mark.parametrize("line", INCLUDES)
def test_a_misspelt_include_is_told_once_and_how_it_is_written(chapter: Chapter, line: str) -> None:
    text = f"# Halves\n\n> ```python\n> \n> {line} \n> ```\n\n[0.3]{{loss}} and `loss`\n"
    (problem,) = scan_text(chapter, "docs/page.md", text).problems
    assert str(problem) == (
        "docs/page.md:5:3: this looks like an include, and includes nothing\n"
        f"    found:    {line}\n"
        f'    remedy:   write --8<-- "{INCLUDES[line]}"'
    )


def test_a_misspelt_include_in_a_fence_of_words_leaves_what_is_spoken_of(chapter: Chapter) -> None:
    found = page(chapter, '```text\n--8< "notes.txt"\n```\n\n[0.3]{loss}, [0.4]{lost.loss}').problems
    assert [problem.message for problem in found] == ["this looks like an include, and includes nothing"]
    assert (
        page(chapter, "```text\n8 < x.py\n```").problems[0].message
        == "the numbers in this fence are checked by nothing"
    )


def test_the_exact_text_of_a_bare_number(chapter: Chapter) -> None:
    assert [str(problem) for problem in page(chapter, "There are 7.").problems] == [
        "docs/page.md:5:11: bare number\n"
        "    found:    7\n"
        "    remedy:   claim it, [words]{expression}; write it as an equation; or waive it, [words]{# reason}"
    ]


def test_the_regions_of_a_page(chapter: Chapter) -> None:
    body = "[0.3]{loss when step == 1}, `rate = 0.1`, `1 + 1 = 2`, `inner`, [7]{# known}, 2×2 image\n\n| [a]{losses[row]} |\n|---|\n| 4.0 |\n"
    document = page(chapter, body + '\n```text title="output"\n2.0\n...\n```\n')
    assert document.problems == ()
    assert [(c.form, c.words, c.expression.text, c.listing) for c in document.claims] == [
        ("claim", "0.3", "loss when step == 1", "halves"),
        ("span", "0.1", "rate", "halves"),
        ("cell", "4.0", "losses[0]", "halves"),
    ]
    assert [m.question.parts[0].probe for m in document.mentions if m.question] == [Probe("inner", "somewhere")]
    assert [(listing.snippet, listing.title, listing.section) for listing in document.listings] == [
        ("halves", "Half", None)
    ]
    assert [output.text for output in document.outputs] == ["2.0\n...\n"]
    assert (document.count.total, document.count.tables, document.count.outputs, document.count.terms) == (10, 1, 1, 2)


def test_front_matter(chapter: Chapter) -> None:
    def scanned(front: str, body: str) -> list[str]:
        document = scan_text(chapter, "docs/page.md", f"---\n{front}\n---\n{body}")
        return [str(problem).splitlines()[0].removeprefix("docs/page.md:") for problem in document.problems]

    assert scanned("book: {listing: halves}", "[0.3]{loss}") == []
    assert scanned("book: {listing: nothing}", "[0.3]{loss}") == ["2:8: there is no such snippet"]
    assert scanned("book: {unchecked: a list of formats}", "7 `a + b` `1 + 1 = 2` `lr = 3`") == []
    assert scanned("book: {unchecked: formats, listing: halves}", "7 `rate = 0.1` `rate` [0.3]{loss}") == []
    assert scanned("book: {unchecked: formats}", "`lr = 3 / 4 = 0.75`, `lr = 3 / 4 = 0.76`") == [
        "4:34: this equation does not hold"
    ]
    assert scanned("book: {other: x}", "") == ["2:8: `book` has no key `other`"]
    assert scanned("book: {listing: 3}", "") == ["2:8: `listing` says nothing"]
    assert scanned("book: 3", "") == ["2:1: `book` is not a mapping"]
    for key in ("boook", "bok", "Book", "books", "obok", "'boook'"):
        bare = key.strip("'")
        assert scanned(f"title: {bare}\n{key}: {{listing: halves}}", "[0.3]{loss}") == [
            f"3:1: nothing reads the key `{bare}`",
            "5:7: there is no listing above that this could speak of",
        ]
        assert scanned(f"book: {{listing: halves}}\n{key}: 3", "[0.3]{loss}") == [
            f"3:1: nothing reads the key `{bare}`"
        ]
    assert scanned("{book: 3, bok: 4}", "") == ["2:1: nothing reads the key `bok`", "2:2: `book` is not a mapping"]
    assert scanned("look: 1\nhook: 1\n7: 1\nbo: 1\ntags: [book]", "") == []
    assert scanned("book: [", "")[0].endswith(
        "the front matter is no YAML: expected the node content, but found '<stream end>'"
    )
    assert scanned("title: A page", "`loss`") == ["4:2: nothing checks this code: there is no listing above"]
    assert scanned("title: A page", "[0.3]{loss}") == ["4:7: there is no listing above that this could speak of"]
    assert scanned("title: A page", '```text title="Output"\n```') == [
        "4:1: there is no listing above whose output this could be"
    ]


def test_what_a_browser_shows_of_the_front_matter_repeats_what_the_page_claims(chapter: Chapter) -> None:
    def scanned(front: str, body: str) -> list[str]:
        document = scan_text(chapter, "docs/page.md", f"---\nbook: {{listing: halves}}\n{front}\n---\n{body}")
        return [str(problem) for problem in document.problems]

    title = 'title: "Three of 0.30, 25 % and `2 + 3`, a 2×2 image"'
    assert scanned(title, "[0.3]{loss} [three]{# known} `1/4 = 25 %`, `2 + 3 = 5`") == []
    assert scanned(title.replace("0.30", "0.31"), "[0.3]{loss} [three]{# known} `1/4 = 25 %`, `2 + 3 = 5`") == [
        "docs/page.md:3:18: nothing on this page checks this number of the title\n"
        "    found:    0.31\n"
        "    remedy:   claim it on the page, too, or leave it out here"
    ]
    assert [
        line.partition("\n")[0]
        for line in scanned('description: >-\n  7 or\n  ½ of "two\n  hundred"\ntitle: "\\x38"', "")
    ] == [
        "docs/page.md:3:14: nothing on this page checks this number of the description",
        "docs/page.md:4:3: nothing on this page checks this number of the description",
        "docs/page.md:5:3: no check can read this number",
        "docs/page.md:7:12: nothing on this page checks this number of the title",
    ]
    assert scanned("title: [7]\nother: 7", "") == []
    assert (
        scan_text(chapter, "docs/page.md", "---\nbook: {unchecked: formats}\ntitle: 7\n---\n[a](b '½ 7')").problems
        == ()
    )


def test_a_call_may_stand_in_another_snippet(book: Book) -> None:
    """A call with arguments is more than the name of its function, so all of it has to stand in some code."""
    book.write("snippets/other.py", "x = abs(-1)\n")
    book.page("`min(losses)`, `abs(-1)` and `abs(-2)`\n")
    document = scan(book.root).documents[0]
    assert [(mention.text, mention.listing, mention.question) for mention in document.mentions] == [
        ("min(losses)", "descent", None), ("abs(-1)", "other", None),
    ]  # fmt: skip
    assert [problem.found for problem in document.problems] == ["abs(-2)"]


def test_code_that_the_listing_has_left_behind_is_told_what_it_was(chapter: Chapter) -> None:
    (found,) = page(chapter, "`loss = half(losses[stage])`").problems
    assert (
        str(found)
        == """\
docs/page.md:5:2: nothing checks this code
    found:    loss = half(losses[stage])
    expected: line 12: loss = half(losses[step]); line 15: loss = rate * 3
    remedy:   name something of the listing, quote its code, or waive it: [`loss = half(losses[stage])`]{# reason}"""
    )


def notes(chapter: Chapter, text: str) -> Document:
    return scan_text(chapter, "snippets/halves.md", text)


def test_notes(chapter: Chapter) -> None:
    text = (
        "# Halves\n\nAt the end [0.3]{loss}.\n\n## `rate = 0.1`, `losses = ...`: the *start*\n\n[0.1]{rate}\n\n"
        "### More\n\n## `for step in range(2): › loss = half(losses[step])`\n\n[2.0]{loss}\n"
    )
    document = notes(chapter, text)
    assert document.problems == ()
    assert [[quote.text for quote in note.quotes] for note in document.notes] == [
        ["rate = 0.1", "losses = ..."], ["for step in range(2): › loss = half(losses[step])"],
    ]  # fmt: skip
    first = document.notes[0]
    assert text[first.title_start : first.title_end] == "the *start*"
    assert text[first.body_start : first.end] == "\n[0.1]{rate}\n\n### More\n\n"
    moments = [claim.question.parts[0].probe.moment for claim in document.claims]
    assert moments == ["end", "after", "after"]


NOTES = {
    "## `rate = 0.2`\n\n[5]{loss}": """\
snippets/halves.md:1:5: no statement of snippets/halves.py is this
    found:    rate = 0.2
    expected: line 9: rate = 0.1
    remedy:   quote one statement of the snippet as it stands there; it may be shortened with `...` at its end""",
    "## `loss = ...`": """\
snippets/halves.md:1:5: 2 statements of snippets/halves.py are this
    found:    loss = ...
    expected: line 12: loss = half(losses[step]); line 15: loss = rate * 3
    remedy:   put the header around it before it: `for step in range(2): › loss = ...`; outside of all, write `› loss = ...`""",
    "## `rate = 0.1`: the rate\n## `rate = 0.1`: again": """\
snippets/halves.md:2:5: this statement is explained in line 1 already
    found:    rate = 0.1
    remedy:   join the notes, or quote another statement""",
    "## `rate = 0.1`\n\n<!-- todo -->\n\n## `loss = rate * 3`\n\nWords.": """\
snippets/halves.md:1:1: this note has no words
    found:    ## `rate = 0.1`
    remedy:   say below the heading what the statement does and why, or remove the heading""",
    "## Title": """\
snippets/halves.md:1:4: the heading of a note quotes no code
    found:    Title
    expected: ## `code`, `more code`: title
    remedy:   quote the statement that is explained, or use a heading of a lower level""",
    "## `rate = 0.1` title": """\
snippets/halves.md:1:17: this is neither a quote nor a title
    found:    title
    expected: ## `code`, `more code`: title
    remedy:   write a colon between the code and the title""",
    LISTING: """\
snippets/halves.md:1:1: a listing stands in notes
    remedy:   show the snippet on a page, and explain its statements here""",
}


@pytest.mark.parametrize("text", NOTES)
def test_what_is_wrong_in_notes(chapter: Chapter, text: str) -> None:
    assert [str(problem) for problem in notes(chapter, text).problems] == [NOTES[text]]


def test_marked_parts(chapter: Chapter) -> None:
    def scanned(text: str) -> list[str]:
        document = scan_text(chapter, "README.md", text)
        return [str(problem).splitlines()[0].removeprefix("README.md:") for problem in document.problems]

    assert scanned("7\n<!-- book: halves -->\n[0.3]{loss}\n<!-- book: end -->\n8") == []
    assert scanned("7\n<!-- book: halves -->\n9\n<!-- book: end -->\n8") == ["3:1: bare number"]
    assert scanned("7") == ["1:1: no part of this file is verified"]
    assert scanned("<!-- book: halves -->\n7") == ["1:1: this verified part does not end"]
    assert scanned("<!-- book: end -->") == ["1:1: a verified part ends that has not begun"]
    assert scanned("<!-- book: nothing -->\n<!-- book: end -->") == ["1:1: there is no such snippet"]
    assert scanned("```\n<!-- book: halves -->\n```") == ["1:1: no part of this file is verified"]
    part = "<!-- book: halves -->\n9\n<!-- book: end -->\n"
    for slip in ("book: halves whole", "bok: halves", "book halves", "Book:halves", "book :", "boo:end"):
        assert scanned(f"{part} <!-- {slip} -->\n7\n") == [
            "2:1: bare number",
            "4:1: this comment marks no part of the file",
        ]
    for other in ("a book: and its covers", "end of the table", "book", "look it up", ""):
        assert scanned(f"{part}<!-- {other} -->\n7\n") == ["2:1: bare number"]
    assert scanned(f"{part}```\n<!-- bok: halves -->\n```") == ["2:1: bare number"]
    assert scanned("<!-- book: halves -->\n<!-- book: halves -->\n<!-- book: end -->") == [
        "1:1: this verified part does not end"
    ]


SLOTS = {
    "<!-- book: verification -->": [],
    "- item\n\n    <!--book:   verification-->": [],
    "Words\n<!-- book: verification -->\nwords": [],
    "<!-- a book: and its covers -->": [],
    "`<!-- book: verfication -->`": ["1:1: nothing checks this code"],
    "```\n<!-- book: verfication -->\n```": [],
    "<!-- book: verfication -->": ["1:1: this comment holds a place for nothing"],
    "Words\n\n  <!-- verification -->": ["3:3: this comment holds a place for nothing"],
    "<!-- book: halves -->": ["1:1: this comment holds a place for nothing"],
    "<!-- Book: verification -->": ["1:1: this comment holds a place for nothing"],
    "<!-- bok: beside training_step_numpy training_step_pytorch -->": ["1:1: this comment holds a place for nothing"],
    "<!-- book beside halves whole -->": ["1:1: this comment holds a place for nothing"],
    "<!--book :besides halves whole-->": ["1:1: this comment holds a place for nothing"],
    "<!-- boo k: verification -->": ["1:1: this comment holds a place for nothing"],
    "<!-- beside the table -->": [],
    "<!-- -->": [],
    "a <!-- boook: verification --> b": ["1:3: this comment holds a place for nothing"],
    "a <!-- book: verification --> b": ["1:3: a place holder stands in a line of text"],
    "<!-- book: verification --> b": ["1:1: a place holder stands in a line of text"],
}


@pytest.mark.parametrize("text", SLOTS)
def test_place_holders(chapter: Chapter, text: str) -> None:
    document = scan_text(chapter, "docs/page.md", text)
    found = [str(problem).splitlines()[0].removeprefix("docs/page.md:") for problem in document.problems]
    expected = SLOTS[text]
    assert [problem.partition(": there is no listing")[0] for problem in found] == [
        each.replace("1:1: nothing", "1:2: nothing") for each in expected
    ]
    assert [placeholder.name for placeholder in document.placeholders] == (
        ["verification"] if not expected and "verification" in text else []
    )


def test_a_misspelt_place_holder_says_what_to_do(chapter: Chapter) -> None:
    (problem,) = scan_text(chapter, "docs/page.md", "# Title\n\n<!-- book: verifications -->\n").problems
    assert str(problem) == (
        "docs/page.md:3:1: this comment holds a place for nothing\n"
        "    found:    <!-- book: verifications -->\n"
        "    expected: <!-- book: verification -->, <!-- book: beside first_snippet second_snippet --> or <!-- book: reading-time first-page.md second-page.md -->\n"
        "    remedy:   correct it, or remove it"
    )


def test_a_place_holder_stands_on_one_page_and_not_in_notes(tmp_path: Path) -> None:
    root = make(tmp_path)
    for name in ("a", "b"):
        write(root, f"docs/{name}.md", "Words.\n\n<!-- book: verification -->\n")
    write(root, "docs/page.md", '```python\n--8<-- "halves.py"\n```\n')
    write(root, "snippets/halves.md", "## `rate = 0.1`: the rate\n\n<!-- book: verification -->\n")
    problems = [str(problem) for problem in scan(root).problems if "place" in problem.message]
    assert problems == [
        "docs/b.md:3:1: there is a second place for the verification of the book\n"
        "    found:    <!-- book: verification -->\n"
        "    remedy:   remove it, or the one in docs/a.md",
        "snippets/halves.md:3:1: a place holder stands in notes\n"
        "    found:    <!-- book: verification -->\n"
        "    remedy:   move it to a page",
    ]


def test_pages_are_listed_with_their_minutes_once_and_only_if_they_exist(tmp_path: Path) -> None:
    root = make(tmp_path)
    write(root, "docs/a.md", "Words.\n\n<!-- book: reading-time deep/b.md a.md -->\n\n<!-- book: reading-time -->\n")
    write(
        root,
        "docs/deep/b.md",
        "<!-- book: reading-time ../a.md b.md ../a.md ../c.md -->\n\n<!-- book: reading-time -->\n",
    )
    chapter = scan(root)
    assert [str(problem) for problem in chapter.problems if problem.kind == "link"] == [
        "docs/deep/b.md:1:38: this page is listed already\n    found:    docs/a.md\n    remedy:   correct or remove it",
        "docs/deep/b.md:1:46: there is no such page\n"
        "    found:    docs/c.md\n"
        "    expected: docs/a.md, docs/index.md, docs/deep/b.md\n"
        "    remedy:   correct or remove it",
    ]
    found = {
        page.source.path: [[path for _, path in placeholder.pages] for placeholder in page.placeholders]
        for page in chapter.pages
    }
    assert found["docs/a.md"] == [["docs/deep/b.md", "docs/a.md"], []]


WORDS = {
    "": 0,
    "Three words, here.": 3,
    "# A title\n\n- an item\n- it's half-done": 6,
    "`rate` and $x^2 + 1$ are two": 5,
    "[three words here]{rate} and [`a` waiver]{# of words}": 6,
    '[a link](https://example.org/long/path "title"){ .class } <b>b</b>': 3,
    "| [loss]{losses[row]} | b |\n|---|---|\n| 0.3 | two words |": 5,
    "```text\nnot prose\n```\n\n<!-- nor this -->": 0,
}


@pytest.mark.parametrize("text", WORDS)
def test_words_of_prose(chapter: Chapter, text: str) -> None:
    assert page(chapter, text).words == WORDS[text]


TITLES = {
    "# The *first* `step` of [4]{rate} \\[x\\] <b>b</b>\n\n# Another": "The first step of 4 [x] b",
    "---\ntitle: In front\n---\n\n# On the page": "On the page",
    "---\ntitle: In front\n---\n\n## Below": "In front",
    "---\ntitle: In front\nbook: 3\n---\n": "In front",
    "---\n- a list\n---\n": "",
    "# a_name and _emphasis_ by [a link](x.md)": "a_name and emphasis by a link",
}


@pytest.mark.parametrize("text", TITLES)
def test_the_title_of_a_page(chapter: Chapter, text: str) -> None:
    assert scan_text(chapter, "docs/page.md", text).title == TITLES[text]


def test_notes_are_counted_one_by_one(chapter: Chapter) -> None:
    text = "Intro 7.\n\n## `rate = 0.1`: the rate\n\nIt is [0.1]{rate}.\n\n# Part\n\nNine.\n\n## `losses = ...`: two [2]{len(losses)}\n"
    found = notes(chapter, text)
    assert [(note.count.claims, note.count.bare, note.words) for note in found.notes] == [(1, 0, 5), (1, 1, 2)]
    assert found.count.total == 5


def test_the_whole_book(tmp_path: Path) -> None:
    root = make(tmp_path)
    write(root, "snippets/more/halves.py", "x = 1\n")
    write(root, "snippets/orphan.md", "Words.\n")
    write(root, "docs/index.md", b"\xef\xbb\xbfA page\r\nof lines.\r\n")
    write(root, "docs/bytes.md", b"ok\n\xff\n")
    write(root, "docs/seven.markdown", "Seven.\n")
    write(root, "pyproject.toml", f'{PYPROJECT.rstrip()}\n"an image" = "which shows nothing"\n')
    found = scan(root)
    assert [str(problem).splitlines()[0] for problem in found.problems] == [
        "docs/bytes.md:2:1: this file is not UTF-8",
        "docs/seven.markdown:1:1: a page is a file `*.md`, and nothing reads this `*.markdown`, which MkDocs would show",
        "pyproject.toml:10:1: the term `2×2 image` occurs nowhere",
        "pyproject.toml:11:1: the term `an image` holds no numeral",
        "snippets/broken.py:1:4: this is not Python: invalid syntax",
        "snippets/more/halves.py:1:1: there are two snippets `halves`",
        "snippets/orphan.md:1:1: these notes have no snippet",
    ]
    document = found.page("A page\nof lines.")
    assert document is not None
    assert (document.source.text, document.source.newline) == ("A page\nof lines.\n", "\r\n")
    assert found.page("another") is None


FRAGMENTS = st.sampled_from([
    "[", "]", "{", "}", "(", ")", "`", "``", "```", "~~~", "\n", "\n\n", "    ", "\t", "> ", "- ", "1. ", "#", "## ", "|", "|---|", "$", "$$",
    "\\", "\\[", "\\(", "<!--", "-->", "<b ", "<sub>", "!!! note \"", "=== \"", "loss", "rate = 0.1", "[0.3]{loss}", "[3]{# why}", "{#x}",
    "7", "two", "%", "=", "×", "2×2 image", "'", '"', "&", ":", "a", " ", "[^1]: ", "[r]: u", "**", "&#55;", '[a](b "7")', "*[A]: ", "--8<-- \"halves.py\"", "python",
    "title=\"Output\"", "<pre>", "---\n", "book: ", "\x00", "\ud800", "\x0c", "\u2028", "é", "when", "always", "\\begin{a}", "https://",
])  # fmt: skip
TEXTS = st.lists(FRAGMENTS | st.text(max_size=3), max_size=40).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("`\ud800`")
@example("## `\ud800`: a note")
def test_any_text_is_scanned_and_regions_are_leaves(chapter: Chapter, text: str) -> None:
    for path in ("docs/page.md", "snippets/halves.md", "README.md"):
        document = scan_text(chapter, path, text)
        source = document.source.text
        for claim in document.claims:
            assert source[claim.words_start : claim.words_end] == claim.words or "\n" in claim.words
        spans = [(r.start, r.end) for r in document.claims]
        spans += [(r.start, r.end) for r in document.equations]
        spans += [(r.start, r.end) for r in document.mentions]
        spans += [(r.start, r.end) for r in document.waivers]
        spans += [(r.start, r.end) for r in document.terms]
        spans += [(r.start, r.end) for r in document.bare]
        spans += [(r.start, r.end) for r in document.outputs]
        spans += [(r.start, r.end) for r in document.bindings]
        leaves = sorted(spans)
        assert all(before[1] <= after[0] for before, after in pairwise(leaves))
        assert all(0 <= start <= end <= len(source) for start, end in leaves)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_text_above_only_shifts_what_is_found(chapter: Chapter, text: str) -> None:
    above = "# Words\n\nA paragraph.\n\n"
    plain = scan_text(chapter, "docs/page.md", f"{LISTING}{text}")
    moved = scan_text(chapter, "docs/page.md", f"{above}{LISTING}{text}")
    shift = len(above)
    for one, other in ((plain.claims, moved.claims), (plain.bare, moved.bare), (plain.mentions, moved.mentions)):
        assert [(r.start + shift, r.end + shift) for r in one] == [(r.start, r.end) for r in other]
    assert plain.count == moved.count


def test_a_large_book_is_scanned_fast(chapter: Chapter) -> None:
    body = "".join(f"Sentence [0.3]{{loss + {n}}} with `losses` and `1 + 1 = 2`.\n\n" for n in range(100))
    begun = time.process_time()
    for _ in range(10):
        assert len(page(chapter, body).claims) == 100
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    "piece",
    [
        "[a]{",
        "`",
        "$x ",
        '<a b="',
        "[",
        "{",
        "<!--",
        ":a",
        "](",
        "|",
        "\\[",
        "> ",
        "a when ",
        "**",
        "*a",
        "[a](b)",
        "&#55;",
    ],
)
def test_long_texts_take_linear_time(chapter: Chapter, piece: str) -> None:
    begun = time.process_time()
    page(chapter, piece * 2000)
    assert time.process_time() - begun < 5


def test_a_snippet_that_is_called_like_a_name_of_the_listing_is_unclear(tmp_path: Path) -> None:
    root = make(tmp_path)
    write(root, "snippets/loss.py", "import halves\nfrom math import inf as rate\n\nmean = halves.loss\n")
    write(root, "snippets/rate.py", "mean = 1\n")
    write(
        root,
        "docs/page.md",
        f"{LISTING}[0.3]{{loss}} [0.3]{{loss.mean + 0}} [1]{{rate.mean}} `loss.mean` [3]{{rate}}\n",
    )
    write(
        root,
        "docs/other.md",
        LISTING.replace("halves", "loss") + "[0.3]{loss.mean} [0.3]{halves.loss} [1]{rate.mean} `loss.mean`\n",
    )
    both = "is both a snippet and a name of"
    assert [str(problem).splitlines()[0] for problem in scan(root).problems if problem.kind == "expression"] == [
        f"docs/other.md:5:41: `rate` {both} loss.py",
        *(
            f"docs/page.md:5:{at}: `{name}` {both} halves.py"
            for at, name in ((7, "loss"), (19, "loss"), (38, "rate"), (50, "loss"), (65, "rate"))
        ),
    ]


def test_notes_that_no_page_shows_are_a_problem(tmp_path: Path) -> None:
    root = tmp_path
    write(root, "pyproject.toml", "[tool.backprop_book]\nverified = []\n")
    write(root, "snippets/alone.py", "x = 1\n")
    write(root, "snippets/alone.md", "## `x = 1`: a number\n")
    write(root, "docs/page.md", "---\nbook: {listing: alone}\n---\n\nIt is [1]{x}.\n")
    assert [str(problem) for problem in scan(root).problems] == [
        "snippets/alone.md:1:1: no page shows these notes\n"
        '    expected: a fence that holds only --8<-- "alone.py"\n'
        "    remedy:   show the snippet on a page, or remove its notes"
    ]
    write(root, "docs/page.md", '```python\n--8<-- "alone.py"\n```\n')
    assert scan(root).problems == ()


def test_files_that_cannot_be_read_are_problems(tmp_path: Path) -> None:
    root = tmp_path
    write(root, "pyproject.toml", "[tool.backprop_book]\nverified = []\n")
    write(root, "snippets/latin.py", b"# caf\xe9\n")
    (root / "docs").mkdir()
    # A regular file that exists and gives an error when it is read, also to a reader who may read everything.
    (root / "docs" / "memory.md").symlink_to("/proc/self/mem")
    assert [str(problem) for problem in scan(root).problems] == [
        "docs/memory.md:1:1: this file cannot be read: Input/output error\n    remedy:   make it readable",
        "snippets/latin.py:1:6: this file is not UTF-8\n    found:    b'\\xe9'\n    remedy:   save it as UTF-8",
    ]


def test_all_that_speaks_of_a_broken_snippet_is_silent(tmp_path: Path) -> None:
    root = tmp_path
    write(root, "pyproject.toml", "[tool.backprop_book]\nverified = []\n")
    write(root, "snippets/broken.py", "x = (\n")
    write(root, "snippets/broken.md", "## `x = 1`: a number\n\nIt is [1]{x}, in `x`; `x = 1`.\n")
    table = "| [a]{x} |\n|---|\n| 1 |\n\n[`x`]{# a name}, [1]{x}\n"
    write(root, "docs/page.md", f'```python\n--8<-- "broken.py"\n```\n\n{table}')
    assert [str(problem).splitlines()[0] for problem in scan(root).problems] == [
        "snippets/broken.py:1:5: this is not Python: '(' was never closed"
    ]


def test_an_expression_that_is_too_long_with_larger_values_has_no_control(tmp_path: Path) -> None:
    """That a tolerance is too wide cannot be found out then, which is no fault of the claim."""
    root = make(tmp_path)
    long = f"abs(loss - max([{', '.join(['0.2'] * 500)}])) < 0.1"
    write(root, "docs/index.md", f"{LISTING}A 2×2 image. [Close]{{abs(loss - 0.2) < 0.1}} and [near]{{{long}}}.\n")
    chapter = scan(root)
    assert [claim.shifted is None for claim in chapter.pages[0].claims] == [False, True]
