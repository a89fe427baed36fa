"""Every kind of value that NumPy, torch and Python have: none ends a run, and what can be had outside of it is the same there."""

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop_book.core.model import Probe, Run
from backprop_book.record.codec import from_json, to_json
from backprop_book.record.decoder import OpaqueError, decode
from backprop_book.run import Request, Tracer

NAN, INF = math.nan, math.inf
GIVEN: dict[str, Any] = {
    "np.fft.fft([1.0, 2.0, 3.0])[1]": np.fft.fft([1.0, 2.0, 3.0])[1],
    "np.array(1 + 2j)": np.array(1 + 2j),
    "np.complex64(1j)": np.complex64(1j),
    "np.clongdouble(1 + 1j)": np.clongdouble(1 + 1j),
    "np.array([complex(1, math.inf), complex(math.nan, 2)])": np.array([complex(1, INF), complex(NAN, 2)]),
    "np.arange(6).reshape(2, 3).T * 1j": np.arange(6).reshape(2, 3).T * 1j,
    "np.zeros((0, 3), complex)": np.zeros((0, 3), complex),
    "np.array([1j], dtype='>c16')": np.array([1j], dtype=">c16"),
    "np.longdouble(1) / 3": np.longdouble(1) / 3,
    "np.float16(0.1)": np.float16(0.1),
    "np.float64('nan')": np.float64("nan"),
    "np.array([math.nan, math.inf, -math.inf])": np.array([NAN, INF, -INF]),
    "[math.nan, -math.inf, 1]": [NAN, -INF, 1],
    "complex(math.nan, -math.inf)": complex(NAN, -INF),
    "np.datetime64('NaT', 'D')": np.datetime64("NaT", "D"),
    "np.datetime64('2020-01-01')": np.datetime64("2020-01-01"),
    "np.timedelta64(3, 'D')": np.timedelta64(3, "D"),
    "np.array([(1, 2.5)], dtype=[('a', 'i4'), ('b', 'f8')])[0]": np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")])[0],
    "np.zeros(2, 'V3')": np.zeros(2, "V3"),
    "np.zeros(2, 'V3')[0]": np.zeros(2, "V3")[0],
    "np.array(None)": np.array(None),
    "np.bytes_(b'a\\xff')": np.bytes_(b"a\xff"),
    "np.str_('a\\u2028')": np.str_("a\u2028"),
    "np.array('abc')": np.array("abc"),
    "type('Own', (np.complex128,), {})(0.5)": np.complex128(0.5),
    "torch.tensor(1 + 2j)": np.array(1 + 2j, "complex64"),
    "torch.tensor([1 + 2j]).conj()": np.array([1 - 2j], "complex64"),
    "torch.tensor(1 + 2j).to(torch.complex32)": np.array(1 + 2j, "complex64"),
    "torch.tensor(0.5, dtype=torch.bfloat16)": np.array(0.5, "float32"),
    "torch.tensor([0.5]).to(torch.float8_e4m3fn)": np.array([0.5], "float32"),
    "torch.nn.Parameter(torch.tensor(1j))": np.array(1j, "complex64"),
    "torch.tensor(math.nan)": np.array(NAN, "float32"),
    "torch.tensor(3, dtype=torch.uint64)": np.array(3, "uint64"),
    "fractions.Fraction(1, 3)": Fraction(1, 3),
    "slice(1, None, 'a')": slice(1, None, "a"),
    "range(10 ** 1000)": range(10**1000),
    "10 ** 400": 10**400,
}  # fmt: skip
KEPT = (
    "torch.nested.nested_tensor([torch.ones(1), torch.ones(2)])",
    "torch.eye(2).to_sparse()",
    "torch.eye(2).to_sparse_csr()",
    "torch.empty(2, device='meta')",
    "torch.quantize_per_tensor(torch.ones(1), 0.1, 0, torch.qint8)",
    "np.array([((1, 2j), b'x')], dtype=[('p', [('q', 'i4'), ('r', 'c16')]), ('s', 'S3')])[0]",
    "np.array({'a': math.nan}, dtype=object)",
    "slice(math.inf, object())",
    "10 ** 5000",
    "fractions.Fraction(10 ** 5000, 3)",
    "range(10 ** 5000)",
    "[{10 ** 5000: 1}, object()]",
    "type('Own', (complex,), {})(1j)",
)
"""What cannot be had outside of a run."""
WARNS = (
    "np.clongdouble(1 + 1j)",
    "torch.tensor(1 + 2j).to(torch.complex32)",
    "torch.nested.nested_tensor([torch.ones(1), torch.ones(2)])",
    "torch.eye(2).to_sparse_csr()",
    "torch.quantize_per_tensor(torch.ones(1), 0.1, 0, torch.qint8)",
)
"""What warns when it is made. The others do not import `warnings`, after which a process that holds torch takes long to end."""
QUIETLY = "import warnings\nwarnings.simplefilter('ignore')\n"
CODE = """\
import fractions, math
import numpy as np
import torch
def make():
    return {}
value = make()
pair, held, kept = [value, 1], {{"a": value}}, (value,)
class Box:
    def __init__(self, inside):
        self.inside = inside
box = Box(value)
many = []
for k in range(9):
    got = make()
    many.append(got)
"""
PROBES = ("value", "pair", "held", "kept", "box.inside", "many", "series(got)")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    folder = tmp_path_factory.mktemp("kinds")
    requests = []
    for number, text in enumerate((*GIVEN, *KEPT)):
        script = folder / f"script_{number}.py"
        script.write_text(f"{QUIETLY if text in WARNS else ''}{CODE.format(text)}", encoding="utf-8")
        requests.append(Request(script, tuple(map(Probe, PROBES))))
    with Tracer(Path()) as tracer:
        return dict(zip((*GIVEN, *KEPT), tracer.run(requests), strict=True))


@pytest.mark.parametrize("text", [*GIVEN, *KEPT])
def test_no_kind_of_value_ends_a_run(runs: dict[str, Run], text: str) -> None:
    run = runs[text]
    assert (run.outcome.kind, run.outcome.message, run.trace.stderr) == ("finished", "", "")
    assert to_json(from_json(to_json(run))) == to_json(run)
    assert [answer.error for answer in run.answers[:-1]] == [""] * (len(PROBES) - 1)


@pytest.mark.parametrize("text", GIVEN)
@pytest.mark.filterwarnings("error")
def test_what_is_had_outside_of_a_run_is_the_same(runs: dict[str, Run], text: str) -> None:
    value = runs[text].answers[0].value
    assert value is not None
    found, given = decode(value), GIVEN[text]
    assert getattr(found, "dtype", type(found)) == getattr(given, "dtype", type(given))
    assert np.shape(found) == np.shape(given)
    assert repr(found) == repr(given) or isinstance(given, np.ndarray)
    assert str(found) == str(given)


@pytest.mark.parametrize("text", KEPT)
def test_what_cannot_be_had_outside_of_a_run_says_so(runs: dict[str, Run], text: str) -> None:
    value = runs[text].answers[0].value
    assert value is not None
    with pytest.raises(OpaqueError):
        decode(value)
