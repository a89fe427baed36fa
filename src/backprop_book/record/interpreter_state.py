"""interpreter_state: what a script has done to the interpreter that hooks must be spared, taken away and given back."""

import builtins
import sys
import types
from typing import Any

from backprop_book.record.startup import BUILTINS


def undisturbed() -> tuple[Any, Any] | None:
    """Take away the trace and profile functions of the script, which would be called for each hook.

    Returns:
        Both functions; None if the script has set neither.
    """
    trace: Any = _gettrace()
    profile: Any = _getprofile()
    if trace.__class__ not in _WRITTEN and profile.__class__ not in _WRITTEN:
        return None
    if trace.__class__ in _WRITTEN:  # pragma: no cover (what measures coverage is gone where the script traces itself)
        _settrace(None)
    if profile.__class__ in _WRITTEN:
        _setprofile(None)
    return trace, profile


def restore(changed: tuple[Any, Any]) -> None:
    """Give the script back what was taken away."""
    trace, profile = changed
    if type(profile) in _WRITTEN:
        _setprofile(profile)
    if type(trace) in _WRITTEN:  # pragma: no cover (as above)
        _settrace(trace)


def mend() -> None:
    """Put back the built-in names that the script has deleted or replaced: its run is over."""
    vars(builtins).update(BUILTINS)


_WRITTEN = frozenset({types.FunctionType, types.MethodType})
_gettrace, _settrace = sys.gettrace, sys.settrace
_getprofile, _setprofile = sys.getprofile, sys.setprofile
