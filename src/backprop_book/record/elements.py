"""elements: what an array holds, as nested lists of plain numbers and texts, and in one line where that is too much."""

from typing import Any

from backprop_book.core.model import Data


def array_data(array: Any) -> Data:
    """The elements of an array as nested lists; complex ones as pairs, dates as text, records as lists."""
    if array.dtype.names:
        return listed(array.tolist())
    if array.dtype.kind == "c":
        import numpy as np

        return array_data(np.stack((array.real, array.imag), axis=-1))
    if array.dtype.kind in "Mm":
        return listed(array.astype("int64").tolist())
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        return listed(array.astype(str).tolist())
    plain: Data = array.tolist()
    return plain if array.dtype.kind in "biuf" else listed(plain)


def rows(dtype: Any, shape: tuple[int, ...], content: bytes) -> Data:
    """The elements of an array of plain numbers, given as bytes, as nested lists.

    Rows that the array before it of its form held, too, are the same objects: most arrays of some size are filled row by row.
    """
    import numpy as np

    array = np.frombuffer(content, dtype).reshape(shape)
    if array.size < LARGE:
        plain: Data = array.tolist()
        return plain
    latest = _LATEST.get((dtype, shape))
    filled: list[Data] = []
    if latest is not None:
        one, two = (np.frombuffer(each, np.uint8).reshape(shape[0], -1) for each in (latest[0], content))
        changed = (one != two).any(axis=1).nonzero()[0].tolist()
        if len(changed) < shape[0] // 2:
            filled = [*latest[1]]
            for index in changed:
                filled[index] = array[index].tolist()
    filled = filled or array.tolist()
    _LATEST[dtype, shape] = (content, filled)
    return filled


LARGE = 32
"""Arrays with fewer elements are quicker to read anew."""
_LATEST: dict[tuple[Any, tuple[int, ...]], tuple[bytes, list[Data]]] = {}


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
