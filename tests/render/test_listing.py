"""The listing as HTML, without a browser: its parts, its data, and what it says of a run."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from backprop_book.core.model import LoopRun, Step, Trace
from backprop_book.core.symbols import Symbols
from backprop_book.explain import Element, Working
from backprop_book.render.listing import ListingView, NoteView, Row, listing, rows
from backprop_book.render.moments import moments
from backprop_book.render.payload import BUDGET, payload
from backprop_book.render.values import Drawn
from backprop_book.run import Request, Tracer
from backprop_book.source import parse

VOID = {"input", "img", "br"}
Traced = Callable[[str], Trace]


@pytest.fixture(scope="session")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    """Runs code and gives the trace."""
    folder = tmp_path_factory.mktemp("traced")
    names = count()
    with Tracer(folder) as tracer:

        def trace(code: str) -> Trace:
            script = Path(f"code{next(names)}.py")
            (folder / script).write_text(code, encoding="utf-8")
            return tracer.run([Request(script)])[0].trace

        yield trace


class Page(HTMLParser):
    """Reads HTML strictly: elements must nest, ids must be unique."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.code = ""
        self.feed(html)
        self.close()
        assert self.open == []
        ids = self.all("id")
        assert len(ids) == len(set(ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(f"{tag}.{dict(attrs).get('class') or ''}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().partition(".")[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if any(each.startswith("pre.bb-src") for each in self.open):
            # As browsers do: a line break right after the start of a block is dropped.
            self.code += data.removeprefix("\n") if (self.get_starttag_text() or "").startswith("<pre") else data

    def all(self, attribute: str, tag: str = "") -> list[str]:
        """The values of an attribute, in order."""
        return [a[attribute] for name, a in self.elements if attribute in a and (not tag or name == tag)]


def data(page: Page) -> dict[str, Any]:
    """What the script is given."""
    (text,) = page.all("data-trace")
    found: dict[str, Any] = json.loads(text)
    return found


def note(*statements: int, title: str = "Title") -> NoteView:
    return NoteView(statements, title, "<p>Body</p>")


def view(trace: Trace, *notes: NoteView) -> ListingView:
    return ListingView("code", 1, "A title", trace, notes)


def states(html: str) -> list[str]:
    """The text of each state."""
    return [
        " ".join(re.sub(r"<[^>]*>", " ", s).split())
        for s in re.findall(r'<section class="bb-state".*?</section>', html, re.DOTALL)
    ]


def test_a_listing_is_complete_without_scripts(traced: Traced) -> None:
    trace = traced("a = 2.0\nb = a * 3\nprint(b)\n")
    html = listing(view(trace, note(1, title="Three times"), note(2)))
    page = Page(html)
    assert page.code == trace.source
    assert page.all("aria-label", "button")[:2] == ["Line 2: b = a * 3", "Line 3: print(b)"]
    assert page.all("aria-controls") == ["code-n0", "code-n1"]
    assert set(page.all("aria-expanded")) == {"true"}
    steps = {"code-s0", "code-t0", "code-s1", "code-t1", "code-s2", "code-t2"}
    assert {"code", *steps, "code-n0", "code-n1", "code-l2", "code-l3"} == set(page.all("id"))
    assert '<h6 hidden id="code-l2">b = a * 3 · Three times</h6>' in html
    assert states(html) == [
        "Result b float new 6.0 Every multiplication b: 2×3 = 6.0 Read a float 2.0",
        "Printed 6.0 Read b float 6.0",
    ]
    assert '<span class="bb-where" role="status">moment 2 of 3, line 2, b changed</span>' in html
    assert '<p class="bb-label">Output</p><pre class="bb-printed"><span data-step="2">6.0\n</span></pre>' in html


def test_blank_lines_stay_lines(traced: Traced) -> None:
    """HTML drops a line break at the start of a block, but not a second one."""
    trace = traced("a = 1\n\n\nb = [\n\n    a,\n]\n")
    assert Page(listing(view(trace, note(1)))).code == trace.source


def test_what_a_view_may_say(traced: Traced) -> None:
    trace = traced("a = 1\nb = 2\nprint(a)\n")
    shown = replace(
        view(trace), ident="code-2", href="../code.py", footer_html="Run on <b>this</b>", output=False, title="<T>"
    )
    html = listing(shown)
    Page(html)
    assert '<figure class="bb-listing" id="code-2" data-number="1">' in html
    assert '<a class="bb-file" href="../code.py" download>code.py</a>' in html
    assert '<p class="bb-foot">Run on <b>this</b></p>' in html
    assert "&lt;T&gt;" in html
    assert "bb-output" not in html
    assert 'class="bb-scroll highlight" tabindex="0" role="group" aria-label="Code"' in html
    assert "<bb-listing data-bare " in html


def test_a_part_shows_its_lines_and_steps_alone(traced: Traced) -> None:
    trace = traced("a = 1\nb = a + 1\nc = b + 1\nprint(c)\n")
    page = Page(listing(replace(view(trace, note(0), note(1)), first_line=2, last_line=3)))
    assert page.code == "b = a + 1\nc = b + 1\n"
    assert [step[0] for step in data(page)["steps"]] == [1, 2]
    assert page.all("aria-controls") == ["code-n1"]
    assert page.all("max", "input") == ["1"]


def test_a_listing_that_never_ran(traced: Traced) -> None:
    trace = replace(traced("a = 1\n"), steps=(), counts=(0,))
    html = listing(view(trace, note(0)))
    assert states(html) == []
    assert "bb-controls" not in html
    assert 'data-first="-1"' in html
    unexplained = listing(view(traced("a = 1\nb = 2\n")))
    assert 'data-first="0"' in unexplained


def test_statements_of_one_note_share_a_row() -> None:
    """Blank lines and comments between them do not part them; other statements do."""
    source = "a = 1\n\n# why\nb = 2\nc = 3\nd = (\n    4\n)\ne = 5; f = 6\n"
    trace = _parsed(source)
    assert rows(trace, [(0, 1), (2,), (3,)], 1, 9) == (
        Row(1, 4, (0, 1), (0,)),
        Row(5, 5, (2,), (1,)),
        Row(6, 8, (3,), (2,)),
        Row(9, 9),
    )
    assert rows(trace, [(0, 2)], 1, 5) == (
        Row(1, 1, (0,), (0,)),
        Row(2, 2),
        Row(3, 3),
        Row(4, 4),
        Row(5, 5, (2,), (0,)),
    )
    assert rows(trace, [(4,), (5,)], 9, 9) == (Row(9, 9, (4, 5), (0, 1)),)


def test_a_note_on_distant_lines_stands_at_the_first(traced: Traced) -> None:
    html = listing(view(traced("a = 1\nb = 2\na = 3\n"), note(0, 2)))
    page = Page(html)
    assert page.all("aria-controls") == ["code-n0", "code-n0"]
    assert page.all("id").count("code-n0") == 1
    assert '<p class="bb-see" data-search-exclude><a href="#code-n0">Explained above</a></p>' in html
    assert states(html) == ["Result a int new 1", "Result a int changed 1 → 3"]


def test_a_note_shows_what_the_line_made_after_its_first_sentence(traced: Traced) -> None:
    html = listing(
        view(
            traced("a = 2\nb = a * 3\n"), NoteView((1,), "A title", "<p>First. Second.</p><p>Third.</p>", "<p>Foot</p>")
        )
    )
    parts = ["A title", "First.", "Result", "Every multiplication", "Read", "Second.", "Third.", "Foot"]
    places = [html.index(f">{part}<") for part in parts]
    assert places == sorted(places)
    assert "The text speaks of" not in html


@pytest.mark.parametrize(("names", "is_folded"), [("a, b, c", False), ("a, b, c, d", True)])
def test_a_step_that_made_many_values_folds_some_of_them(traced: Traced, names: str, is_folded: bool) -> None:
    html = listing(view(traced(f"{names} = 'x' * {names.count(',') + 1}\n"), NoteView((0,), "", "")))
    assert html.count('<div class="bb-var">') == len(names.split(", "))
    fold = '>Result</p><details class="bb-more"><summary>More values</summary></details><div'
    assert (fold in html) is is_folded


def test_a_note_says_which_execution_its_words_speak_of(traced: Traced) -> None:
    code = "import numpy as np\nfor step in range(9):\n    if step > 2:\n        h = np.maximum(step - 5, 0)\n"
    html = listing(
        view(traced(code), NoteView((1,), "", "<p>One.</p>"), NoteView((3,), "", "<p>Two.</p>"), NoteView((0,), "", ""))
    )
    assert re.findall(r"The text speaks of (.*?)<", html) == [
        "step = 0, unless it says otherwise.", "step = 3, unless it says otherwise."
    ]  # fmt: skip
    assert "Shown at step = 3 · 3 of 6 runs kept" in html
    assert "moment 1 of" in html


def test_the_controls_name_an_iteration_and_not_what_is_special_in_it(traced: Traced) -> None:
    code = "for step in range(2):\n    if step:\n        a = 1\n    h = max(0, step)\n"
    html = listing(view(traced(code), NoteView((2,), "", "")))
    assert "Shown at" not in html
    assert '<span class="bb-where" role="status">moment 6 of 7, line 3, step = 1, a changed</span>' in html
    assert "step = 1 · h becomes active" in data(Page(html))["texts"]


def test_what_stays_equal_is_shown_and_not_called_changed(traced: Traced) -> None:
    html = listing(view(traced("a = 2\na = 2\n"), NoteView((1,), "", "")))
    assert states(html) == ["Result a int unchanged 2"]
    assert '<span class="bb-where" role="status">moment 2 of 2, line 2</span>' in html


def test_loops_say_which_iteration_is_shown(traced: Traced) -> None:
    html = listing(
        view(
            traced("total = 0\nfor step in range(201):\n    total += step\nwhile total:\n    total = 0\n"),
            note(2),
            note(4),
        )
    )
    first, second = states(html)
    assert re.match(
        r"Shown at step = 0 · 2 of 201 runs kept: the first and the last; the others were run, not kept", first
    )
    assert second.startswith("Result total int changed 20100 → 0")
    labels = data(Page(html))["texts"]
    assert "step = 200" in labels
    assert "iteration 0" in labels


def test_calls_are_told_apart_and_show_what_they_return(traced: Traced) -> None:
    code = "def twice(v):\n    return v * 2\n\n\na = twice(3)\nb = twice(a)\nif b > 3:\n    c = [x for x in (b,)]\n"
    html = listing(view(traced(code), note(1), note(4)))
    first, second = states(html)
    assert first.startswith("Shown at twice, call 1 · all 2 runs kept")
    assert "Returned 6." in first
    assert "The test came to True." in second
    assert "twice, call 2" in data(Page(html))["texts"]


def test_errors_are_told(traced: Traced) -> None:
    html = listing(
        view(
            traced("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    pass\nraise ValueError('<b>')\n"),
            note(1),
            note(2),
            note(4),
        )
    )
    first, second, third = states(html)
    assert "Stopped with ZeroDivisionError: division by zero." in first
    assert "Caught ZeroDivisionError: division by zero." in second
    assert "Stopped with ValueError: &lt;b&gt;." in third


def test_a_value_that_is_yielded_is_told(traced: Traced) -> None:
    html = listing(view(traced("def g():\n    yield 3\n\n\nx = list(g())\n"), note(1)))
    assert "Gave 3." in states(html)[0]


def test_gaps_are_steps_that_say_what_they_skip() -> None:
    trace = _parsed("for i in range(9):\n    a = i\n")
    gap = Step(0, 0, 0, None, 0, (), (), skipped=12)
    single = replace(gap, index=1, skipped=1)
    trace = replace(trace, steps=(gap, single), counts=(10, 9), loops=(LoopRun(0, 0, 0, 9, ()),))
    html = listing(view(trace))
    assert "moment 1 of 2, line 1, 12 moments not kept" in html
    steps = data(Page(html))["steps"]
    assert [step[-1] for step in steps] == [1, 1]
    assert data(Page(html))["texts"] == ["12 moments not kept", "1 moment not kept"]


def test_values_are_written_once(traced: Traced) -> None:
    found = data(Page(listing(view(traced("a = [1, 2]\nb = [1, 2]\nc = {'k': [1, 2]}\nd = [[1.5]]\n")))))
    assert found["values"].count(["list of 2", "[1, 2]"]) == 1
    assert found["texts"].count("new") == 1


def test_tables_and_parts_in_the_data(traced: Traced) -> None:
    code = "import numpy as np\na = np.array([[1.0, 2.0]])\nc = {'k': 1, 'o': object}\nd = print\n"
    found = data(Page(listing(view(traced(code)))))
    assert ["(1, 2) float64", 0, "0\t1", "0", ["1.0\t2.0"]] in found["values"]
    assert any(len(value) == 3 and found["texts"][value[2][0][0]] == "'k'" for value in found["values"])


def test_only_values_are_read(traced: Traced) -> None:
    html = listing(view(traced("import math\na = math.pi\nb = [a, a.real, math.e, len('x')]\n"), note(2)))
    assert states(html)[0].endswith("Read a float 3.14159")


def test_a_table_that_stands_at_an_earlier_step_is_not_written_again(traced: Traced) -> None:
    source = (
        "import numpy as np\nx = np.array([1, 2])\ny = x * 2\nx = x + y\nn = 3\nz = x * n\nq = np.array([5, 6])\n"
        "r = q - z\nq[0] = 4\nq = q - np.array([1, 0]) + [2, 0]\ns = q + r\n"
    )
    html = listing(view(traced(source), *(note(line - 1) for line in (3, 2, 4, 5, 6, 8, 11))))
    page = Page(html)
    changed, reads = zip(*(text.partition(" Read ")[::2] for text in states(html)), strict=True)
    assert [text.split()[1] for text in changed] == ["x", "y", "x", "n", "z", "r", "s"]
    assert list(reads) == [
        "",
        "x (2,) int64 line 2",
        "x (2,) int64 line 2 y (2,) int64 line 3",
        "",
        "x (2,) int64 line 4 n int 3",
        # What no note shows, or shows otherwise, is written.
        "q (2,) int64 0 1 5 6 z (2,) int64 line 6",
        "q (2,) int64 0 1 5 6 r (2,) int64 line 8",
    ]
    links = [attributes["href"] for tag, attributes in page.elements if attributes.get("class") == "bb-made"]
    assert links == ["#code-t1", "#code-t1", "#code-t2", "#code-t3", "#code-t5", "#code-t7"]
    assert {link[1:] for link in links} <= set(page.all("id"))


def test_the_note_that_is_open_from_the_start_has_its_tables(traced: Traced) -> None:
    """If the script had to put them there, all below would move."""
    source = "import numpy as np\ndef twice(v):\n    w = v * 2\n    return w\nv = np.array([1, 2])\ntwice(v)\n"
    html = listing(view(traced(source), note(2), note(3), note(4)))
    reads = [text.partition(" Read ")[2] for text in states(html)]
    assert reads == ["v (2,) int64 0 1 1 2", "w (2,) int64 line 3", ""]


def test_text_cannot_break_out() -> None:
    nasty = "</script></bb-listing>'\"<img>\u202e\x1b"
    trace = _parsed("a = 1\n")
    trace = replace(
        trace, steps=(Step(0, 0, 0, None, 0, (), (), output=f"{nasty}\n"), Step(1, 0, 0, None, 0, (), ())), counts=(2,)
    )
    html = listing(view(trace, note(0)))
    page = Page(html)
    assert not {"img", "script"} & {tag for tag, _ in page.elements}
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert r"\u202e\x1b" in page.text
    assert data(page)["texts"][0] == nasty.replace("\u202e", r"\u202e").replace("\x1b", r"\x1b") + "\n"


def test_a_first_blank_line_of_output_is_kept(traced: Traced) -> None:
    html = listing(view(traced("print('\\nx')\n"), note(0)))
    assert '<pre class="bb-printed">\n\nx\n</pre>' in html


def test_two_steps_that_changed_much(traced: Traced) -> None:
    html = listing(view(traced("a = b = c = d = e = 1\nprint(a)\n")))
    assert "moment 1 of 2, line 1, a, b, c and 2 more changed" in html
    assert 'aria-label="Moment" aria-valuetext="moment 1 of 2' in html
    grouped = listing(
        view(traced("class P:\n    pass\np = P()\np.__dict__ = dict(a=1, b=2, c=3, d=4)\nprint(p.a)\n"), note(3))
    )
    assert ", p changed</span>" in grouped


def test_arithmetic_stays_within_the_budget(traced: Traced) -> None:
    """Where there is too much, that of the middle iterations goes first, then all that is not in the HTML anyway; the page says so."""
    trace = traced("x = 1.0\nfor i in range(9):\n    x = x * 1.5\n    if f'{i}' == '4':\n        print(i)\n")
    found = list(moments(trace))
    runs = [m.step.index for m in found if m.arithmetic]
    assert len(runs) == 3

    def noisy(size: int, seed: int) -> Working:
        digits = Random(seed)
        numbers = (f"= 0.{digits.randrange(10**6, 10**7)}" for _ in range(size))
        elements = tuple(Element((place,), text, 0.0) for place, text in enumerate(numbers))
        return Working("x", (size,), elements, 0, agrees=True)

    def kept(size: int, last: int | None = None) -> tuple[list[int], list[int]]:
        sizes = dict(zip(runs, (1, size, size if last is None else last), strict=True))
        full = [
            replace(m, arithmetic=(noisy(sizes[m.step.index], m.step.index),)) if m.arithmetic else m for m in found
        ]
        text = payload(trace, full, runs[:1], Symbols(), {})
        assert len(gzip.compress(text.encode())) <= BUDGET
        steps = json.loads(text)["steps"]
        return [step[0] for step in steps if isinstance(step[7], list)], [step[0] for step in steps if step[7] == 1]

    assert kept(100) == (runs[1:], [])
    assert kept(2500) == (runs[1:], [])
    assert kept(5000) == (runs[2:], runs[1:2])
    assert kept(100, 5000) == (runs[1:], [])
    assert kept(18000) == ([], runs[1:])
    assert kept(10, 18000) == ([], runs[1:])


def test_what_middle_iterations_read_goes_last(traced: Traced) -> None:
    trace = traced("x = 1.0\nfor i in range(9):\n    x = x * 1.5\n    if f'{i}' == '4':\n        print(i)\n")
    found = list(moments(trace))
    first, middle, last = [m.step.index for m in found if m.arithmetic]
    noise = Random(1)
    full = [
        replace(m, read=((noise.randbytes(BUDGET // 5).hex(), Drawn("float", "1")),)) if m.read else m for m in found
    ]
    steps = {step[0]: step for step in json.loads(payload(trace, full, [first], Symbols(), {}))["steps"]}
    assert [len(steps[index][4]) for index in (first, middle, last)] == [1, 0, 1]


def _parsed(source: str) -> Trace:
    """A trace of code that did not run."""
    statements = parse("code.py", source).statements
    return Trace("code.py", source, statements, (0,) * len(statements), (), (), "", "")
