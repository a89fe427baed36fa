"""repeatable: functions and attributes that give the same each time that they are asked, as far as their names tell."""

from backprop_book.record.vacuity import COMPARING

STEADY_FUNCTIONS = frozenset({
    *("abs", "all", "any", "bool", "dict", "divmod", "enumerate", "float", "int", "isinstance", "len", "list", "max"),
    *("min", "range", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "type", "zip"),
})  # fmt: skip
"""Built-in names that draw no random numbers."""
STEADY_ATTRIBUTES = frozenset({
    *COMPARING,
    *("T", "abs", "all", "any", "append", "arange", "argmax", "argmin", "argsort", "array"),
    *("astype", "clip", "copy", "count_nonzero", "cumsum", "data", "detach", "diag", "diff", "dot", "dtype", "exp"),
    *("eye", "flatnonzero", "flatten", "float64", "full", "grad", "item", "isclose", "linalg", "log", "max", "maximum"),
    *("mean", "min", "minimum", "ndim", "nonzero", "norm", "numel", "numpy", "ones", "outer", "prod", "ravel"),
    *("requires_grad", "reshape", "round", "shape", "sign", "size", "sort", "sqrt", "square", "std", "sum", "tolist"),
    *("transpose", "unique", "var", "where", "zeros"),
})  # fmt: skip
"""Attributes and functions of NumPy, and of its arrays and of tensors, that draw no random numbers."""
