"""raised: what an exception says, and the statement that it came out of."""

import types
from typing import Any

from backprop_book.record.rewrite import Rewritten


def origin(
    error: BaseException, place: types.FrameType | None, namespace: dict[str, Any], script: Rewritten
) -> int | None:
    """The statement of a frame that an exception came out of.

    Args:
        error: The exception.
        place: The frame, None for that of the module.
        namespace: The module's variables.
        script: What runs.
    """
    trace = error.__traceback__
    found = None
    while trace is not None:
        if trace.tb_frame is place or (
            place is None and trace.tb_frame.f_globals is namespace and trace.tb_frame.f_code.co_name == "<module>"
        ):
            found = trace
        trace = trace.tb_next
    if found is None:
        return None
    line, _, column, _ = list(found.tb_frame.f_code.co_positions())[found.tb_lasti // 2]
    return script.statement_at(line or found.tb_lineno, column or 0)


def describe(error: BaseException) -> str:
    """An exception as the last line of its traceback names it, without running code of the script."""
    kind = type(error)
    name = type.__getattribute__(kind, "__qualname__")
    module = type.__getattribute__(kind, "__module__")
    name = name if module in {"builtins", "__main__"} else f"{module}.{name}"
    arguments = BaseException.__dict__["args"].__get__(error)
    if not all(type(each) in _PLAIN for each in arguments):
        return str(name)
    bases = type.__dict__["__mro__"].__get__(kind)
    base = next(each for each in bases if "__str__" in type.__dict__["__dict__"].__get__(each))
    if type.__getattribute__(base, "__module__") == "__main__":
        return str(name)
    text = base.__str__(error)
    return f"{name}: {text}" if text else str(name)


_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes})
