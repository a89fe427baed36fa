"""Which entries of which values an expression reads."""

import pytest

from backprop_book.core.expressions import parse
from backprop_book.core.model import Value
from backprop_book.render.claims import parts

VECTOR = Value("array", "numpy.ndarray", "1", data=[1.0, 2.0, 3.0], shape=(3,))
MATRIX = Value("array", "numpy.ndarray", "2", data=[[1.0, 2.0], [3.0, 4.0]], shape=(2, 2))
LIST = Value("list", "list", "3", data=[1, 2, 3, 4], size=4)
NUMBER = Value("float", "float", "4", data=1.0)
HELD = {"z": VECTOR, "W": MATRIX, "losses": LIST, "rate": NUMBER, "model.layer.weight": MATRIX}

READ = {
    "z[2]": ["z[2,"],
    "z[-1]": ["z[2,"],
    "z": ["z["],
    "z[3]": ["z["],
    "z[i]": ["z["],
    "z[True]": ["z["],
    "z.sum()": ["z["],
    "z[0].item()": ["z[0,"],
    "W[1, 0]": ["W[1,0,"],
    "W[1][0]": ["W[1,0,"],
    "W[1]": ["W[1,"],
    "W[:, 0]": ["W["],
    "W[0:1][0]": ["W["],
    "W.T[0]": ["W["],
    "losses[-1]": ["losses[3,"],
    "rate[0]": ["rate["],
    "model.layer.weight[0, 1]": ["model.layer.weight[0,1,"],
    "abs(z[0]) < W[1] and z[0] > 0": ["z[0,", "W[1,"],
    "make(z[1]).result[2]": ["z[1,"],
    "1 + unknown": [],
}


@pytest.mark.parametrize("expression", READ)
def test_an_expression_reads_entries_rows_and_whole_values(expression: str) -> None:
    assert list(parts(parse(expression), HELD)) == READ[expression]
