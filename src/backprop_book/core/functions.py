"""functions: names of functions and methods of Python, NumPy and torch, grouped by what they do with their arguments."""

COMPARING = frozenset({"allclose", "array_equal", "array_equiv", "equal"})
"""Functions and methods that say whether two values are alike in all of their elements."""
SUBSETS = frozenset({"isdisjoint", "issubset", "issuperset"})
"""Methods that compare two sets."""
COMPARISONS = COMPARING | SUBSETS | {
    *("isclose", "isin"),
    *("not_equal", "less", "less_equal", "greater", "greater_equal", "eq", "ne", "lt", "le", "gt", "ge"),
}  # fmt: skip
"""Functions and methods that compare two values, as a whole or element by element."""
REDUCING = COMPARING | {"all", "any", "max", "min"}
"""Functions and methods that give one value for all elements."""
CLOSE = frozenset({"isclose", "allclose"})
"""Functions that compare two values within a tolerance."""
DISTANCES = frozenset({"abs", "absolute", "fabs", "norm"})
"""Functions and methods that give the distance of two values when they are called with their difference."""
ROUNDING = frozenset({"round", "around", "rint", "floor", "ceil", "trunc", "fix"})
"""Functions and methods that round."""
CLIPPING = frozenset({"maximum", "fmax", "clamp", "clamp_", "clamp_min", "clamp_min_", "clip", "threshold"})
"""Functions and methods that replace what is below a bound by the bound."""
NONZERO = frozenset({"any", "nonzero", "flatnonzero", "count_nonzero"})
"""Functions and methods that look for what is not zero."""
SIZES = frozenset({"dim", "len", "ndim", "nelement", "numel", "shape", "size"})
"""Functions, methods and attributes that give the number of elements, which may be zero."""
CONVERTING = frozenset({
    *("float", "round", "list", "tuple", "series", "item", "tolist", "detach", "numpy", "cpu", "clone", "copy"),
})  # fmt: skip
"""Functions and methods that give the same numbers."""
ELEMENTWISE = frozenset({
    *("abs", "bool", "callable", "complex", "divmod", "float", "format", "getattr", "hasattr", "int", "isinstance"),
    *("iter", "next", "pow", "repr", "round", "series", "str", "type"),
    *("astype", "ceil", "clip", "clone", "copy", "cpu", "detach", "diff", "exp", "floor", "isclose", "isfinite", "isnan", "item"),
    *("log", "log10", "log2", "maximum", "minimum", "numpy", "relu", "sigmoid", "sign", "sqrt", "square", "tanh", "where"),
})  # fmt: skip
"""Functions and methods that give one value for one value, or for each one."""
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
MODULES = frozenset({"np", "numpy", "torch", "math"})
"""Names whose attributes are functions, and no methods of a value."""
