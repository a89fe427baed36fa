"""Snippets taken apart, and quotes anchored."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_book.core.model import Statement
from backprop_book.core.problems import BookError
from backprop_book.source import Mismatch, Snippet, anchor, parse, quote

TEXT = '''\
"""Docstring."""
import numpy as np, os.path as p
from torch.nn import functional as F
W1 = np.array([
    [1, 2],  # a comment
])
x = ...
@decorated(
    1
)
class Net(Base, metaclass=Meta):
    size: int = 3
    def forward(self, x, *rest, flag=True, **more): return self.layer(x) + é.ö; y = "é"; w = 2
for step in range(201):
    z1 = x @ W1
    if (n := z1.sum()) > 0: pass
    elif n:
        z1 = x @ W1
    else:
        while n:
            n -= 1
        else:
            last = n
try:
    total = [a * b for a, b in pairs if a]
except (ValueError, KeyError) as error:
    raise
finally:
    model.layer1.weight.data = 0
match point:
    case {"k": [first, *others], **rest} if first: pass
    case (Point(x=0) | None): pass
with open(name) as file, lock: ...
def outer():
    global shared
    shared = lambda q: q + x
    async def inner():
        async for t in ticks: await t
'''


@pytest.fixture
def snippet() -> Snippet:
    return parse("folder/net.py", TEXT)


def of(snippet: Snippet, code: str) -> Statement:
    found = anchor(snippet, code)
    assert isinstance(found, Statement), found
    return found


def test_parts_of_a_snippet(snippet: Snippet) -> None:
    assert (snippet.path, snippet.stem, snippet.text) == ("folder/net.py", "net", TEXT)
    assert snippet.imports == ("numpy", "os", "torch")
    assert [each.index for each in snippet.statements] == list(range(len(snippet.statements)))
    assert [each.kind for each in snippet.statements if each.kind in ("for", "while", "asyncfor")] == [
        "for",
        "while",
        "asyncfor",
    ]
    assert snippet.module_names == (
        "np", "p", "F", "W1", "x", "Net", "step", "z1", "n", "last", "total", "error",
        "first", "others", "rest", "file", "outer", "shared",
    )  # fmt: skip
    assert snippet.inner_names == ("size", "forward", "self", "x", "rest", "flag", "more", "y", "w", "inner", "t")


def test_code_of_statements_is_the_header_of_compound_ones(snippet: Snippet) -> None:
    assert [each.code for each in snippet.statements if each.kind not in {"assign", "pass", "expr"}] == [
        "import numpy as np, os.path as p",
        "from torch.nn import functional as F",
        "@decorated(\n    1\n)\nclass Net(Base, metaclass=Meta):",
        "size: int = 3",
        "def forward(self, x, *rest, flag=True, **more):",
        "return self.layer(x) + é.ö",
        "for step in range(201):",
        "if (n := z1.sum()) > 0:",
        "elif n:",
        "while n:",
        "n -= 1",
        "try:",
        "except (ValueError, KeyError) as error:",
        "raise",
        "match point:",
        'case {"k": [first, *others], **rest} if first:',
        "case (Point(x=0) | None):",
        "with open(name) as file, lock:",
        "def outer():",
        "global shared",
        "async def inner():",
        "async for t in ticks:",
    ]


def test_places_count_characters(snippet: Snippet) -> None:
    second = of(snippet, 'y = "é"')
    assert (second.line, second.column, second.end_line) == (13, 81, 13)
    whole = of(snippet, "W1 = ...")
    assert (whole.line, whole.column, whole.end_line) == (4, 1, 6)
    for each in snippet.statements:
        assert TEXT[each.start : each.end] == each.code


@pytest.mark.parametrize(
    ("quote", "reads", "binds"),
    [
        ("W1 = ...", ("np.array",), ("W1",)),
        ("n -= 1", ("n",), ("n",)),
        ("if (n := z1.sum()) > 0:", ("z1.sum",), ("n",)),
        ("total = ...", ("pairs",), ("total",)),
        ("model.layer1.weight.data = 0", ("model.layer1.weight",), ()),
        ("match point:", ("point",), ()),
        ('case {"k": ...', ("first",), ("first", "others", "rest")),
        ("with open(name) as file, lock:", ("open", "name", "lock"), ("file",)),
        ("shared = ...", ("x",), ("shared",)),
        ("except ...", ("ValueError", "KeyError"), ("error",)),
        ("@decorated ...", ("decorated", "Base", "Meta"), ("Net",)),
        ("for step ...", ("range",), ("step",)),
    ],
)
def test_reads_and_binds(snippet: Snippet, quote: str, reads: tuple[str, ...], binds: tuple[str, ...]) -> None:
    found = of(snippet, quote)
    assert (found.reads, found.binds) == (reads, binds)


def test_parents_loops_and_scopes(snippet: Snippet) -> None:
    header, inner = of(snippet, "for step in range(201):"), of(snippet, "while n:")
    last, forward = of(snippet, "last = n"), of(snippet, "def forward(...")
    assert (header.parent, header.loop, header.scope) == (None, header.index, None)
    assert (inner.loop, last.loop) == (inner.index, header.index)
    assert forward.scope == of(snippet, "@decorated ...").index
    assert of(snippet, "return ...").scope == forward.index


def test_repeated_statement_is_told_apart_by_its_header(snippet: Snippet) -> None:
    several = anchor(snippet, "z1 = x @ W1")
    assert isinstance(several, Mismatch)
    assert (several.reason, [each.line for each in several.statements]) == ("several", [15, 18])
    assert of(snippet, "elif n: › z1 = x @ W1").line == 18
    assert of(snippet, "for step ... › if ... › elif n: › z1 = ...").line == 18
    none = anchor(snippet, "while n: › z1 = x @ W1")
    assert isinstance(none, Mismatch)
    assert (none.reason, [each.line for each in none.statements]) == ("none", [15])


REPEATED = "def f():\n    for n in a:\n        x = 1\n    x = 1\n\n\nfor n in a:\n    x = 1\nx = 1\n"


def test_a_statement_outside_of_all_is_told_apart_by_nothing_around_it() -> None:
    snippet = parse("s.py", REPEATED)
    assert of(snippet, "› x = 1").line == 9
    assert of(snippet, "› x = ...").line == 9
    assert of(snippet, "› for n in a: › x = 1").line == 8
    for text, lines in (("for n in a: › x = 1", [3, 8]), ("def f(): › x = 1", [3, 4]), ("› def f(): › x = 1", [3, 4])):
        several = anchor(snippet, text)
        assert isinstance(several, Mismatch)
        assert [each.line for each in several.statements] == lines
    assert isinstance(anchor(snippet, "›"), Mismatch)
    assert [quote(snippet, each) for each in snippet.statements] == [
        "def f():", "def f(): › for n in a:", "def f(): › for n in a: › x = 1", None,
        "› for n in a:", "› for n in a: › x = 1", "› x = 1",
    ]  # fmt: skip


def test_white_space_and_comments_do_not_count(snippet: Snippet) -> None:
    assert of(snippet, "W1=np.array([[1,2],])").line == 4
    assert of(snippet, "n-=1  # less").line == 21


def test_ellipsis_can_be_quoted(snippet: Snippet) -> None:
    assert of(snippet, "x = ...").code == "x = ..."
    assert isinstance(anchor(snippet, "..."), Statement)


def test_nearest_statements(snippet: Snippet) -> None:
    missed = anchor(snippet, "W2 = np.array([[1, 2]])")
    assert isinstance(missed, Mismatch)
    assert missed.reason == "none"
    assert missed.statements[0].line == 4
    assert missed.quote == "W2 = np.array([[1, 2]])"
    assert anchor(snippet, "") == Mismatch("", "none", ())


SECTIONS = "# --8<-- [start:head]\nx = 1\n# --8<-- [end:head]\ny = '# --8<-- [start:no]'\n# --8<-- [start:empty]\n# --8<-- [end:empty]\n"


def test_sections() -> None:
    assert dict(parse("s.py", SECTIONS).sections) == {"head": (2, 2), "empty": (6, 5)}


def test_all_problems_of_sections_at_once() -> None:
    text = "# --8<-- [start:a]\n# --8<-- [start:a]\nx = 1  # --8<-- [end:b]\n"
    with pytest.raises(BookError) as caught:
        parse("s.py", text)
    assert str(caught.value) == (
        "s.py:1:1: the section `a` does not end\n"
        "    remedy:   write `# --8<-- [end:a]` below it\n"
        "s.py:2:1: the section `a` starts a second time\n"
        "    found:    # --8<-- [start:a]\n"
        "    remedy:   give it another name\n"
        "s.py:3:8: the section `b` ends without a start\n"
        "    found:    # --8<-- [end:b]\n"
        "    remedy:   write `# --8<-- [start:b]` above it, or remove this line"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\ny = (2\n", "s.py:2:5: this is not Python: '(' was never closed\n    found:    y = (2"),
        ("é = 1; return é\n", "s.py:1:8: this is not Python: 'return' outside function\n    found:    é = 1; return é"),
        (
            "y = 2\nx = 1\0",
            "s.py:2:6: this is not Python: there is a NUL character\n    found:    \\0\n    remedy:   remove the NUL",
        ),
    ],
)
def test_syntax_errors(text: str, message: str) -> None:
    with pytest.raises(BookError) as caught:
        parse("s.py", text)
    assert str(caught.value).startswith(message)


LIBRARY = sorted(Path(ast.__file__).parent.glob("*.py"))


@given(place=st.sampled_from(LIBRARY), number=st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_each_statement_of_real_code_is_found_by_its_own_code(place: Path, number: int) -> None:
    snippet = parse(place.name, place.read_text(encoding="utf-8"))
    if not snippet.statements:
        return
    statement = snippet.statements[number % len(snippet.statements)]
    found = anchor(snippet, statement.code) if "›" not in statement.code else statement
    if isinstance(found, Mismatch):
        assert found.reason == "several"
        assert statement in found.statements
    else:
        assert found == statement
    assert ast.unparse(ast.parse(snippet.text)) == ast.unparse(ast.parse(place.read_text(encoding="utf-8")))
