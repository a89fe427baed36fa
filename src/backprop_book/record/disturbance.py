"""disturbance: what a script has done to the interpreter that hooks must be spared, taken away and given back."""

import builtins
import sys
import types
from typing import Any


def undisturbed() -> tuple[Any, Any, dict[str, Any] | None] | None:
    """Take away what the script has done to the interpreter that would disturb the hooks.

    Returns:
        Its trace and profile functions, and the built-in names as it left them if some are missing; None if there is
        nothing of the kind.
    """
    trace: Any = _gettrace()
    profile: Any = _getprofile()
    if trace.__class__ not in _WRITTEN and profile.__class__ not in _WRITTEN and _len(_BUILTINS) >= _COUNT:
        return None
    left = None
    if _len(_BUILTINS) < _COUNT:
        left = _BUILTINS.copy()
        _BUILTINS.update(KNOWN)
    if trace.__class__ in _WRITTEN:  # pragma: no cover (what measures coverage is gone where the script traces itself)
        _settrace(None)
    if profile.__class__ in _WRITTEN:
        _setprofile(None)
    return trace, profile, left


def restore(changed: tuple[Any, Any, dict[str, Any] | None]) -> None:
    """Give the script back what was taken away."""
    trace, profile, left = changed[0], changed[1], changed[2]
    if left is not None:
        _BUILTINS.clear()
        _BUILTINS.update(left)
    if type(profile) in _WRITTEN:
        _setprofile(changed[1])
    if type(trace) in _WRITTEN:  # pragma: no cover (as above)
        _settrace(changed[0])


def mend() -> None:
    """Put back built-in functions that the script has deleted: its run is over."""
    for name, value in KNOWN.items():
        _BUILTINS.setdefault(name, value)


_BUILTINS = vars(builtins)
KNOWN = types.MappingProxyType(dict(_BUILTINS))
"""The built-in names as they were before any script."""
_COUNT = len(KNOWN)
_WRITTEN = frozenset({types.FunctionType, types.MethodType})
_len = len
_gettrace, _settrace = sys.gettrace, sys.settrace
_getprofile, _setprofile = sys.getprofile, sys.setprofile
