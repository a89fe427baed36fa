"""startup: give the modules of this package a copy of the built-in names. The recording process imports it first.

A script may replace `len` or `__import__` for a while. With their copy, the hooks are not affected, and the replacement is not
called by the hooks.
"""

import builtins
import sys
import types
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path

BUILTINS = types.MappingProxyType(dict(vars(builtins)))
"""The built-in names as they were before any script."""
LOADED = frozenset(sys.modules)
"""The names of the modules that were loaded before this one: those of the interpreter's start, and of `python -m`."""
PACKAGE = __name__.partition(".")[0]


class _Loader(SourceFileLoader):
    """Loads a module with a copy of the built-in names."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module's code."""
        vars(module)["__builtins__"] = dict(BUILTINS)
        super().exec_module(module)


class _Finder(PathFinder):
    """Finds the modules of this package."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module of this package; None for other modules."""
        spec = super().find_spec(fullname, path, target) if fullname.partition(".")[0] == PACKAGE else None
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def keep_builtins() -> None:
    """Let the modules of this package that are imported from now on have a copy of the built-in names."""
    sys.meta_path.insert(0, _Finder)


def forget_shadowed(folder: str) -> None:
    """Remove loaded modules from `sys.modules` where a file beside the script has the same name.

    `python script.py` would import that file. Modules of the interpreter's start stay, because Python has loaded them already.
    """
    beside = {place.stem for place in Path(folder).glob("*.py")} | {
        place.parent.name for place in Path(folder).glob("*/__init__.py")
    }
    for name in list(sys.modules):
        top = name.partition(".")[0]
        if top in beside and top not in LOADED and top not in sys.builtin_module_names:
            del sys.modules[name]
