"""A traced run and a plain run of the same script are the same to everyone who looks."""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_book.core.model import Probe, Run
from backprop_book.run import Request, Tracer
from backprop_book.source import parse

SAMPLES = Path(__file__).parent / "samples" / "language"
PROGRAMS = sorted(path.stem for path in SAMPLES.glob("*.py"))
LIBRARY = Path(sysconfig.get_path("stdlib"))
PACKAGES = Path(sysconfig.get_path("purelib"))

ENDS = """
import atexit, builtins, json, random, sys, types, warnings
script, report, names = sys.argv[1:4]
random.seed(0)
text = open(script, encoding="utf-8").read()
if "numpy" in text or "torch" in text:
    import numpy
    numpy.random.seed(0)
if "torch" in text:
    import torch
    torch.manual_seed(0)
    torch.set_num_threads(1)
from backprop_book.record.encoder import encode
main = types.ModuleType("__main__")
vars(main).update(__file__=script, __builtins__=builtins)
sys.modules["__main__"] = main
sys.argv = [script]
sys.path[0] = script.rpartition("/")[0]
sys.dont_write_bytecode = True
try:
    exec(compile(text, script, "exec", dont_inherit=True), vars(main))
except BaseException:
    pass
found = {name: encode(vars(main)[name], frozenset({"__main__", "sibling"})).digest for name in json.loads(names) if name in vars(main)}
with open(report, "w") as file:
    json.dump(found, file)
"""


@pytest.fixture(scope="module")
def tracer() -> Iterator[Tracer]:
    with Tracer(SAMPLES) as opened:
        yield opened


def environment() -> dict[str, str]:
    # Coverage measures the children of the recorder; the plain run that they are compared with knows nothing of it.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    threads = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**outside, **threads, "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}


def plain(script: Path, arguments: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[bytes]":
    """A run by the interpreter alone."""
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment(),
        check=False,
        timeout=120,
    )


DRAWS = {"random_state", "networks"}
"""Programs that draw random numbers: their plain run would have to be seeded, so only their end values are compared."""


@pytest.mark.parametrize("name", PROGRAMS)
def test_output_errors_and_status_are_those_of_a_plain_run(tracer: Tracer, name: str) -> None:
    (run,) = tracer.run([Request(Path(f"{name}.py"))])
    if name in DRAWS:
        assert run.outcome.kind == "finished"
        return
    alone = plain(SAMPLES / f"{name}.py")
    assert run.trace.stdout == alone.stdout.decode("utf-8", "replace")
    assert run.trace.stderr == alone.stderr.decode("utf-8", "replace")
    assert run.outcome.status == alone.returncode


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in PROGRAMS
        if name
        not in {
            "closing",
            "no_builtins",
            "forking",
            "threads",
            "recursion",
            "deepest",
            "exhausted",
            "profiling",
            "tracing_tools",
        }
    ],
)
def test_end_values_are_those_of_a_plain_run(tracer: Tracer, tmp_path: Path, name: str) -> None:
    script = SAMPLES / f"{name}.py"
    names = parse(name, script.read_text(encoding="utf-8")).module_names
    (run,) = tracer.run([Request(script, tuple(Probe(name) for name in names))])
    report = tmp_path / "report.json"
    command = [sys.executable, "-c", ENDS, str(script), str(report), json.dumps(names)]
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=environment(), check=True, timeout=120)
    expected = json.loads(report.read_text(encoding="utf-8"))
    found = {answer.probe.expression: answer.value.digest for answer in run.answers if answer.value is not None}
    assert found == expected


@pytest.mark.parametrize("keep", ["kept", "every"])
def test_all_ways_of_keeping_print_the_same(tracer: Tracer, keep: str) -> None:
    first, second = tracer.run([Request(Path("loops.py"), keep="every"), Request(Path("loops.py"), keep="kept")])
    assert first.trace.stdout == second.trace.stdout
    assert first.trace.counts == second.trace.counts
    assert keep


FOREIGN = [
    ("this.py", ()),
    ("calendar.py", ("2024", "2")),
    ("calendar.py", ("--type", "html", "2023")),
    ("tabnanny.py", ("-v", "LIBRARY/this.py")),
    ("timeit.py", ("--help",)),
    ("textwrap.py", ()),
    ("json/tool.py", ("--help",)),
    ("keyword.py", ()),
    ("colorsys.py", ()),
    ("base64.py", ("-t",)),
    ("quopri.py", ("LIBRARY/this.py",)),
    ("ast.py", ("LIBRARY/this.py",)),
    ("tokenize.py", ("LIBRARY/this.py",)),
    ("compileall.py", ("--help",)),
    ("zipapp.py", ("--help",)),
    ("statistics.py", ()),
    ("difflib.py", ()),
    ("heapq.py", ()),
    ("fractions.py", ()),
    ("string.py", ()),
    ("pprint.py", ()),
    ("symtable.py", ()),
    ("inspect.py", ("textwrap",)),
    ("tarfile.py", ("--help",)),
    ("PACKAGES/pygments/__main__.py", ("-l", "python", "-f", "html", "LIBRARY/this.py")),
    ("PACKAGES/markdown/__main__.py", ("--help",)),
]


SAMPLED = {"calendar.py", "ast.py", "json/tool.py", "statistics.py", "fractions.py", "PACKAGES/pygments/__main__.py"}
"""Of the scripts of others, those that `make test` runs."""


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param(*found, id=f"{found[0]}-{number}", marks=() if found[0] in SAMPLED else pytest.mark.whole)
        for number, found in enumerate(FOREIGN)
    ],
)
def test_scripts_of_others_print_the_same(tracer: Tracer, name: str, arguments: tuple[str, ...]) -> None:
    script = PACKAGES / name.removeprefix("PACKAGES/") if name.startswith("PACKAGES") else LIBRARY / name
    words = tuple(each.replace("LIBRARY", str(LIBRARY)) for each in arguments)
    (run,) = tracer.run([Request(script, arguments=words)])
    alone = plain(script, words)
    assert run.trace.stdout == alone.stdout.decode("utf-8", "replace")
    assert run.trace.stderr == alone.stderr.decode("utf-8", "replace")
    assert run.outcome.status == alone.returncode
    assert isinstance(run, Run)
