"""The page on the trace format describes the real thing."""

import json
import re
from pathlib import Path

import pytest

from backprop_book.core.model import TRACE_FORMAT, Probe
from backprop_book.record.codec import from_json, to_json
from backprop_book.run import Request, Tracer

PAGE = Path(__file__).parents[2] / "docs" / "contributing" / "trace-format.md"

RICH = """\
import numpy as np
def half(x):
    if x > 1:
        return x / 2
    return None
big = np.zeros(3000)
pair = (1, half)
words = ["a", {"b": 1}]
single = np.float32(0.1)
for n in range(5):
    last = half(n)
    print(last)
try:
    1 / 0
except ZeroDivisionError as error:
    pass
for k in range(9):
    z = k
huge = 7 ** 9000
grown = [0.5, 1.5, 2.5, 3.5]
grown = [*grown, 4.5]
"""


def documented(title: str) -> set[str]:
    text = PAGE.read_text(encoding="utf-8")
    section = re.split(r"^## ", text.partition(f"## {title}\n")[2], flags=re.MULTILINE)[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))


def fenced(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_every_field_is_documented_and_exists(tmp_path: Path) -> None:
    (tmp_path / "rich.py").write_text(RICH, encoding="utf-8")
    with Tracer(tmp_path) as tracer:
        (run,) = tracer.run([Request(Path("rich.py"), (Probe("last"),))])
    assert run.outcome.kind == "finished"
    tree = json.loads(to_json(run))
    assert set(tree) == documented("The run")
    assert {name for step in tree["steps"] for name in step} == documented("A step")
    assert {name for value in tree["values"] for name in value} == documented("A value")
    assert tree["format"] == TRACE_FORMAT


def test_example_is_what_the_script_gives(tmp_path: Path) -> None:
    (tmp_path / "halving.py").write_text(fenced("python"), encoding="utf-8")
    with Tracer(tmp_path) as tracer:
        (run,) = tracer.run([Request(Path("halving.py"), (Probe("w.sum()"), Probe("lost")))])
    tree, example = json.loads(to_json(run)), json.loads(fenced("json"))
    for each in (tree, example):
        del each["seconds"], each["versions"]
    assert tree == example
    assert from_json(fenced("json")).trace == run.trace


@pytest.mark.parametrize("title", ["The run", "A step", "A value"])
def test_tables_are_found(title: str) -> None:
    assert documented(title)
