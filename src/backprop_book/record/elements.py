"""elements: what an array holds, as nested lists of plain numbers and texts, and in one line where that is too much."""

from typing import Any

from backprop_book.model import Data


def array_data(array: Any) -> Data:
    """The elements of an array as nested lists; complex ones as pairs, dates as text, records as lists."""
    if array.dtype.names:
        return listed(array.tolist())
    if array.dtype.kind == "c":
        return (
            listed(array.view(array.real.dtype).reshape(*array.shape, 2).tolist())
            if array.flags.c_contiguous
            else array_data(array.copy())
        )
    if array.dtype.kind in "Mm":
        return listed(array.astype("int64").tolist())
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        return listed(array.astype(str).tolist())
    plain: Data = array.tolist()
    return plain if array.dtype.kind in "biuf" else listed(plain)


def listed(data: Any) -> Data:
    """Tuples of records as lists, bytes as text."""
    if isinstance(data, list | tuple):
        return [listed(each) for each in data]
    if isinstance(data, bytes):
        return data.decode("latin-1")
    if isinstance(data, complex):
        return [data.real, data.imag]
    if data is None or isinstance(data, bool | int | float | str):
        return data
    return str(data)


def spread(array: Any) -> str:
    """Least, greatest and mean value of a numeric array."""
    import numpy as np

    if array.dtype.kind == "b":
        return f"{int(array.sum()):,} of {array.size:,} true"
    if array.dtype.kind not in "iuf":
        return f"{array.size:,} elements"
    with np.errstate(all="ignore"):
        mean = array.mean(dtype=np.float64)
        return f"min {array.min():.6g}, max {array.max():.6g}, mean {mean:.6g}"
