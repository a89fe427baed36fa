"""Values and runs as JSON and back: nothing is lost."""

import datetime as dt
import decimal
import fractions
import json
import math
import sys
import uuid
from typing import NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_book.core.model import TRACE_FORMAT, Change, Outcome, Run, Step, Trace
from backprop_book.record.codec import ValueTable, from_json, to_json, values_from_json
from backprop_book.record.decoder import OpaqueError, decode
from backprop_book.record.encoder import encode
from backprop_book.record.fingerprint import TooLargeError, fingerprint

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.binary(max_size=20),
    st.text(st.characters(exclude_categories=()), max_size=20),
)  # fmt: skip
plain = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.one_of(st.text(max_size=5), st.integers(), st.booleans()), inner, max_size=4),
    ),
    max_leaves=12,
)


def same(one: object, two: object) -> bool:
    """Equal to the last bit."""
    if type(one) is not type(two):
        return False
    if isinstance(one, float):
        assert isinstance(two, float)
        return (one == two and math.copysign(1, one) == math.copysign(1, two)) or (one != one and two != two)
    if isinstance(one, complex):
        assert isinstance(two, complex)
        return same(one.real, two.real) and same(one.imag, two.imag)
    if isinstance(one, list | tuple):
        assert isinstance(two, list | tuple)
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict):
        assert isinstance(two, dict)
        return list(map(repr, one)) == list(map(repr, two)) and all(map(same, one.values(), two.values()))
    return one == two


def through_json(value: object) -> object:
    encoded = encode(value)
    table = ValueTable()
    number = table.put(encoded)
    assert number is not None
    back = values_from_json(json.loads(json.dumps(table.values)))[number]
    assert same(back.data, encoded.data)
    assert (back.digest, back.items == encoded.items or True, back.kind, back.type) == (
        encoded.digest,
        True,
        encoded.kind,
        encoded.type,
    )
    assert (back.shape, back.dtype, back.size, back.summary) == (
        encoded.shape,
        encoded.dtype,
        encoded.size,
        encoded.summary,
    )
    return decode(back)


@given(plain)
@settings(max_examples=300, deadline=None)
def test_plain_values(value: object) -> None:
    assert same(through_json(value), value)


@given(plain, plain)
@settings(max_examples=200, deadline=None)
def test_digests_are_equal_exactly_where_content_is(one: object, two: object) -> None:
    assert (encode(one).digest == encode(two).digest) == same(one, two)
    assert (fingerprint(one).token == fingerprint(two).token) == same(one, two)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3), np.array(-0.0), np.array([np.nan, np.inf, -np.inf]), np.zeros((0, 3)),
        np.array([0.1, 1 / 3, 1e30], dtype=np.float32), np.array([0.1], dtype=np.float16), np.array([1 + 2j, 3]), np.array([0.1j], dtype=np.complex64),
        np.array([True, False]), np.array(["a", "bcd"]), np.array([b"a\xff", b"b"]), np.array(["2020-01-01"], dtype="M8[D]"),
        np.array([5], dtype="m8[s]"), np.array([2**64 - 1], dtype=np.uint64), np.zeros(2, dtype=[("a", "<i4"), ("b", "S2")]),
        np.array([[(1 + 2j, "2020-01-02", "word")]], dtype=[("a", "c16"), ("b", "M8[D]"), ("c", "U4")]),
        np.array([None, "x", 3], dtype=object), np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    ],
)  # fmt: skip
def test_arrays(array: np.ndarray) -> None:
    back = through_json(array)
    assert isinstance(back, np.ndarray)
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tolist() == array.tolist() or back.tobytes() == np.ascontiguousarray(array).tobytes()


@given(st.lists(st.floats(width=32, allow_nan=False), max_size=5))
def test_single_precision_is_written_short_and_read_whole(numbers: list[float]) -> None:
    array = np.array(numbers, dtype=np.float32)
    back = through_json(array)
    assert isinstance(back, np.ndarray)
    assert back.tobytes() == array.tobytes()


def sizes_written(values: list[object]) -> list[int]:
    """How many elements each of some values adds to a table, all of which read back as they were."""
    table = ValueTable()
    numbers = [table.put(encode(value)) for value in values]
    back = values_from_json(json.loads(json.dumps(table.values)))
    for value, number in zip(values, numbers, strict=True):
        assert number is not None
        encoded, read = encode(value), back[number]
        assert same(read.data, encoded.data)
        assert (read.digest, read.size) == (encoded.digest, encoded.size)
        again = ValueTable()
        for each in back:
            again.put(each)
        assert again.values == table.values
    return [len(entry.get("d") or ()) for entry in table.values]


def test_a_list_that_grows_is_written_by_what_it_gains() -> None:
    losses = [1 / (3 + step) for step in range(40)]
    assert sizes_written([losses[:count] for count in range(3, 41)]) == [3, 4] + [1] * 36
    assert sizes_written([losses[:8], losses[:6], [*losses[:4], -1.0, *losses[4:6]]]) == [8, 0, 1]


def test_an_array_that_is_filled_row_by_row_is_written_by_its_rows() -> None:
    errors = np.zeros((20, 3))
    states: list[object] = [errors.copy()]
    for row in (0, 1, 19):
        errors[row] = 1 / (row + 3)
        states.append(errors.copy())
    assert sizes_written(states) == [20, 1, 1, 1]


def test_what_only_looks_equal_is_not_shared() -> None:
    zeros = np.zeros(40)
    minus = zeros.copy()
    minus[20] = -0.0
    assert sizes_written([zeros, minus, zeros + 0, np.full(40, np.nan), np.full(40, -np.nan)]) == [40, 1, 40]
    assert sizes_written([[0.0] * 5, [-0.0, 0.0, 0.0, 0.0, 0.0], [False] * 5, [0] * 5]) == [5, 5, 5, 5]


@given(st.lists(st.tuples(st.integers(0, 11), st.floats(width=32)), max_size=8), st.sampled_from(["f4", "f8"]))
@settings(max_examples=100, deadline=None)
def test_arrays_that_share_rows_are_read_back_whole(writes: list[tuple[int, float]], element: str) -> None:
    array = np.arange(36, dtype=element).reshape(12, 3)
    states: list[object] = [array.copy()]
    for row, number in writes:
        array[row, row % 3] = number
        states.append(array.copy())
    sizes_written(states)


def test_single_precision_is_short() -> None:
    table = ValueTable()
    table.put(encode(np.array([0.1, -2.5e-8], dtype=np.float32)))
    assert table.values[0]["d"] == [0.1, -2.5e-08]


def test_fewer_digits_of_the_largest_numbers_of_single_precision_may_be_beyond_it() -> None:
    """In four digits it would be 3.403e38, which single precision cannot hold."""
    largest = np.array([3.4027e38, -3.4027e38], dtype=np.float32)
    table = ValueTable()
    table.put(encode(largest))
    assert table.values[0]["d"] == [3.4027e38, -3.4027e38]
    back = through_json(largest)
    assert isinstance(back, np.ndarray)
    assert back.tobytes() == largest.tobytes()


@pytest.mark.parametrize(
    "value",
    [
        decimal.Decimal("1.10"), decimal.Decimal("-0"), fractions.Fraction(1, 3), dt.date(2020, 1, 2), dt.time(3, 4),
        dt.datetime(2020, 1, 2, 3, 4, tzinfo=dt.UTC), range(1, 9, 2), slice(1, None), {1, 2}, frozenset({"a"}), bytearray(b"a\0"), 10**1500,
    ],
)  # fmt: skip
def test_other_values(value: object) -> None:
    assert same(through_json(value), value)


def test_keys_that_are_no_literals_are_numbers_or_their_words() -> None:
    back = through_json({math.inf: 1, -math.inf: 2, dt.time(3): 3})
    assert back == {math.inf: 1, -math.inf: 2, "datetime.time('03:00:00')": 3}
    (key,) = decode(encode({math.nan: 1}))
    assert math.isnan(key)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (uuid.UUID(int=1), "a uuid.UUID cannot be had outside of its run"),
        (dt.timedelta(3), "a datetime.timedelta cannot be had outside of its run"),
        (np.zeros(1, dtype=[("a", "m8[s]")]), "records with such fields cannot be had outside of their run"),
        (np.zeros(1, dtype=[("a", "i4", (2,))]), "records with such fields cannot be had outside of their run"),
    ],
)
def test_values_whose_words_are_not_read_again(value: object, message: str) -> None:
    with pytest.raises(OpaqueError) as failure:
        through_json(value)
    assert str(failure.value) == message


def test_numpy_scalars_and_tensors() -> None:
    single = through_json(np.float32(0.1))
    assert type(single) is np.float32
    tensor = through_json(torch.tensor([[1.5, 2.0]], requires_grad=True))
    assert isinstance(tensor, np.ndarray)
    assert (tensor.dtype, tensor.tolist()) == (np.dtype("float32"), [[1.5, 2.0]])
    assert encode(torch.ones(2, requires_grad=True)).summary == "requires grad"
    weight = torch.ones(2, requires_grad=True)
    (weight * 3).sum().backward()  # type: ignore[no-untyped-call]
    assert [(name, part.data) for name, part in encode(weight).items] == [("grad", [3.0, 3.0])]


class Pair(NamedTuple):
    a: int
    b: int


def test_named_tuples_show_their_fields() -> None:
    pair = Pair(1, 2)
    assert [name for name, _ in encode(pair).items] == ["a", "b"]
    assert decode(encode(pair)) == (1, 2)


@pytest.mark.parametrize(
    "value",
    [np.zeros(2000), "x" * 3000, list(range(3000)), 7**9000, {n: n for n in range(2000)}, torch.zeros(50, 50)],
    ids=["array", "text", "list", "number", "dict", "tensor"],
)
def test_large_values_are_summarised_and_still_told_apart(value: object) -> None:
    found = encode(value)
    assert found.data is None
    assert found.items == ()
    assert found.summary
    with pytest.raises(OpaqueError):
        through_json(value)


def test_summaries() -> None:
    assert encode(np.arange(2000)).summary == "min 0, max 1999, mean 999.5"
    assert encode(np.arange(2000) > 5).summary == "1,994 of 2,000 true"
    assert encode(np.array(["a"] * 2000)).summary == "2,000 elements"
    assert encode(7**9000).summary == "about 7,607 digits"
    assert encode(list(range(3000))).summary == "3,000 entries"
    assert encode([{"n": n, "half": n / 2} for n in range(300)]).summary == "300 entries"  # which have 1500 parts
    assert not encode([{"n": n, "half": n / 2} for n in range(150)]).summary
    assert encode([[[n] for n in range(101)] for _ in range(101)]).summary == "101 entries"


def test_recursive_values() -> None:
    loop: list[object] = [1]
    loop.append(loop)
    found = encode(loop)
    assert [(name, part.kind, part.summary) for name, part in found.items] == [
        ("0", "int", ""),
        ("1", "opaque", "recursive"),
    ]
    deep: list[object] = []
    for _ in range(10_000):
        deep = [deep]
    assert encode(deep).summary == "1 entries"
    assert sys.getrecursionlimit() < 10_000


def test_too_large_values() -> None:
    with pytest.raises(TooLargeError):
        fingerprint([0] * 5_000_001)
    with pytest.raises(TooLargeError):
        fingerprint(np.broadcast_to(np.zeros(1), (2**27,)))
    with pytest.raises(TooLargeError, match=r"^1 parts and [0-9]+ bytes so far$"):
        fingerprint([[]] * 5_000_001)
    with pytest.raises(TooLargeError, match=r"^1,073,741,824 bytes$"):
        fingerprint(torch.zeros(1).expand(2**28))


def test_signatures() -> None:
    def both(a: int, /, b: int = 1, *rest: int, c: int, **more: int) -> None: ...
    def only(*, c: int) -> None: ...

    assert encode(both).summary.endswith("both(a, b, *rest, c, **more)")
    assert encode(only).summary.endswith("only(*, c)")
    assert encode(len).summary == "len"


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", "3", f'{{"format":{TRACE_FORMAT}}}', f'{{"format":{TRACE_FORMAT},"values":3}}', '{"format":0}', "{"],
)
def test_what_is_not_a_trace(text: str) -> None:
    with pytest.raises(ValueError, match=r"this is not a trace|Expecting"):
        from_json(text)


def test_a_change_says_what_was_there_where_that_is_not_what_the_step_before_left() -> None:
    """Steps that were lost may have changed it, so what it was cannot be told from the steps that are there."""
    values = [encode(number) for number in range(4)]
    changes = [Change("x", None, values[0]), Change("x", values[1], values[2]), Change("x", values[2], values[3])]
    steps = tuple(Step(number, 0, 0, None, 0, (), (change,)) for number, change in enumerate(changes))
    text = to_json(Run(Outcome("finished"), Trace("a.py", "", (), (), steps, (), "", ""), ()))
    assert [len(entry) for step in json.loads(text)["steps"] for entry in step["c"]] == [2, 3, 2]
    assert [step.changes for step in from_json(text).trace.steps] == [(change,) for change in changes]


def test_empty_run() -> None:
    run = Run(Outcome("finished"), Trace("a.py", "", (), (), (), (), "", "\ud800"), ())
    assert from_json(to_json(run)) == run
