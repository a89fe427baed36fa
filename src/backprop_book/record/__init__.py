"""record: run a script in a child process and see what every statement does.

A parent process sends orders to a server (`child_protocol`, `server`), which starts a child for each of them (`child`,
`process`). The child rewrites the syntax tree of the script, so that each statement is followed by a hook (`rewrite`);
nothing else of the interpreter is switched on, and the script prints, raises and computes the same as without the hooks.
The hooks (`recorder`, `steps`) compare the variables of the frame with their previous values (`namespace_diff`,
`fingerprint`, `encoder`), decide which steps the trace keeps (`run_state`), and evaluate the expressions that others ask
about (`probes`, `evaluation`, `expressions`, `vacuity`). The child writes the run as JSON (`codec`), with the files that
the script depends on (`dependencies`). Other packages import the names below, each loaded when it is first used: a child
must not load a module of this package before `startup` has prepared the interpreter.
"""

TYPE_CHECKING = False  # `typing` would count among the modules of the interpreter's start

if TYPE_CHECKING:  # pragma: no cover - for tools that read the imports
    from backprop_book.record.activations import applies_relu, switched
    from backprop_book.record.child_protocol import LIBRARIES, REFUSED, SEED, RunOrder, order_to
    from backprop_book.record.codec import ValueTable, from_json, to_json, values_from_json
    from backprop_book.record.decoder import OpaqueError, decode
    from backprop_book.record.dependencies import REMEDIES, AccessWatcher, are_current, visible
    from backprop_book.record.expressions import series_of
else:
    from importlib import import_module

    _MODULES = {
        "activations": ("applies_relu", "switched"),
        "child_protocol": ("LIBRARIES", "REFUSED", "SEED", "RunOrder", "order_to"),
        "codec": ("ValueTable", "from_json", "to_json", "values_from_json"),
        "decoder": ("OpaqueError", "decode"),
        "dependencies": ("REMEDIES", "AccessWatcher", "are_current", "visible"),
        "expressions": ("series_of",),
    }

    def __getattr__(name: str) -> object:
        """Load a public name when it is first used."""
        for module, names in _MODULES.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{module}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "LIBRARIES", "REFUSED", "REMEDIES", "SEED", "AccessWatcher", "OpaqueError", "RunOrder",
    "ValueTable", "applies_relu", "are_current", "decode", "from_json", "order_to", "series_of", "switched", "to_json", "values_from_json", "visible",
]  # fmt: skip
